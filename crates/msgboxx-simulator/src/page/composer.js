// The line where the customer writes, with what can be attached.

import { element, icon } from "./dom.js";

const LARGEST_FILE = 16 * 1024 * 1024;

/** The composer of one phone. `write(message)` resolves to whether it was taken. */
export function composer({ write, shareLocation, shareContact, say }) {
  const text = element("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", autocomplete: "off" });
  const quoting = element("p", { class: "quoting", hidden: true });
  const file = element("input", { type: "file", hidden: true, tabindex: "-1", "aria-hidden": "true" });
  const menu = element("div", { class: "menu of-composer", role: "menu", hidden: true },
    item("picture", "Picture, sound or file", () => file.click()), item("pin", "Location", () => shareLocation()), item("person", "Contact", () => shareContact()));
  let quoted = null;

  function item(mark, label, act) {
    return element("button", { type: "button", role: "menuitem", click: () => { menu.hidden = true; act(); } }, icon(mark), label);
  }
  function context() {
    return quoted ? { context: { id: quoted.id } } : {};
  }
  async function send() {
    const body = text.value.trim();
    if (!body) return;
    if (await write({ type: "text", text: { body }, ...context() })) {
      text.value = "";
      quote(null);
    }
    text.focus();
  }
  function quote(message) {
    quoted = message;
    quoting.hidden = !message;
    if (!message) return quoting.replaceChildren();
    const close = element("button", { type: "button", class: "icon", "aria-label": "Do not answer it", click: () => quote(null) }, icon("close"));
    quoting.replaceChildren(element("span", {}, message.text || message.type), close);
    text.focus();
  }

  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > LARGEST_FILE) return say("The file is larger than 16 MB.");
    if (await write({ ...(await medium(chosen)), ...context() })) quote(null);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
  const plus = element("button", { type: "button", class: "icon", "aria-label": "Attach", "aria-haspopup": "menu", click: (event) => { event.stopPropagation(); menu.hidden = !menu.hidden; } }, icon("plus"));
  const form = element("form", { class: "composer", submit: (event) => { event.preventDefault(); send(); } },
    plus, text, file, element("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send")));
  return { nodes: [quoting, form, menu], quote, menu, focus: () => text.focus() };
}

/** A file as the message that a phone makes of it. */
async function medium(file) {
  const data = await base64(file);
  const type = file.type.split(";")[0];
  const of = (kind, more = {}) => ({ type: kind, [kind]: { data, mime_type: file.type || "application/octet-stream", ...more } });
  if (type === "image/jpeg" || type === "image/png") return of("image");
  if (type === "image/webp") return of("sticker", { animated: false });
  if (type === "video/mp4" || type === "video/3gpp") return of("video");
  if (type.startsWith("audio/")) return of("audio", { voice: type === "audio/ogg" });
  return of("document", { filename: file.name });
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
