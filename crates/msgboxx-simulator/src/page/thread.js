// Draws a thread of messages. Everything a business or customer wrote goes in as text, never as markup.

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node|string)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** Draws the messages, oldest first. `act` offers `tap(message, button)` and `quote(message)`. */
export function draw(thread, messages, act) {
  const wasAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
  const byId = new Map(messages.map((message) => [message.id, message]));
  const rows = [];
  let lastDay = "";
  for (const message of messages) {
    const date = new Date(Number(message.timestamp) * 1000);
    if (day.format(date) !== lastDay) {
      lastDay = day.format(date);
      rows.push(element("li", { class: "day" }, lastDay));
    }
    rows.push(bubble(message, date, byId, act));
  }
  thread.replaceChildren(...rows);
  if (wasAtEnd) thread.scrollTop = thread.scrollHeight;
}

function bubble(message, date, byId, act) {
  const made = element("li", { class: `bubble ${message.direction}` });
  const context = message.payload.context ?? {};
  const quoted = byId.get(context.message_id ?? context.id);
  if (quoted) made.append(element("span", { class: "quote" }, quoted.text || quoted.type));
  made.append(...content(message));
  const buttons = buttonsOf(message, act);
  if (buttons.length) made.append(element("span", { class: "buttons" }, ...buttons));
  made.append(meta(message, date, act));
  return made;
}

function content(message) {
  const shown = message.rendered;
  if (shown) {
    const parts = [];
    if (shown.header_kind) parts.push(element("span", { class: "kind" }, shown.header_kind));
    if (shown.header) parts.push(element("span", { class: "head" }, shown.header));
    parts.push(element("span", {}, shown.body ?? ""));
    if (shown.footer) parts.push(element("span", { class: "foot" }, shown.footer));
    return parts;
  }
  const parts = [];
  if (!["text", "button", "interactive", "reaction"].includes(message.type)) parts.push(element("span", { class: "kind" }, message.type));
  if (message.text) parts.push(element("span", {}, message.text));
  return parts;
}

function buttonsOf(message, act) {
  if (message.direction !== "in") return [];
  const tap = (label, written) => {
    const made = element("button", { type: "button" }, label);
    made.addEventListener("click", () => act.tap(message, written));
    return made;
  };
  const link = (label, url) =>
    /^https?:\/\//.test(url) ? element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, `↗ ${label}`) : element("span", {}, label);
  const ofTemplate = (message.rendered?.buttons ?? []).map((button) => {
    const label = button.text ?? button.type;
    if (button.type === "QUICK_REPLY") return tap(label, { type: "button", button: { payload: button.payload ?? label, text: label } });
    if (button.type === "URL") return link(label, button.url ?? "");
    return element("span", { class: "kind" }, [label, button.code ?? button.phone_number].filter(Boolean).join(": "));
  });
  const action = message.payload.interactive?.action ?? {};
  const replies = (action.buttons ?? []).map((button) =>
    tap(button.reply?.title ?? "", { type: "interactive", interactive: { type: "button_reply", button_reply: button.reply } }));
  const rows = (action.sections ?? []).flatMap((section) => section.rows ?? []).map((row) =>
    tap(row.title, { type: "interactive", interactive: { type: "list_reply", list_reply: row } }));
  const links = action.parameters?.url ? [link(action.parameters.display_text, action.parameters.url)] : [];
  return [...ofTemplate, ...replies, ...rows, ...links];
}

function meta(message, date, act) {
  const quote = element("button", { type: "button", title: "Answer this message", "aria-label": "Answer this message" }, "↩");
  quote.addEventListener("click", () => act.quote(message));
  const made = element("span", { class: "meta" }, quote, time.format(date));
  if (message.direction === "out") {
    const has = (status) => message.statuses.some((entry) => entry.status === status);
    const label = has("read") ? "read" : has("delivered") ? "delivered" : "sent";
    made.append(element("span", { class: `tick ${label}`, title: label, "aria-label": label }, label === "sent" ? "✓" : "✓✓"));
  }
  return made;
}
