// The model: its figures in plain words, and where its card is.

import { element, find } from "./elements.js";

const FIGURES = [
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["f1", "F1"],
  ["roc_auc", "ROC-AUC"],
  ["pr_auc", "PR-AUC"],
];

/** Shows what `/v1/model` says. */
export function showModel(model) {
  find("model-name").textContent = `${model.name}, version ${model.version}`;
  find("model").querySelector("summary").textContent = `The model: ${model.name}, version ${model.version}`;
  find("model-figures").replaceChildren(meaning(model), figures(model.metrics), origin(model));
}

/** Shows the ways to the page with card and curves, if there is one. */
export function showCard(isThere) {
  find("card-link").hidden = !isThere;
  if (!isThere) return;
  const link = element("a", { href: "model" }, "Card, curves and strongest words");
  find("model-figures").append(element("p", { className: "card" }, link));
}

function meaning({ metrics, labels }) {
  const { precision, recall } = metrics;
  if (precision === null || recall === null) return "";
  const of100 = (share) => Math.round(share * 100);
  const text =
    `Measured on sentences that it never saw in training: of 100 that it calls “${labels.relevant}”, ` +
    `${of100(precision)} are; of 100 that are, it finds ${of100(recall)}.`;
  return element("p", {}, text);
}

function figures(metrics) {
  const entries = FIGURES.map(([key, name]) => {
    const value = typeof metrics[key] === "number" ? metrics[key].toFixed(3) : "–";
    return element("div", {}, element("dt", {}, name), element("dd", {}, value));
  });
  return element("dl", { className: "figures" }, ...entries);
}

function origin({ created, threshold }) {
  const day = new Date(created).toLocaleDateString("en", { dateStyle: "long", timeZone: "UTC" });
  const json = element("a", { href: "v1/model" }, "All of it as JSON");
  return element(
    "p",
    { className: "note" },
    `Made on ${day}. Relevant from a probability of ${threshold.toFixed(4)} on. `,
    json,
    ".",
  );
}
