// Elements and icons. Everything a business or customer wrote goes in as text, never as markup.

/**
 * @param {string} name
 * @param {Record<string, string|boolean|Function>} [attributes] functions listen to the event they are named after
 * @param {...(Node|string|null|undefined|false)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  reply: "M10 8 5 12.5 10 17M5 12.5h9a5 5 0 0 1 5 5V19",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 10v.01M15 10v.01M8.5 14.5c2 2 5 2 7 0",
  link: "M14 5h5v5M19 5l-8 8M11 6H6v12h12v-5",
  call: "M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
  pin: "M12 21c4-5 6-8 6-11a6 6 0 1 0-12 0c0 3 2 6 6 11M12 8v4M10 10h4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c1-4 4-5 7-5s6 1 7 5",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  sound: "M12 4v10M9 8v2M15 8v2M6 10v1a6 6 0 0 0 12 0v-1M12 17v3",
  cart: "M4 5h2l2 10h9l2-7H7M9.5 19v.01M16 19v.01",
  tick: "M3 7l4 4L15 3",
  ticks: "M1 7l4 4L13 3M8 10l1 1L17 3",
};

/** @param {keyof typeof PATHS} name */
export function icon(name, box = "0 0 24 24") {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("viewBox", box);
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  made.append(path);
  return made;
}

/** A letter on a colour that follows from the name. */
export function avatar(name, key = name) {
  let hash = 0;
  for (const character of key) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
  const letter = [...name.replace(/^\+/, "")][0] ?? "?";
  return element("span", { class: `avatar hue-${hash % 6}`, "aria-hidden": "true" }, letter.toUpperCase());
}

/** One call to the control surface. */
export async function call(path, body) {
  const options = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, options);
  const json = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.error?.message ?? `HTTP ${answer.status}`), { isAnswer: true });
  return json;
}
