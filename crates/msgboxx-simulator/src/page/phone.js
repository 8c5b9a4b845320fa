// The page of phones: who there is, which phones lie open, and asking the control surface every second.

import { avatar, call, element } from "./dom.js";
import { pane } from "./pane.js";

const by = (id) => document.getElementById(id);
const FIRST = { phone: "+447902111123", name: "Test Customer" };
const MOST_OPEN = 4;
const RESERVED = ["is not on WhatsApp", "is rate limited", "is limited as a pair", "has reached the marketing cap", "has blocked the business",
  "is answered after 20 seconds", "never reports anything", "reports twice and out of order", "loses the answer"];
const NAMELESS = { image: "Picture", video: "Video", audio: "Voice note", sticker: "Sticker", document: "Document", revoke: "Deleted a message" };
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const state = { numbers: [], people: [], open: [], listed: "", isStuck: false };

function say(sentence) {
  by("problem").textContent = sentence;
  by("problem").hidden = !sentence;
}

function business() {
  return state.numbers.find((number) => number.display_phone_number === by("business").value);
}

/** How many phones fit side by side. */
function room() {
  return Math.max(1, Math.min(MOST_OPEN, Math.floor((by("phones").clientWidth - 30) / 420)));
}

function open(phone, name, number) {
  const chosen = state.numbers.find((known) => known.display_phone_number === number) ?? business();
  if (!chosen) return;
  const isSame = (known) => known.phone === phone && known.business.display_phone_number === chosen.display_phone_number;
  const known = state.open.find(isSame);
  if (known) {
    known.node.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
    return known.focus();
  }
  const made = pane(phone, name, chosen, { say, changed: refresh, close });
  while (state.open.length >= room()) state.open.shift().node.remove();
  state.open.push(made);
  by("phones").append(made.node);
  remember();
  refresh().then(() => made.focus());
}

function close(phone) {
  for (const gone of state.open.filter((known) => known.phone === phone)) gone.node.remove();
  state.open = state.open.filter((known) => known.phone !== phone);
  remember();
  list();
}

/** The open phones stay open over a reload. */
function remember() {
  sessionStorage.setItem("phones", JSON.stringify(state.open.map(({ phone, business: { display_phone_number: number } }) => ({ phone, number }))));
}

async function loadNumbers() {
  const { items } = await call("/simulator/numbers");
  if (JSON.stringify(items) === JSON.stringify(state.numbers)) return;
  const chosen = by("business").value;
  const isFirst = !state.numbers.length;
  state.numbers = items;
  by("business").replaceChildren(...items.map((number) => element("option", { value: number.display_phone_number }, `${number.name} · ${number.display_phone_number}`)));
  if (items.some((number) => number.display_phone_number === chosen)) by("business").value = chosen;
  if (isFirst && items.length) await begin();
}

/** The phones of last time, or those of the newest messages, or a first one. */
async function begin() {
  const { items } = await call("/simulator/customers");
  const last = JSON.parse(sessionStorage.getItem("phones") ?? "[]");
  const newest = items.slice(0, Math.min(2, room())).reverse().map(({ phone, name, business: number }) => ({ phone, name, number }));
  const wanted = last.length ? last : newest.length ? newest : [FIRST];
  for (const { phone, name, number } of wanted) open(phone, name === phone ? "" : name, number);
}

async function loadPeople() {
  const { items } = await call("/simulator/customers");
  state.people = items;
  list();
}

function list() {
  const listed = JSON.stringify([state.people, state.open.map(({ phone }) => phone)]);
  if (listed === state.listed) return;
  state.listed = listed;
  by("customers").replaceChildren(...state.people.map((person) => {
    const last = person.is_typing ? element("small", { class: "typing" }, "typing…") : element("small", {}, `${person.direction === "out" ? "You: " : ""}${person.last || NAMELESS[person.type] || person.type}`);
    const isOpen = state.open.some(({ phone }) => phone === person.phone);
    return element("li", {}, element("button", { type: "button", class: "person", "aria-pressed": String(isOpen), title: person.phone,
      click: () => open(person.phone, person.name === person.phone ? "" : person.name, person.business) },
    avatar(person.name, person.phone), element("strong", {}, person.name), element("time", {}, time.format(new Date(Number(person.timestamp) * 1000))), last));
  }));
}

async function refresh() {
  try {
    await loadNumbers();
    await loadPeople();
    await Promise.all(state.open.map((one) => one.refresh(state.people.find((person) => person.phone === one.phone))));
  } catch (error) {
    state.isStuck = true;
    say(error.isAnswer ? error.message : "The simulator does not answer. The page goes on trying.");
    return;
  }
  if (state.isStuck) say("");
  state.isStuck = false;
}

by("invent").addEventListener("click", () => {
  const digits = String(Math.floor(Math.random() * 1_000_000)).padStart(6, "0");
  const names = ["Ada", "Ben", "Chloe", "Dev", "Elif", "Finn", "Grace", "Hugo", "Ines", "Jonas", "Kemi", "Lena", "Marco", "Nadia", "Omar", "Priya"];
  open(`+447700${digits}`, names[Number(digits) % names.length]);
});
by("reserved").replaceChildren(...RESERVED.map((what, place) => {
  const phone = `+1555010000${place + 1}`;
  return element("li", {}, element("button", { type: "button", title: phone, click: () => open(phone, `Customer …000${place + 1}`) }, element("code", {}, `…000${place + 1}`), what));
}));

async function poll() {
  if (!document.hidden) await refresh();
  setTimeout(poll, 1000);
}
poll();
