// Elements of the page, and formatting of numbers.

/** The element of index.html with this id. */
export const find = (id) => document.getElementById(id);

/** Creates an element and sets its properties, or attributes where it has no such property. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** Sets the text if it differs, so that a live region announces nothing twice. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A fraction in percent with one digit; 0 and 100 only for exact values. */
export function percent(fraction) {
  if (fraction > 0 && fraction < 0.0005) return "under 0.1\u00a0%";
  if (fraction < 1 && fraction >= 0.9995) return "over 99.9\u00a0%";
  return `${(fraction * 100).toFixed(1)}\u00a0%`;
}

/** A contribution to the log-odds with its sign and four digits. */
export function signed(contribution) {
  const digits = Math.abs(contribution).toFixed(4);
  if (Number(digits) === 0) return digits;
  return `${contribution > 0 ? "+" : "\u2212"}${digits}`;
}

/** A whole number with thousands separators. */
export const count = (number) => number.toLocaleString("en");

/** A whole number with its noun. */
export const several = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
