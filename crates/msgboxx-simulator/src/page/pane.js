// One phone: its owner, the business in its head, the thread and the composer.

import { composer } from "./composer.js";
import { avatar, call, element, icon } from "./dom.js";
import { draw } from "./thread.js";

const TOGGLES = [
  ["Block the business", (known) => known.blocked, (on) => ({ blocked: on })],
  ["Stop marketing messages", (known) => known.marketing === false, (on) => ({ marketing: on ? "stop" : "resume" })],
  ["Hide my number", (known) => known.hide_number, (on) => ({ hide_number: on })],
  ["Send read receipts", (known) => known.read_receipts !== false, (on) => ({ read_receipts: on })],
];

/** A phone on the page. `page` offers `say(sentence)`, `changed()` and `close(phone)`. */
export function pane(phone, name, business, page) {
  const state = { known: {}, drawn: "" };
  const thread = element("ol", { class: "thread", "aria-live": "polite", "aria-label": "Messages" });
  const owner = element("span", {}, `${name || phone}`);
  const status = element("small", {}, "");
  const menu = element("div", { class: "menu of-head", role: "menu", hidden: true });
  const line = composer({ write, shareLocation, shareContact, say: page.say });
  const head = element("div", { class: "head" }, avatar(business.name, business.display_phone_number),
    element("div", {}, element("strong", {}, business.name), status),
    element("button", { type: "button", class: "icon", "aria-label": "What this customer wants", "aria-haspopup": "menu", click: toggleMenu }, icon("more")));
  const node = element("section", { class: "phone", "aria-label": `Phone of ${name || phone}` },
    element("div", { class: "whose" }, owner, element("span", {}, phone)), head, thread, ...line.nodes, menu);
  let isAtEnd = true;
  thread.addEventListener("scroll", () => { isAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80; });
  // A picture has its height only once it is there; events of loading do not bubble.
  thread.addEventListener("load", () => { if (isAtEnd) thread.scrollTop = thread.scrollHeight; }, true);
  node.addEventListener("click", (event) => {
    for (const open of [menu, line.menu]) if (!open.contains(event.target)) open.hidden = true;
  });

  async function write(message) {
    const author = { from: phone, to: business.display_phone_number, ...(state.known.name || !name ? {} : { name }) };
    try {
      await call("/simulator/messages", { ...author, ...message });
      page.say("");
      await refresh(state.known);
      thread.scrollTop = thread.scrollHeight;
      page.changed();
      return true;
    } catch (error) {
      page.say(error.message);
      return false;
    }
  }
  function shareLocation(message) {
    const context = message ? { context: { id: message.id } } : {};
    return write({ type: "location", location: { latitude: 51.5072, longitude: -0.1276, name: "Trafalgar Square", address: "London WC2N" }, ...context });
  }
  function shareContact(message) {
    const contact = { name: { formatted_name: state.known.name ?? name ?? phone, first_name: state.known.name ?? name ?? phone },
      phones: [{ phone, wa_id: phone.replace(/\D/g, ""), type: "CELL" }], ...(message ? { origin: "contact_request" } : {}) };
    return write({ type: "contacts", contacts: [contact], ...(message ? { context: { id: message.id } } : {}) });
  }
  function sheet(title, sections) {
    const close = () => made.remove();
    const rows = (section) => section.rows.map((row) => element("button", { type: "button", class: "choice", click: () => { close(); row.tap(); } },
      row.title, row.description && element("small", {}, row.description)));
    const made = element("div", { class: "sheet", role: "dialog", "aria-label": title, click: (event) => event.target === made && close() },
      element("div", {}, element("header", {}, element("strong", {}, title), element("button", { type: "button", class: "icon", "aria-label": "Close", click: close }, icon("close"))),
        ...sections.flatMap((section) => [section.title && element("h3", {}, section.title), ...rows(section)]).filter(Boolean)));
    node.append(made);
    made.querySelector(".choice")?.focus();
  }
  function toggleMenu(event) {
    event.stopPropagation();
    menu.hidden = !menu.hidden;
    const toggles = TOGGLES.map(([label, isOn, wish]) => {
      const on = Boolean(isOn(state.known));
      return element("button", { type: "button", role: "menuitemcheckbox", "aria-checked": String(on), click: () => change(wish(!on)) }, label);
    });
    const close = element("button", { type: "button", role: "menuitem", click: () => page.close(phone) }, icon("close"), "Put the phone away");
    menu.replaceChildren(...toggles, close);
  }
  async function change(wish) {
    menu.hidden = true;
    const isOfBusiness = "blocked" in wish || "marketing" in wish;
    try {
      await call("/simulator/customers", { phone, ...(isOfBusiness ? { business: business.display_phone_number } : {}), ...wish });
      page.changed();
    } catch (error) {
      page.say(error.message);
    }
  }
  async function refresh(known) {
    state.known = known ?? {};
    const query = new URLSearchParams({ phone, business: business.display_phone_number });
    const { items } = await call(`/simulator/messages?${query}`);
    const isTyping = Boolean(state.known.is_typing);
    const drawn = JSON.stringify([items, isTyping]);
    if (state.known.name) owner.textContent = state.known.name;
    status.textContent = isTyping ? "typing…" : state.known.blocked ? "blocked by you" : business.display_phone_number;
    status.className = isTyping ? "typing" : "";
    if (drawn === state.drawn) return;
    const isFirst = !state.drawn;
    state.drawn = drawn;
    draw(thread, items, isTyping, { write, quote: line.quote, sheet, shareLocation, shareContact, say: page.say });
    if (isFirst) thread.scrollTop = thread.scrollHeight;
  }
  return { node, phone, business, refresh, focus: line.focus };
}
