// The service: requests that can be aborted, wait when it asks for that, and fail with a `Failure` that can be shown.

const TIMEOUT_MS = 20_000;
const MAX_RETRIES = 4;
const MAX_RETRY_SECONDS = 30;
const KEY = "relevance.key";
const encoder = new TextEncoder();

/** Why there is no answer, in words for the person who waits for it. */
export class Failure extends Error {
  constructor({ title, detail, code = "", status = 0 }) {
    super(detail);
    Object.assign(this, { title, detail, code, status });
  }

  /** Whether the service was not reached at all. */
  get isLost() {
    return this.status === 0 && this.code !== "text_too_long";
  }
}

let secret = attempt(() => sessionStorage.getItem(KEY));

/** The API key, which this tab alone remembers; this page alone where the browser keeps nothing. */
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

/** Bytes of UTF-8. */
export const byteLength = (text) => encoder.encode(text).length;

/** The failure of a text that is over the limit, known before it is sent. */
export function tooLong(bytes, limit) {
  const detail = `It has ${bytes.toLocaleString("en")} bytes; the service takes up to ${limit.toLocaleString("en")}.`;
  return new Failure({ title: "This text is too long", detail, code: "text_too_long" });
}

/** What is served, and its limits. */
export const model = () => send("v1/model", { method: "GET" }, {});

/** Whether the version has a page with its card and curves. */
export async function hasCard() {
  try {
    return (await exchange("model", { method: "HEAD" })).ok;
  } catch {
    return false;
  }
}

/** That page, for a service that gives it to those alone who bring a key. */
export async function card() {
  const response = await exchange("model", { method: "GET" });
  if (!response.ok) throw await readFailure(response);
  return response.blob();
}

/** One text to its verdict and the share of each term. */
export const explain = (text, threshold, options) => post("v1/explain", { text, ...override(threshold) }, options);

/** One text to its verdict alone. */
export const predictOne = (text, threshold, options) => post("v1/predict", { text, ...override(threshold) }, options);

/**
 * Texts to verdicts, in as many requests as the limits ask for; yields each chunk's predictions and where they start.
 */
export async function* predict(texts, threshold, limits, options) {
  for (const { start, end } of chunks(texts, limits)) {
    const body = { texts: texts.slice(start, end), ...override(threshold) };
    yield { start, ...(await post("v1/predict/batch", body, options)) };
  }
}

/** Cuts texts so that each part keeps the limits of a batch and of a body. */
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

/** Sends, and sends again while the service is busy and says when; `onBusy` is told the seconds. */
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
        detail: `It gave no answer in ${TIMEOUT_MS / 1000} seconds.`,
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
    throw new Failure({ title: "The answer was cut short", detail: "The connection was lost on the way." });
  }
}

/** A problem of the service, or what can be said about an answer from something in between. */
async function readFailure(response) {
  const { status } = response;
  try {
    const { title, detail, code } = await response.json();
    if (title) return new Failure({ title, detail: detail ?? "", code: code ?? "", status });
  } catch {
    // Not the service's own answer, so there is nothing in it for a person.
  }
  return new Failure({ title: "The service failed", detail: `It answered with status ${status}.`, status });
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
