// Draws a thread of messages: bubbles with their days, quotes, reactions, ticks and buttons.

import { content } from "./content.js";
import { element, icon } from "./dom.js";
import { taps } from "./taps.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const EMOJIS = ["👍", "❤️", "😂", "😮", "🙏", "😢"];

/** Draws the messages, oldest first, and keeps the place unless it was at the end. */
export function draw(thread, messages, isTyping, act) {
  const wasAtEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const { shown, byId, reactions } = settled(messages);
  const rows = [];
  let lastDay = "";
  for (const message of shown) {
    const date = new Date(Number(message.timestamp) * 1000);
    if (day.format(date) !== lastDay) {
      lastDay = day.format(date);
      rows.push(element("li", { class: "note" }, lastDay));
    }
    rows.push(message.type === "system" ? element("li", { class: "note" }, message.text) : row(message, date, byId, reactions.get(message.id) ?? [], act));
  }
  if (!messages.length) rows.push(hint(act));
  if (isTyping) rows.push(element("li", { class: "dots", "aria-label": "The business is typing" }, ...[1, 2, 3].map(() => element("i"))));
  thread.replaceChildren(...rows);
  if (wasAtEnd) thread.scrollTop = thread.scrollHeight;
}

/** Reactions, edits and deletions are no messages of their own: they change the one that they are about. */
function settled(messages) {
  const byId = new Map(messages.map((message) => [message.id, { ...message }]));
  const reactions = new Map();
  const shown = [];
  for (const { id } of messages) {
    const message = byId.get(id);
    const { reaction, edit, revoke } = message.payload;
    const target = byId.get(reaction?.message_id ?? edit?.original_message_id ?? revoke?.original_message_id);
    if (message.type === "reaction" && target) {
      const others = (reactions.get(target.id) ?? []).filter((known) => known.direction !== message.direction);
      reactions.set(target.id, reaction.emoji ? [...others, { direction: message.direction, emoji: reaction.emoji }] : others);
    } else if (message.type === "edit" && target) {
      Object.assign(target, { type: edit.message?.type ?? target.type, payload: { ...target.payload, ...edit.message }, isEdited: true });
    } else if (message.type === "revoke" && target) {
      Object.assign(target, { isGone: true });
    } else {
      shown.push(message);
    }
  }
  return { shown, byId, reactions };
}

function row(message, date, byId, reactions, act) {
  const { nodes, wide, bare } = message.isGone ? { nodes: [element("span", { class: "gone" }, "This message was deleted")] } : content(message);
  const context = message.payload.context ?? {};
  const bubble = element("div", { class: `bubble${wide ? " wide" : ""}${bare ? " bare" : ""}` }, quote(byId.get(context.message_id ?? context.id)),
    context.forwarded || context.frequently_forwarded ? element("span", { class: "foot" }, "↪ Forwarded") : null, ...nodes, meta(message, date));
  const made = element("li", { class: `row ${message.direction}${reactions.length ? " reacted" : ""}` }, bubble);
  const below = message.isGone ? [] : taps(message, act);
  if (below.length) made.append(element("div", { class: "taps" }, ...below));
  if (reactions.length) made.append(element("span", { class: "reactions" }, [...new Set(reactions.map((known) => known.emoji))].join("")));
  if (!message.isGone) made.append(acts(message, made, act));
  return made;
}

function quote(quoted) {
  if (!quoted) return null;
  return element("span", { class: "quote" }, element("b", {}, quoted.direction === "out" ? "You" : "Business"), quoted.text || quoted.type);
}

function acts(message, made, act) {
  const react = element("button", { type: "button", title: "React", "aria-label": "React", click: () => {
    const known = made.querySelector(".emojis");
    if (known) return known.remove();
    made.append(element("span", { class: "emojis" }, ...EMOJIS.map((emoji) => element("button", { type: "button", click: () => {
      made.querySelector(".emojis")?.remove();
      act.write({ type: "reaction", reaction: { message_id: message.id, emoji } });
    } }, emoji))));
  } }, icon("smile"));
  const answer = element("button", { type: "button", title: "Answer", "aria-label": "Answer this message", click: () => act.quote(message) }, icon("reply"));
  return element("span", { class: "acts" }, react, answer);
}

function meta(message, date) {
  const made = element("span", { class: "meta" }, message.isEdited ? "Edited " : "", clock.format(date));
  if (message.direction !== "out") return made;
  const has = (status) => message.statuses.some((entry) => entry.status === status);
  const state = has("read") ? "read" : has("delivered") ? "delivered" : "sent";
  const ticks = element("span", { class: state, title: state, role: "img", "aria-label": state }, icon(state === "sent" ? "tick" : "ticks", "0 0 18 14"));
  made.append(ticks);
  return made;
}

function hint(act) {
  const openings = ["Hello 👋", "I have a question about my order", "Is anybody there?"];
  return element("li", { class: "hint" }, "Nothing here yet. Write the first message:",
    ...openings.map((text) => element("button", { type: "button", click: () => act.write({ type: "text", text: { body: text } }) }, text)));
}
