// The page: sends the typed sentences to the service and shows the predictions.

import { count, element, find, say, several } from "./elements.js";
import { explanation } from "./explanation.js";
import { askForKey, watchKey } from "./key.js";
import { showCard, showModel } from "./model.js";
import * as panel from "./prediction.js";
import * as sentences from "./sentences.js";
import * as service from "./service.js";
import { copy, csvFile, download, toCsv, toTsv } from "./table.js";

const EXAMPLES = [
  "flood waters are rising, families evacuated",
  "the game starts at seven",
  "two people were rescued from the roof",
  "can you recommend a good film",
];
const DEBOUNCE_MS = 80;
const SLOW_AFTER_MS = 1_500;
const RETRY_LOST_MS = 5_000;
/** Limits until the service has reported its own. */
const DEFAULT_LIMITS = { max_text_bytes: 100_000, max_body_bytes: 1_048_576, max_batch_texts: 100 };

const text = find("text");
const byLine = find("by-line");
let limits = DEFAULT_LIMITS;
let controller = new AbortController();
let timer;
let slow;
/** The version that the page describes, or null. */
let described = null;
let isLearning = false;
/** Predictions for several sentences, with null where one is missing. */
let results = { texts: [], predictions: [], threshold: 0 };

/** Classifies again after a pause in the input. */
function schedule(delay = DEBOUNCE_MS) {
  showInput();
  clearTimeout(timer);
  timer = setTimeout(classify, delay);
}

/** The typed sentences: one, or each line that is not only whitespace. */
function typed() {
  const value = text.value.toWellFormed();
  const lines = value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length > 1 && !byLine.checked ? [value.trim()] : lines;
}

function showInput() {
  const lines = text.value.split("\n").filter((line) => line.trim() !== "").length;
  const texts = typed();
  find("by-line-label").hidden = lines < 2;
  find("clear").hidden = text.value === "";
  const characters = several(Array.from(text.value).length, "character");
  find("text-note").textContent =
    texts.length === 0 ? "Nothing typed yet" : texts.length === 1 ? characters : several(texts.length, "sentence");
}

/** Classifies the typed sentences, and aborts earlier requests. */
async function classify() {
  clearTimeout(timer);
  clearTimeout(slow);
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const texts = typed();
  try {
    const version = await classifyAll(texts, signal);
    if (signal.aborted) return;
    showProblem(null);
    learn(version);
  } catch (failure) {
    if (signal.aborted) return;
    fail(failure, texts.length);
  }
  if (!signal.aborted) end();
}

/** Returns the version that predicted, if there was a request. */
function classifyAll(texts, signal) {
  if (texts.length === 0) return showNoPrediction();
  begin();
  return texts.length === 1 ? classifyOne(texts[0], signal) : classifySeveral(texts, signal);
}

function begin() {
  panel.setBusy(true);
  slow = setTimeout(() => wait("Still waiting for the service…"), SLOW_AFTER_MS);
}

function end() {
  clearTimeout(slow);
  panel.setBusy(false);
  wait("");
  find("progress").hidden = true;
}

function wait(reason) {
  find("waiting").textContent = reason;
}

const options = (signal) => ({
  signal,
  onBusy: (seconds) => wait(`The service is busy; trying again in ${several(seconds, "second")}.`),
});

function showNoPrediction() {
  panel.showNothing("Waiting for a sentence");
  view(null);
}

async function classifyOne(sentence, signal) {
  refuseTooLong(sentence);
  const { response, why } = await explained(sentence, signal);
  if (signal.aborted) return undefined;
  panel.showOne(response);
  find("explanation").replaceChildren(why ?? explanation(sentence, response));
  view("one");
  return response.model.version;
}

/** The explained prediction; or, for a model without explanations, the prediction and the reason. */
async function explained(sentence, signal) {
  try {
    return { response: await service.explain(sentence, panel.threshold(), options(signal)) };
  } catch (failure) {
    if (failure.code !== "not_explainable") throw failure;
    const response = await service.predictOne(sentence, panel.threshold(), options(signal));
    return { response, why: element("p", { className: "note" }, failure.detail) };
  }
}

function refuseTooLong(sentence) {
  const bytes = service.byteLength(sentence);
  if (bytes > limits.max_text_bytes) throw service.tooLong(bytes, limits.max_text_bytes);
}

