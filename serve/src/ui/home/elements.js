// Elements of the page, and numbers as people read them.

/** The element with this id, which index.html has. */
export const find = (id) => document.getElementById(id);

/** A new element: properties where it has them, attributes otherwise. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

/** Sets the text when it is another, so that a live region does not say the same twice. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A share of 1 in percent with one digit; never 0 or 100 for what is not. */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "under 0.1\u00a0%";
  if (share < 1 && share >= 0.9995) return "over 99.9\u00a0%";
  return `${(share * 100).toFixed(1)}\u00a0%`;
}

/** A share of the log-odds with its sign and four digits. */
export function signed(share) {
  const digits = Math.abs(share).toFixed(4);
  if (Number(digits) === 0) return digits;
  return `${share > 0 ? "+" : "\u2212"}${digits}`;
}

/** A whole number with its thousands apart. */
export const count = (number) => number.toLocaleString("en");

/** A whole number with its noun. */
export const several = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
