// WhatsApp's marks in a text: *bold*, _italic_, ~struck~, ```fixed```, and addresses that can be followed.

import { element } from "./dom.js";

const MARKS = /```([\s\S]+?)```|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/g;

/** The text as nodes. */
export function words(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(MARKS)) {
    nodes.push(text.slice(last, found.index));
    const [all, fixed, bold, italic, struck, url] = found;
    if (fixed) nodes.push(element("code", {}, fixed));
    else if (bold) nodes.push(element("strong", {}, ...words(bold)));
    else if (italic) nodes.push(element("em", {}, ...words(italic)));
    else if (struck) nodes.push(element("s", {}, ...words(struck)));
    else nodes.push(element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url));
    last = found.index + all.length;
  }
  nodes.push(text.slice(last));
  return nodes.filter((node) => node !== "");
}
