// The terms of an explanation as a table whose numbers add up to the log-odds.

import { element, several, signed } from "./elements.js";
import { relevantName } from "./labels.js";

const FIRST_TERMS = 8;
/** Contribution with a bar of full length, unless a term has a stronger one. */
const STRONG_CONTRIBUTION = 0.75;

/** The table, strongest term first, and its rows with the spans of their terms. */
export function termsOf({ terms, intercept, logit }) {
  const sorted = terms.toSorted((left, right) => Math.abs(right.contribution) - Math.abs(left.contribution));
  const strongest = sorted.reduce((most, term) => Math.max(most, Math.abs(term.contribution)), STRONG_CONTRIBUTION);
  const rows = sorted.map((term, index) => termRow(term, strongest, index >= FIRST_TERMS));
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "Term"),
    element(
      "th",
      { scope: "col", className: "bar-cell" },
      element("span", { className: "visually-hidden" }, "Direction"),
    ),
    element("th", { scope: "col", className: "number" }, "Log-odds"),
  );
  const table = element(
    "table",
    { className: "terms" },
    element("caption", { className: "visually-hidden" }, "Terms, strongest first"),
    element("thead", {}, head),
    element("tbody", {}, ...rows.map((row) => row.node)),
    element("tfoot", {}, ...restRow(sorted, rows), footRow("Start of every text", intercept), footRow("Sum", logit)),
  );
  return { node: table, rows };
}

function termRow(term, strongest, isHidden) {
  const { contribution } = term;
  const isTowards = contribution > 0;
  const times = term.count > 1 ? [element("span", { className: "sub" }, `${term.count} times`)] : [];
  const bar = element("div", { className: "bar", "data-towards": isTowards ? "relevant" : "not-relevant" });
  bar.style.setProperty("--length", `${((50 * Math.abs(contribution)) / strongest).toFixed(2)}%`);
  const node = element(
    "tr",
    { hidden: isHidden },
    element("th", { scope: "row" }, nameOf(term), ...times),
    element(
      "td",
      { className: "bar-cell" },
      bar,
      element("span", { className: "visually-hidden" }, isTowards ? `towards ${relevantName()}` : "away from it"),
    ),
    element("td", { className: "number" }, element("data", { value: String(contribution) }, signed(contribution))),
  );
  return { node, spans: term.spans };
}

/** The term; a character n-gram in quotes, with its spaces visible. */
function nameOf({ kind, term }) {
  return kind === "char" ? `\u201c${term.replaceAll(" ", "\u2423")}\u201d` : term;
}

function footRow(name, value) {
  const number = element("td", { className: "number" }, element("data", { value: String(value) }, signed(value)));
  return element("tr", {}, element("th", { scope: "row", colSpan: 2 }, name), number);
}

/** The sum of the hidden terms, and the button that shows them. */
function restRow(terms, rows) {
  const rest = rows.slice(FIRST_TERMS);
  if (rest.length === 0) return [];
  const name = several(rest.length, "more term");
  const button = element("button", { type: "button", className: "quiet", ariaExpanded: "false" }, name);
  const node = footRow(
    button,
    terms.slice(FIRST_TERMS).reduce((sum, term) => sum + term.contribution, 0),
  );
  const number = node.querySelector("data");
  button.addEventListener("click", () => {
    const isOpen = button.ariaExpanded === "false";
    for (const row of rest) row.node.hidden = !isOpen;
    number.hidden = isOpen;
    button.ariaExpanded = String(isOpen);
    button.textContent = isOpen ? "Fewer terms" : name;
  });
  return [node];
}
