// What stands in a bubble, kind by kind, as a phone shows it.

import { element, icon } from "./dom.js";
import { words } from "./words.js";

const safe = (url) => (/^https?:\/\//.test(url ?? "") ? url : null);

/** The nodes of a message, and whether its bubble is `wide` or `bare`. */
export function content(message) {
  if (message.rendered) return { wide: true, nodes: template(message.rendered) };
  const body = message.payload[message.type] ?? {};
  switch (message.type) {
    case "text": return { nodes: words(body.body ?? message.text) };
    case "image": return { nodes: [picture(body), ...caption(body)] };
    case "video": return { nodes: [film(body), ...caption(body)] };
    case "sticker": return { bare: true, nodes: [sticker(body)] };
    case "audio": return { nodes: [sound(body)] };
    case "document": return { wide: true, nodes: [paper(body), ...caption(body)] };
    case "location": return { wide: true, nodes: [place(body)] };
    case "contacts": return { wide: true, nodes: (message.payload.contacts ?? []).map(person) };
    case "interactive": return interactive(message, body);
    case "order": return { wide: true, nodes: [order(body)] };
    case "button": return { nodes: [body.text ?? message.text] };
    default: return { nodes: [element("span", { class: "gone" }, message.text || message.type)] };
  }
}

function caption(body) {
  return body.caption ? words(body.caption) : [];
}

function source(body) {
  return body.id ? `/simulator/media/${encodeURIComponent(body.id)}` : null;
}

/** A medium that lies elsewhere is not fetched from here: it is shown as what it is, an address. */
function elsewhere(body, name, mark) {
  const url = safe(body.link);
  const inside = [element("span", { class: "mark" }, icon(mark)), element("span", {}, name, url && element("small", {}, new URL(url).host))];
  return url ? element("a", { class: "card", href: url, target: "_blank", rel: "noopener noreferrer" }, ...inside) : element("span", { class: "card" }, ...inside);
}

function picture(body) {
  const url = source(body);
  return url ? element("span", { class: "picture" }, element("img", { src: url, alt: body.caption ?? "Picture" })) : elsewhere(body, "Picture", "picture");
}

function film(body) {
  const url = source(body);
  return url ? element("span", { class: "picture" }, element("video", { src: url, controls: true, preload: "metadata" })) : elsewhere(body, "Video", "picture");
}

function sticker(body) {
  const url = source(body);
  return url ? element("span", { class: "sticker" }, element("img", { src: url, alt: "Sticker" })) : elsewhere(body, "Sticker", "smile");
}

function sound(body) {
  const url = source(body);
  return url ? element("audio", { src: url, controls: true, preload: "metadata" }) : elsewhere(body, body.voice ? "Voice note" : "Sound", "sound");
}

function paper(body) {
  const url = source(body);
  if (!url) return elsewhere(body, body.filename ?? "Document", "file");
  const name = body.filename ?? "Document";
  const kind = (name.match(/\.(\w{1,5})$/)?.[1] ?? body.mime_type?.split("/").pop() ?? "file").toUpperCase();
  return element("a", { class: "card", href: url, download: name }, element("span", { class: "mark" }, icon("file")), element("span", {}, name, element("small", {}, kind)));
}

function place(body) {
  const at = `${body.latitude}, ${body.longitude}`;
  return element("span", { class: "card map" }, element("span", { class: "mark" }, icon("pin")),
    element("span", {}, element("strong", {}, body.name ?? "Location"), element("small", {}, body.address ?? at)));
}

function person(card) {
  const name = card.name?.formatted_name ?? card.phones?.[0]?.phone ?? "Contact";
  const details = [card.org?.company, ...(card.phones ?? []).map((phone) => phone.phone), ...(card.emails ?? []).map((mail) => mail.email)];
  return element("span", { class: "card" }, element("span", { class: "mark" }, icon("person")),
    element("span", {}, element("strong", {}, name), ...details.filter(Boolean).slice(0, 2).map((line) => element("small", {}, line))));
}

function order(body) {
  const items = body.product_items ?? [];
  const count = items.reduce((sum, item) => sum + Number(item.quantity ?? 1), 0);
  return element("span", { class: "card" }, element("span", { class: "mark" }, icon("cart")),
    element("span", {}, element("strong", {}, `${count} ${count === 1 ? "item" : "items"}`), element("small", {}, body.text || "Order")));
}

function headed(header) {
  if (!header) return [];
  if (header.type === "text") return [element("strong", { class: "top" }, header.text ?? "")];
  const show = { image: picture, video: film, document: paper, location: place }[header.type];
  return show ? [show(header[header.type] ?? {})] : [];
}

function interactive(message, body) {
  const tapped = body.button_reply ?? body.list_reply;
  if (tapped) return { nodes: [tapped.title, ...(tapped.description ? [element("span", { class: "foot" }, tapped.description)] : [])] };
  if (message.direction === "out") return { nodes: [message.text || "Answer"] };
  const foot = body.footer?.text;
  return { wide: true, nodes: [...headed(body.header), ...words(body.body?.text ?? message.text), foot && element("span", { class: "foot" }, foot)].filter(Boolean) };
}

function template(shown) {
  const medium = shown.header_kind ? headed({ type: shown.header_kind, [shown.header_kind]: shown.header_medium ?? {} }) : [];
  return [...medium, shown.header && element("strong", { class: "top" }, shown.header), ...words(shown.body ?? ""),
    shown.footer && element("span", { class: "foot" }, shown.footer)].filter(Boolean);
}
