// The typed sentence, with each word tinted by its contribution to the log-odds.

import { element, signed } from "./elements.js";

/** Number of words from which the sentence scrolls in its own frame. */
const LONG_WORDS = 300;
/** Limit of tinted words; the rest is plain text. */
export const TINTED_WORDS = 2_000;
/** Contribution with the full tint, unless the sentence has a stronger one. */
const STRONG_CONTRIBUTION = 0.75;

/** Whether the terms of an explanation are character n-grams, so that its tokens are characters. */
export function hasCharacters({ terms }) {
  return terms.some((term) => term.kind === "char");
}

/** The text of an explanation, with each token, or each character, as a focusable word. */
export function wordsOf(text, { terms, tokens }) {
  const characters = Array.from(text);
  const slice = (start, end) => characters.slice(start, end).join("");
  const strongest = tokens.reduce((most, token) => Math.max(most, Math.abs(token.contribution)), STRONG_CONTRIBUTION);
  const isOfCharacters = hasCharacters({ terms });
  const part = isOfCharacters ? "character" : "word";
  const node = element("div", {
    className: tokens.length < LONG_WORDS ? "words" : "words long",
    role: "group",
    ariaLabel: `The sentence ${part} by ${part}; arrow keys move`,
  });
  node.classList.toggle("characters", isOfCharacters);
  const nodes = [];
  let end = 0;
  for (const token of tokens.slice(0, TINTED_WORDS)) {
    node.append(slice(end, token.start));
    nodes.push(wordOf(slice(token.start, token.end), token, strongest));
    node.append(nodes.at(-1));
    end = token.end;
  }
  node.append(slice(end));
  if (nodes.length > 0) nodes[0].tabIndex = 0;
  node.addEventListener("keydown", (event) => move(event, nodes));
  return { node, nodes };
}

function wordOf(word, token, strongest) {
  const { start, end, contribution } = token;
  const share = token.known ? signed(contribution) : "unknown";
  const spoken = element("span", { className: "visually-hidden" }, `, ${share}`);
  const node = element("span", { className: "word", role: "button", tabIndex: -1, ariaPressed: "false" }, word, spoken);
  Object.assign(node.dataset, { start, end, contribution, share, towards: towards(token) });
  const strength = Math.abs(contribution) / strongest;
  node.style.setProperty("--tint", `${(6 + 34 * strength).toFixed(1)}%`);
  node.style.setProperty("--weight", `${(1 + 3 * strength).toFixed(1)}px`);
  return node;
}

function towards({ known, contribution }) {
  if (!known) return "unknown";
  if (contribution === 0) return "nowhere";
  return contribution > 0 ? "relevant" : "not-relevant";
}

/** Moves the focus by arrow keys; the sentence is one tab stop. */
function move(event, words) {
  const index = words.indexOf(event.target);
  const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: words.length - 1 }[event.key];
  if (index < 0 || !words[next]) return;
  event.preventDefault();
  words[index].tabIndex = -1;
  words[next].tabIndex = 0;
  words[next].focus();
}