/** Rejects sentences that are too long in their rows, and classifies the others. */
async function classifySeveral(texts, signal) {
  const predictions = new Array(texts.length).fill(null);
  const fitting = [];
  results = { texts, predictions, threshold: panel.effectiveThreshold() };
  sentences.show(texts);
  view("several");
  for (const [index, sentence] of texts.entries()) {
    const bytes = service.byteLength(sentence);
    if (bytes > limits.max_text_bytes) sentences.refuse(index, service.tooLong(bytes, limits.max_text_bytes));
    else fitting.push(index);
  }
  if (fitting.length === 0) panel.showNothing("No prediction");
  const asked = fitting.map((index) => texts[index]);
  let version;
  for await (const part of service.predict(asked, panel.threshold(), limits, options(signal))) {
    if (signal.aborted) return undefined;
    version = part.model.version;
    for (const [offset, prediction] of part.predictions.entries()) {
      const index = fitting[part.start + offset];
      predictions[index] = prediction;
      sentences.fill(index, [prediction]);
    }
    results.threshold = part.threshold;
    panel.showSeveral(predictions);
    showProgress(part.start + part.predictions.length, asked.length);
  }
  return version;
}

function showProgress(done, all) {
  Object.assign(find("progress"), { value: done, max: all, hidden: done === all });
}

/** Shows one section of results, or none. */
function view(name) {
  find("one").hidden = name !== "one";
  find("several").hidden = name !== "several";
}

function fail(failure, texts) {
  tell(failure);
  panel.showNothing("No prediction");
  if (texts > 1) sentences.giveUp();
  else view(null);
}

/** Shows a failure, and asks for a key or retries if that can help. */
function tell(failure) {
  if (!(failure instanceof service.Failure)) throw failure;
  if (failure.status === 401) askForKey();
  if (failure.isLost) timer = setTimeout(classify, RETRY_LOST_MS);
  showProblem(failure);
}

/** Shows a failure next to the input. */
function showProblem(failure) {
  const place = find("problem");
  const name = failure === null ? "" : `${failure.title}: ${failure.detail}`;
  if (place.dataset.name === name) return;
  place.dataset.name = name;
  text.ariaInvalid = String(failure?.code === "text_too_long");
  place.classList.toggle("problem", failure !== null);
  place.replaceChildren(...(failure === null ? [] : partsOf(failure)));
}

function partsOf(failure) {
  const { title, detail, code, isLost } = failure;
  const again = element("button", { type: "button", className: "quiet" }, "Try again");
  again.addEventListener("click", classify);
  const lost = isLost ? " Retrying automatically." : "";
  const parts = [element("strong", {}, title), element("p", {}, detail + lost)];
  if (code) parts.push(element("code", {}, code));
  if (code !== "text_too_long") parts.push(again);
  return parts;
}

/** Rows for export: every sentence, with empty cells where the prediction is missing. */
function exportRows() {
  const { texts, predictions, threshold } = results;
  return texts.map((sentence, index) => {
    const { label = "", probability = "", known_terms: known = "" } = predictions[index] ?? {};
    return { text: sentence, label, probability, threshold, known };
  });
}

async function copyAs(button, format) {
  const name = button.textContent;
  button.textContent = (await copy(format(exportRows()))) ? "Copied" : "The browser denied it";
  say(find("announcement"), button.textContent);
  setTimeout(() => (button.textContent = name), 1_500);
}

/** Downloads the card if a key is needed, since following a link sends none. */
async function saveCard(event) {
  if (service.key.get() === null || !event.target.matches("a[href=model]")) return;
  event.preventDefault();
  try {
    download(await service.card(), "relevance-card.html");
  } catch (failure) {
    tell(failure);
  }
}

function start() {
  panel.watchThreshold(() => schedule());
  sentences.prepare((sentence) => service.explain(sentence, panel.threshold(), {}));
  text.addEventListener("input", () => schedule());
  byLine.addEventListener("change", () => schedule(0));
  find("clear").addEventListener("click", () => type(""));
  find("copy-tsv").addEventListener("click", ({ target }) => copyAs(target, toTsv));
  find("copy-csv").addEventListener("click", ({ target }) => copyAs(target, toCsv));
  find("download-csv").addEventListener("click", () => download(csvFile(toCsv(exportRows())), "relevance.csv"));
  addEventListener("online", classify);
  addEventListener("click", saveCard);
  addExamples();
  watchKey(classify);
  schedule(0);
}

function type(value) {
  text.value = value;
  text.focus();
  schedule(0);
}

function addExamples() {
  const all = [...EXAMPLES, EXAMPLES.join("\n")];
  for (const [index, example] of all.entries()) {
    const name = index < EXAMPLES.length ? example : `all ${count(EXAMPLES.length)} at once`;
    const button = element("button", { type: "button", className: "chip" }, name);
    button.addEventListener("click", () => type(example));
    document.querySelector(".examples").append(button);
  }
}

/** Loads the description of the model if its version has changed; without it the page uses the default limits. */
async function learn(version = described) {
  if (isLearning || (described !== null && version === described)) return;
  isLearning = true;
  try {
    const model = await service.model();
    described = model.version;
    limits = model.limits;
    panel.setOwnThreshold(model.threshold);
    showModel(model);
    showCard(await service.hasCard());
  } catch (failure) {
    tell(failure);
  } finally {
    isLearning = false;
  }
}

start();
