// The phone page: who writes to whom, the thread, the composer. It asks the control surface every second.

import { draw, element } from "./thread.js";

const by = (id) => document.getElementById(id);
const state = { numbers: [], quoted: null, drawn: "", listed: "", isStuck: false };

async function call(path, body) {
  const options = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, options);
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.error?.message ?? `HTTP ${answer.status}`), { isAnswer: true });
  return json;
}

function showProblem(sentence) {
  by("problem").textContent = sentence;
  by("problem").hidden = !sentence;
}

function business() {
  return state.numbers.find((number) => number.display_phone_number === by("business").value);
}

function showBusiness() {
  const chosen = business();
  by("business-name").textContent = chosen?.name ?? "No business number yet";
  by("business-number").textContent = chosen?.display_phone_number ?? "";
  by("avatar").textContent = (chosen?.name ?? "?").slice(0, 1).toUpperCase();
}

async function loadNumbers() {
  const { items } = await call("/simulator/numbers");
  const known = items.map((number) => number.display_phone_number).join();
  if (known === state.numbers.map((number) => number.display_phone_number).join()) return;
  const chosen = by("business").value;
  state.numbers = items;
  by("business").replaceChildren(...items.map((number) =>
    element("option", { value: number.display_phone_number }, `${number.name} (${number.display_phone_number})`)));
  if (items.some((number) => number.display_phone_number === chosen)) by("business").value = chosen;
  showBusiness();
}

async function loadCustomers() {
  const { items } = await call("/simulator/customers");
  const current = by("phone").value.trim();
  const listed = JSON.stringify([items, current]);
  if (listed === state.listed) return;
  state.listed = listed;
  by("customers").replaceChildren(...items.map((customer) => {
    const button = element("button", { type: "button", "aria-current": String(customer.phone === current) },
      element("strong", {}, customer.name), element("small", {}, `${customer.phone} · ${customer.last}`));
    button.addEventListener("click", () => choose(customer.phone, customer.name, customer.business));
    return element("li", {}, button);
  }));
}

async function loadThread() {
  const phone = by("phone").value.trim();
  const chosen = business();
  const query = new URLSearchParams({ phone });
  if (chosen) query.set("business", chosen.display_phone_number);
  const { items } = phone ? await call(`/simulator/messages?${query}`) : { items: [] };
  const drawn = JSON.stringify(items);
  if (drawn === state.drawn && phone === state.phone) return;
  state.drawn = drawn;
  state.phone = phone;
  draw(by("thread"), items, { tap: (message, written) => write({ ...written, context: { id: message.id } }), quote });
}

function choose(phone, name, number) {
  by("phone").value = phone;
  by("name").value = name === phone ? "" : name;
  if (state.numbers.some((known) => known.display_phone_number === number)) by("business").value = number;
  showBusiness();
  quote(null);
  refresh();
}

function quote(message) {
  state.quoted = message;
  by("quoted").hidden = !message;
  by("quoted").textContent = message ? `↩ ${message.text || message.type}` : "";
  if (message) by("text").focus();
}

async function write(message) {
  const author = { from: by("phone").value.trim(), to: by("business").value };
  const name = by("name").value.trim();
  try {
    await call("/simulator/messages", { ...author, ...(name ? { name } : {}), ...message });
    showProblem("");
    await refresh();
    by("thread").scrollTop = by("thread").scrollHeight;
    return true;
  } catch (error) {
    showProblem(error.message);
    return false;
  }
}

async function send() {
  const body = by("text").value.trim();
  if (!body) return;
  const context = state.quoted ? { context: { id: state.quoted.id } } : {};
  if (await write({ type: "text", text: { body }, ...context })) {
    by("text").value = "";
    quote(null);
  }
}

async function refresh() {
  try {
    await loadNumbers();
    await Promise.all([loadThread(), loadCustomers()]);
  } catch (error) {
    state.isStuck = true;
    showProblem(error.isAnswer ? error.message : "The simulator does not answer. The page goes on trying.");
    return;
  }
  if (state.isStuck) showProblem("");
  state.isStuck = false;
}

by("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
by("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
by("quoted").addEventListener("click", () => quote(null));
by("business").addEventListener("change", () => {
  showBusiness();
  refresh();
});
by("phone").addEventListener("change", refresh);
by("invent").addEventListener("click", () => {
  const digits = String(Math.floor(Math.random() * 1_000_000)).padStart(6, "0");
  choose(`+447700${digits}`, `Customer ${digits.slice(-4)}`, by("business").value);
  by("text").focus();
});

async function poll() {
  if (!document.hidden) await refresh();
  setTimeout(poll, 1000);
}
poll();
