// Several sentences: a table that fills as responses arrive, with an explanation for each row.

import { count, element, find, percent } from "./elements.js";
import { explanation } from "./explanation.js";
import { Failure } from "./service.js";

const ROWS_AT_ONCE = 300;

const body = find("rows");
const more = find("more-note");
let rows = [];
let explain;

/** Prepares the table; `explainText` returns the response of `/v1/explain`, or throws a failure. */
export function prepare(explainText) {
  explain = explainText;
  more.querySelector("button").addEventListener("click", () => {
    const [first] = append();
    first?.button.focus();
  });
}

/** Shows texts without predictions; keeps the rows if the texts are the same. */
export function show(texts) {
  const isSame = texts.length === rows.length && texts.every((text, index) => rows[index].text === text);
  if (isSame) return;
  rows = texts.map((text) => ({ text, state: "pending" }));
  body.replaceChildren();
  append();
}

/** Fills in predictions from `start` on. */
export function fill(start, predictions) {
  for (const [offset, prediction] of predictions.entries()) set(rows[start + offset], { state: "classified", prediction });
}

/** Shows in a row why it has no prediction. */
export function refuse(index, failure) {
  set(rows[index], { state: "refused", failure });
}

/** Marks the rows whose predictions did not arrive. */
export function giveUp() {
  for (const row of rows.filter(({ state }) => state === "pending")) set(row, { state: "missing" });
}

function append() {
  const start = body.querySelectorAll(".sentence").length;
  const added = rows.slice(start, start + ROWS_AT_ONCE);
  for (const row of added) {
    build(row);
    body.append(row.node);
    render(row);
  }
  const shown = start + added.length;
  more.hidden = shown === rows.length;
  more.querySelector("span").textContent =
    `${count(shown)} of ${count(rows.length)} sentences are shown; copies and the file include all.`;
  return added;
}

function build(row) {
  row.button = element(
    "button",
    { type: "button", className: "open", ariaExpanded: "false" },
    element("span", {}, row.text),
  );
  row.button.addEventListener("click", () => toggle(row));
  row.label = element("td", { className: "label" });
  row.number = element("td", { className: "number" });
  row.node = element(
    "tr",
    { className: "sentence" },
    element("th", { scope: "row" }, row.button),
    row.label,
    row.number,
  );
}

function set(row, change) {
  Object.assign(row, change);
  if (row.node) render(row);
}

function render({ node, label, number, state, prediction, failure }) {
  node.dataset.towards = state !== "classified" ? "none" : prediction.relevant ? "relevant" : "not-relevant";
  if (state === "classified") {
    label.replaceChildren(element("span", { className: "badge" }, prediction.label));
    if (prediction.known_terms === 0) label.append(" ", element("span", { className: "note" }, "no known words"));
    const bar = element("span", { className: "level" });
    bar.style.setProperty("--at", String(prediction.probability));
    number.replaceChildren(
      bar,
      element("data", { value: String(prediction.probability) }, percent(prediction.probability)),
    );
  } else {
    label.textContent = { pending: "…", missing: "not classified", refused: failure?.title }[state];
    number.textContent = state === "refused" ? failure.detail : "";
  }
}

async function toggle(row) {
  const isOpen = row.button.ariaExpanded === "true";
  row.button.ariaExpanded = String(!isOpen);
  row.detail?.remove();
  if (isOpen) return;
  const cell = element("td", { colSpan: 3 }, element("p", { className: "note" }, "…"));
  row.detail = element("tr", { className: "detail" }, cell);
  row.node.after(row.detail);
  try {
    cell.replaceChildren(explanation(row.text, await explain(row.text)));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const { title, detail } = failure;
    cell.replaceChildren(
      element("p", { className: "problem", role: "alert" }, element("strong", {}, title), ` ${detail}`),
    );
  }
}
