// What can be tapped below a message of a business, and what a tap writes.

import { element, icon } from "./dom.js";

/**
 * The buttons of a message.
 * @param {{write: Function, sheet: Function, say: Function}} act
 */
export function taps(message, act) {
  if (message.direction !== "in") return [];
  return [...(message.rendered?.buttons ?? []).map((button) => ofTemplate(message, button, act)), ...ofInteractive(message, act)];
}

function button(mark, label, tap) {
  return element("button", { type: "button", click: tap }, mark && icon(mark), label);
}

function link(label, url) {
  return /^https?:\/\//.test(url ?? "")
    ? element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), label)
    : element("span", {}, icon("link"), label);
}

function reply(message, act, written) {
  return () => act.write({ ...written, context: { id: message.id } });
}

function ofTemplate(message, shown, act) {
  const label = shown.text ?? shown.type;
  switch (shown.type) {
    case "QUICK_REPLY": return button("reply", label, reply(message, act, { type: "button", button: { payload: shown.payload ?? label, text: label } }));
    case "URL": return link(label, shown.url);
    case "PHONE_NUMBER": return element("a", { href: `tel:${shown.phone_number ?? ""}` }, icon("call"), label);
    case "COPY_CODE": return button("copy", `Copy code ${shown.code ?? ""}`.trim(), () => copy(shown.code ?? "", act));
    case "REQUEST_CONTACT_INFO": return button("person", "Share my number", () => act.shareContact(message));
    default: return element("span", {}, label);
  }
}

function ofInteractive(message, act) {
  const interactive = message.payload.interactive ?? {};
  const action = interactive.action ?? {};
  if (interactive.type === "list") {
    return [button("list", action.button ?? "Choose", () => act.sheet(action.button ?? "Choose", (action.sections ?? []).map((section) => ({
      title: section.title,
      rows: (section.rows ?? []).map((row) => ({ ...row, tap: reply(message, act, { type: "interactive", interactive: { type: "list_reply", list_reply: row } }) })),
    }))))];
  }
  if (interactive.type === "cta_url") return [link(action.parameters?.display_text ?? "Open", action.parameters?.url)];
  if (interactive.type === "location_request_message") return [button("pin", "Send location", () => act.shareLocation(message))];
  if (interactive.type === "request_contact_info") return [button("person", "Share my number", () => act.shareContact(message))];
  return (action.buttons ?? []).map((shown) =>
    button("reply", shown.reply?.title ?? "", reply(message, act, { type: "interactive", interactive: { type: "button_reply", button_reply: shown.reply } })));
}

async function copy(code, act) {
  try {
    await navigator.clipboard.writeText(code);
    act.say("The code is in the clipboard.");
  } catch {
    act.say(`The code is ${code}.`);
  }
}
