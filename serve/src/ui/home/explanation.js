// The explanation: the sentence with each word tinted by its contribution, and the terms that add up to the log-odds.

import { count, element, percent, several, signed } from "./elements.js";
import { relevantName } from "./labels.js";
import { termsOf } from "./terms.js";
import { TINTED_WORDS, hasCharacters, wordsOf } from "./words.js";

/** The explanation from a response of `/v1/explain` for `text`. */
export function explanation(text, response) {
  const words = wordsOf(text, response);
  const terms = termsOf(response);
  connect(words, terms.rows);
  const left = element("div", {}, words.node, legend(response), sum(response));
  if (response.tokens.length > TINTED_WORDS) {
    const parts = hasCharacters(response) ? "characters" : "words";
    const note = `Only the first ${count(TINTED_WORDS)} ${parts} are tinted; the terms include all ${parts}.`;
    left.append(element("p", { className: "note" }, note));
  }
  return element("div", { className: "why" }, left, terms.node);
}

function legend({ tokens }) {
  const keys = [
    ["relevant", `towards ${relevantName()}`],
    ["not-relevant", "away from it"],
  ];
  if (tokens.some((token) => !token.known)) keys.push(["unknown", "unknown to the model"]);
  const items = keys.map(([towards, text]) =>
    element("li", {}, element("span", { className: "word", "data-towards": towards }, text)),
  );
  return element("ul", { className: "legend note" }, ...items);
}

/** How the contributions add up to the probability. */
function sum({ intercept, logit, probability, terms }) {
  const words = logit - intercept;
  if (terms.length === 0) {
    return element(
      "p",
      { className: "note" },
      `The model knows none of these words, so the probability is its base rate: ${percent(probability)}.`,
    );
  }
  const number = (value) => element("data", { value: String(value) }, signed(value));
  return element(
    "p",
    { className: "sum note" },
    "Every text starts at ",
    number(intercept),
    `; ${several(terms.length, "term")} ${terms.length === 1 ? "adds" : "add"} `,
    number(words),
    ": log-odds of ",
    number(logit),
    `, which is ${percent(probability)}. Each +0.69 doubles the odds.`,
  );
}

/** Marks the terms of a hovered or pressed word, and the words of a hovered term. */
function connect({ node, nodes }, rows) {
  const covers = ({ spans }, word) =>
    spans.some(({ start, end }) => start <= word.dataset.start && word.dataset.end <= end);
  const markTerms = (word) => {
    for (const row of rows) row.node.classList.toggle("marked", word !== null && covers(row, word));
  };
  const pressed = () => nodes.find((word) => word.ariaPressed === "true") ?? null;
  const press = (word) => {
    const before = pressed();
    if (before) before.ariaPressed = "false";
    if (before !== word) word.ariaPressed = "true";
    markTerms(pressed());
  };
  const wordOfEvent = (event) => (event.target.classList.contains("word") ? event.target : null);
  node.addEventListener("pointerover", (event) => markTerms(wordOfEvent(event) ?? pressed()));
  node.addEventListener("pointerleave", () => markTerms(pressed()));
  node.addEventListener("click", (event) => wordOfEvent(event) && press(event.target));
  node.addEventListener("keydown", (event) => {
    if (!wordOfEvent(event) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    press(event.target);
  });
  for (const row of rows) {
    const markWords = (isMarked) =>
      nodes.forEach((word) => word.classList.toggle("marked", isMarked && covers(row, word)));
    row.node.addEventListener("pointerenter", () => markWords(true));
    row.node.addEventListener("pointerleave", () => markWords(false));
  }
}
