// Client of the service: requests can be aborted, retry when the service is busy, and fail with a `Failure` to show.

const TIMEOUT_MS = 20_000;
const MAX_RETRIES = 4;
const MAX_RETRY_SECONDS = 30;
const KEY = "relevance.key";
const encoder = new TextEncoder();

/** A failed request, in words for the person at the page. */
export class Failure extends Error {
  constructor({ title, detail, code = "", status = 0 }) {
    super(detail);
    Object.assign(this, { title, detail, code, status });
  }

  /** Whether the service could not be reached. */
  get isLost() {
    return this.status === 0 && this.code !== "text_too_long";
  }
}

let secret = attempt(() => sessionStorage.getItem(KEY));

/** The API key, stored for this tab; only in this page if the browser has no storage. */
export const key = {
  get: () => secret,
  set(value) {
    secret = value;
    attempt(() => sessionStorage.setItem(KEY, value));
  },
  forget() {
    secret = null;
    attempt(() => sessionStorage.removeItem(KEY));
  },
};

function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/** Length in bytes of UTF-8. */
export const byteLength = (text) => encoder.encode(text).length;

/** The failure of a text over the limit, detected before sending. */
export function tooLong(bytes, limit) {
  const detail = `It has ${bytes.toLocaleString("en")} bytes; the limit of the service is ${limit.toLocaleString("en")}.`;
  return new Failure({ title: "This text is too long", detail, code: "text_too_long" });
}

/** The active model, and the limits on requests. */
export const model = () => send("v1/model", { method: "GET" }, {});

/** Whether the version has a model card. */
export async function hasCard() {
  try {
    return (await exchange("model", { method: "HEAD" })).ok;
  } catch {
    return false;
  }
}

/** The model card, requested with the key. */
export async function card() {
  const response = await exchange("model", { method: "GET" });
  if (!response.ok) throw await readFailure(response);
  return response.blob();
}

/** The prediction for one text, with the contribution of each term. */
export const explain = (text, threshold, options) => post("v1/explain", { text, ...override(threshold) }, options);

/** The prediction for one text. */
export const predictOne = (text, threshold, options) => post("v1/predict", { text, ...override(threshold) }, options);

/**
 * The predictions for texts, in as many requests as the limits require; yields the predictions of each chunk and its start.
 */
export async function* predict(texts, threshold, limits, options) {
  for (const { start, end } of chunks(texts, limits)) {
    const body = { texts: texts.slice(start, end), ...override(threshold) };
    yield { start, ...(await post("v1/predict/batch", body, options)) };
  }
}

/** Splits texts into chunks within the limits of a batch and of a body. */
export function* chunks(texts, { max_batch_texts, max_body_bytes }) {
  const overhead = 100;
  let [start, bytes] = [0, overhead];
  for (const [index, text] of texts.entries()) {
    const more = byteLength(JSON.stringify(text)) + 1;
    if (index > start && (index - start >= max_batch_texts || bytes + more > max_body_bytes)) {
      yield { start, end: index };
      [start, bytes] = [index, overhead];
    }
    bytes += more;
  }
  if (start < texts.length) yield { start, end: texts.length };
}

const override = (threshold) => (threshold === null ? {} : { threshold });

function post(path, body, options) {
  return send(
    path,
    { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } },
    options,
  );
}

/** Sends a request, and retries while the service is busy; `onBusy` receives the seconds until the retry. */
async function send(path, request, { signal, onBusy = () => {} }) {
  for (let retries = 0; ; retries += 1) {
    const response = await exchange(path, request, signal);
    if (response.ok) return await readJson(response);
    const failure = await readFailure(response);
    const seconds = Number(response.headers.get("retry-after"));
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || !(seconds > 0 && seconds <= MAX_RETRY_SECONDS) || retries === MAX_RETRIES) throw failure;
    onBusy(seconds);
    await pause(seconds * 1000, signal);
  }
}

async function exchange(path, request, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { ...request.headers, ...(secret && { authorization: `Bearer ${secret}` }) };
  try {
    return await fetch(path, { ...request, headers, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
  } catch (error) {
    signal?.throwIfAborted();
    if (error.name === "TimeoutError") {
      throw new Failure({
        title: "The service is too slow",
        detail: `It did not respond within ${TIMEOUT_MS / 1000} seconds.`,
      });
    }
    throw new Failure({
      title: "The service cannot be reached",
      detail: "The connection is lost, or the service has stopped.",
    });
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure({ title: "The response was incomplete", detail: "The connection was lost during the transfer." });
  }
}

/** A problem of the service, or a description of a response from an intermediary. */
async function readFailure(response) {
  const { status } = response;
  try {
    const { title, detail, code } = await response.json();
    if (title) return new Failure({ title, detail: detail ?? "", code: code ?? "", status });
  } catch {
    // Not a response of the service itself, so it has no message to show.
  }
  return new Failure({ title: "The service failed", detail: `It responded with status ${status}.`, status });
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
