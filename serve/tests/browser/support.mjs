// A page in Chromium; a test fails on anything that the page must never do.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test as nodeTest } from "node:test";
import { chromium } from "playwright-core";

export const SERVICE = needed("RELEVANCE_SERVICE");
/** The same service, with a key. */
export const LOCKED = { service: needed("RELEVANCE_LOCKED_SERVICE"), key: needed("RELEVANCE_KEY") };
export const FLOOD = "flood waters are rising, families evacuated";
export const FILM = "can you recommend a good film";
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: needed("RELEVANCE_BROWSER"), args: ARGUMENTS });
});
after(() => browser.close());

function needed(variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is missing; \`cargo xtask browser\` sets it`);
  return value;
}

/**
 * A test with a page of its own. `prepare` is called before the page is loaded. Faults are requests that leave the
 * service, messages of error and violations of the policy; those that match `expected` are part of the test.
 */
export function test(
  name,
  { expected = /^$/, prepare = async () => {}, width = 1280, scheme = "light", service = SERVICE },
  body,
) {
  nodeTest(name, async () => {
    const viewport = { width, height: width < 600 ? 740 : 860 };
    const context = await browser.newContext({ colorScheme: scheme, viewport, reducedMotion: "reduce" });
    const page = await context.newPage();
    const faults = watch(page, service);
    try {
      await prepare(page);
      page.setDefaultTimeout(10_000);
      await page.goto(service);
      await body(page, { context, faults });
    } finally {
      await context.close();
    }
    assert.deepEqual(
      faults.filter((fault) => !expected.test(fault)),
      [],
      "faults of the page",
    );
  });
}

function watch(page, service) {
  const faults = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(service).origin && protocol !== "data:" && protocol !== "blob:")
      faults.push(`request to ${request.url()}`);
  });
  page.on("console", (message) => {
    // A version without a page of its own, which the browser reports by itself.
    if (message.location().url === `${service}model`) return;
    if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error}`));
  return faults;
}

/** Waits until `check` passes, or fails with its last error. */
export async function eventually(check, timeout = 5_000) {
  for (const start = Date.now(); ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() - start > timeout) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Waits until the element has the text. */
export function shows(page, selector, text) {
  return eventually(async () => {
    const content = await page.locator(selector).textContent();
    if (text instanceof RegExp) assert.match(content, text);
    else assert.equal(content, text);
  });
}

/** Sets a large text at once, since Chromium takes seconds to type thousands of lines. */
export function enter(page, text) {
  return page.locator("#text").evaluate((node, text) => {
    node.value = text;
    node.dispatchEvent(new Event("input"));
  }, text);
}

/** The response of the service itself. */
export async function ask(page, path, body) {
  const response = await (body ? page.request.post(SERVICE + path, { data: body }) : page.request.get(SERVICE + path));
  assert.equal(response.status(), 200, await response.text());
  return response.json();
}

/** A fraction in the format of the page. */
export const percent = (fraction) => `${(fraction * 100).toFixed(1)}\u00a0%`;

export async function screenshot(page, name) {
  mkdirSync("../screenshots", { recursive: true });
  await page.screenshot({ path: `../screenshots/${name}.png`, fullPage: true });
}
