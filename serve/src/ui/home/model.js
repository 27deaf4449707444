// The model: its metrics in words and numbers, and the link to its card.

import { element, find } from "./elements.js";
import { setLabels } from "./labels.js";

const METRICS = [
  ["precision", "Precision"],
  ["recall", "Recall"],
  ["f1", "F1"],
  ["roc_auc", "ROC-AUC"],
  ["pr_auc", "PR-AUC"],
];

/** Shows the response of `/v1/model`. */
export function showModel(model) {
  setLabels(model.labels);
  find("model-name").textContent = `${model.name}, version ${model.version}`;
  find("model").querySelector("summary").textContent = `The model: ${model.name}, version ${model.version}`;
  find("model-figures").replaceChildren(meaning(model), figures(model.metrics), origin(model));
}

/** Shows the links to the model card, if there is one. */
export function showCard(isThere) {
  find("card-link").hidden = !isThere;
  if (!isThere) return;
  const link = element("a", { href: "model" }, "Card, curves and strongest words");
  find("model-figures").append(element("p", { className: "card" }, link));
}

function meaning({ metrics, labels }) {
  const { precision, recall } = metrics;
  if (precision === null || recall === null) return "";
  const of100 = (fraction) => Math.round(fraction * 100);
  const text =
    `On sentences that were not used in training: of 100 that it labels “${labels.relevant}”, ` +
    `${of100(precision)} are; of 100 that are, it finds ${of100(recall)}.`;
  return element("p", {}, text);
}

function figures(metrics) {
  const entries = METRICS.map(([key, name]) => {
    const value = typeof metrics[key] === "number" ? metrics[key].toFixed(3) : "–";
    return element("div", {}, element("dt", {}, name), element("dd", {}, value));
  });
  return element("dl", { className: "figures" }, ...entries);
}

function origin({ created, threshold, labels }) {
  const day = created && new Date(created).toLocaleDateString("en", { dateStyle: "long", timeZone: "UTC" });
  const creation = day ? `Created on ${day}. ` : "";
  const json = element("a", { href: "v1/model" }, "All details as JSON");
  return element(
    "p",
    { className: "note" },
    `${creation}“${labels.relevant}” from a probability of ${threshold.toFixed(4)}. `,
    json,
    ".",
  );
}
