// The prediction: its label, its probability on the scale, and the threshold that the person can move.

import { count, element, find, percent, say, several } from "./elements.js";
import { relevantName } from "./labels.js";

const MAX_MARKS = 400;
const ANNOUNCE_AFTER_MS = 700;

const panel = find("prediction");
const slider = find("threshold-slider");
const number = find("threshold-number");
let own = 0.5;
let chosen = null;
let announcement;

/** The person's threshold, or null for the model's own. */
export const threshold = () => chosen;

/** The effective threshold. */
export const effectiveThreshold = () => chosen ?? own;

/** Prepares the inputs; calls `changed` when the person chooses a threshold. */
export function watchThreshold(changed) {
  const choose = (value) => {
    chosen = value;
    showThreshold();
    changed();
  };
  slider.addEventListener("input", () => choose(Math.round(slider.valueAsNumber * 100) / 100));
  number.addEventListener("input", () => {
    if (number.value !== "" && number.checkValidity()) choose(Math.round(number.valueAsNumber * 1000) / 100_000);
  });
  number.addEventListener("change", () => {
    number.value = "";
    showThreshold();
  });
  find("threshold-reset").addEventListener("click", () => {
    choose(null);
    slider.focus();
  });
  showThreshold();
}

/** The model's own threshold. */
export function setOwnThreshold(value) {
  own = value;
  showThreshold();
}

function showThreshold() {
  const value = effectiveThreshold();
  panel.style.setProperty("--threshold", String(value));
  slider.value = String(value);
  slider.ariaValueText = `${percent(value)}, ${chosen === null ? "the model’s own" : "yours"}`;
  if (document.activeElement !== number || number.value === "") number.value = String(Math.round(value * 1000) / 10);
  find("threshold-note").textContent = chosen === null ? "the model’s own" : "yours";
  const reset = find("threshold-reset");
  reset.hidden = chosen === null;
  reset.textContent = `Back to ${percent(own)}`;
  reset.ariaLabel = `${reset.textContent}, the model’s own`;
}

/** Shows that there is no prediction, and why. */
export function showNothing(reason) {
  outcome(reason, "none", "", "");
  find("marks").replaceChildren();
  clearTimeout(announcement);
  say(find("announcement"), "");
}

/** Shows one prediction. */
export function showOne({ label, relevant, probability, known_terms }) {
  outcome(label, relevant ? "relevant" : "not-relevant", percent(probability), String(probability));
  find("known-terms").textContent = knownTerms(known_terms);
  const [mark] = marks(1);
  mark.className = "mark";
  place(mark, probability, relevant);
  announce(`${label}, ${percent(probability)}${known_terms === 0 ? ", no known words" : ""}`);
}

/** Shows several predictions, each as a mark; missing ones are null. */
export function showSeveral(predictions) {
  const known = predictions.filter(Boolean);
  const relevant = known.filter((prediction) => prediction.relevant).length;
  const text = `${count(relevant)} of ${several(known.length, "sentence")} ${relevantName()}`;
  outcome(text, "several", "", "");
  const shown = known.slice(0, MAX_MARKS);
  for (const [index, mark] of marks(shown.length).entries()) {
    mark.className = "mark thin";
    place(mark, shown[index].probability, shown[index].relevant);
  }
  announce(text);
}

/** Marks the prediction as pending, visually and for screen readers. */
export function setBusy(isBusy) {
  panel.ariaBusy = String(isBusy);
}

/** How much of a sentence its prediction rests on; empty for a model that does not say it. */
function knownTerms(known) {
  if (known === undefined) return "";
  if (known === 0) return "The model knows no word of this sentence, so this is its base rate.";
  return `The model knows ${several(known, "term")} of this sentence.`;
}

function outcome(text, towards, probability, value) {
  panel.dataset.towards = towards;
  find("known-terms").textContent = "";
  find("outcome").textContent = text;
  Object.assign(find("probability"), { textContent: probability, value });
}

/** Returns this many marks, reusing existing ones so that they move smoothly. */
function marks(length) {
  const parent = find("marks");
  while (parent.children.length > length) parent.lastChild.remove();
  while (parent.children.length < length) parent.append(element("span"));
  return [...parent.children];
}

function place(mark, probability, relevant) {
  mark.style.setProperty("--at", String(probability));
  mark.dataset.towards = relevant ? "relevant" : "not-relevant";
}

/** Announces the prediction once the input pauses, and not at every letter. */
function announce(text) {
  clearTimeout(announcement);
  announcement = setTimeout(() => say(find("announcement"), text), ANNOUNCE_AFTER_MS);
}
