// The names of the two classes, as the active model has them.

import { find } from "./elements.js";

const USUAL = "Relevant";

let relevant = USUAL;

/** Takes the labels of the response of `/v1/model`, and asks the page's question with them. */
export function setLabels(labels) {
  relevant = labels.relevant;
  const isUsual = relevant === USUAL;
  find("question").textContent = isUsual
    ? "Is this sentence relevant?"
    : `Is this sentence “${relevant}” or “${labels.not_relevant}”?`;
  find("scale-name").textContent = isUsual ? "probability of being relevant" : `probability of “${relevant}”`;
}

/** The name of the relevant class in the middle of a sentence. */
export function relevantName() {
  return relevant === USUAL ? "relevant" : `“${relevant}”`;
}
