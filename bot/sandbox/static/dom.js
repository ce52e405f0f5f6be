// Small helpers that build nodes; text always goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** A new element. Attributes that are null, undefined or false are left out; `onclick` and friends are listeners. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A decorative icon from the sprite at the top of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A round picture with the initials of a name; its hue follows the id, so that a person keeps it. */
export function avatar(id, name) {
  const words = name.split(/\s+/).filter(Boolean);
  const initials = words.slice(0, 2).map((word) => Array.from(word)[0].toUpperCase());
  return el("span", { class: `avatar ${hue(id)}`, "aria-hidden": "true" }, initials.join(""));
}

/** The class of the hue that belongs to a user id; the divisor keeps the bot and the people of the demo apart. */
export function hue(id) {
  return `hue-${((Math.abs(id) % 13) + 1) % 5}`;
}

/** Moves focus inside a list of elements by arrow, Home and End keys; true when the key was one of them. */
export function moveFocus(event, items) {
  const from = items.indexOf(document.activeElement);
  const last = items.length - 1;
  const target = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: last }[event.key];
  if (target === undefined || from < 0) return false;
  event.preventDefault();
  items[Math.max(0, Math.min(last, target))].focus();
  return true;
}
