// Failures are shown next to the input, and disappear when they are over.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, eventually, FILM, FLOOD, LOCKED, percent, SERVICE, shows, test } from "./support.mjs";

const problem = (status, code, title, detail) => ({
  status,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: `urn:relevance:problem:${code}`, title, status, detail, code }),
});
const FAILED = /Failed to load resource/;

test("a text that is too long is rejected before it is sent", {}, async (page) => {
  const { limits } = await ask(page, "v1/model");
  const sent = [];
  await shows(page, "#model summary", /version/);
  page.on("request", (request) => sent.push(request.url()));
  await page.locator("#text").fill("\u00e9".repeat(limits.max_text_bytes / 2 + 1));
  await shows(page, "#problem strong", "This text is too long");
  await shows(page, "#problem", new RegExp((limits.max_text_bytes + 2).toLocaleString("en")));
  await shows(page, "#outcome", "No prediction");
  assert.equal(await page.locator("#text").getAttribute("aria-invalid"), "true");
  assert.deepEqual(
    sent.filter((url) => url.includes("/v1/")),
    [],
  );
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#outcome", "Relevant");
  assert.equal(await page.locator("#problem").textContent(), "");
});

const generous = async (page) => {
  await page.route("**/v1/model", async (route) => {
    const model = await (await route.fetch()).json();
    await route.fulfill({ json: { ...model, limits: { ...model.limits, max_text_bytes: 10_000_000 } } });
  });
};

test(
  "the service's own problem is shown with title, detail and code",
  { prepare: generous, expected: FAILED },
  async (page) => {
    const { limits } = await (await page.request.get(`${SERVICE}v1/model`)).json();
    await shows(page, "#model summary", /version/);
    await page.locator("#text").fill("x".repeat(limits.max_text_bytes + 1));
    await shows(page, "#problem strong", "Text too long");
    await shows(page, "#problem code", "text_too_long");
    await shows(page, "#problem p", new RegExp(`${limits.max_text_bytes}`));
  },
);

test("a response of an intermediary is shown by its status", { expected: FAILED }, async (page) => {
  await page.route("**/v1/explain", (route) => route.fulfill({ status: 502, body: "<html>proxy</html>" }));
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#problem", /The service failed.*502/);
  await page.unroute("**/v1/explain");
  await page.getByRole("button", { name: "Try again" }).click();
  await shows(page, "#outcome", "Relevant");
});

test("a busy service is asked again when it says", { expected: FAILED }, async (page) => {
  let calls = 0;
  await page.route("**/v1/explain", async (route) => {
    calls += 1;
    if (calls > 1) return route.continue();
    const answer = problem(429, "overloaded", "Overloaded", "all slots are taken");
    return route.fulfill({ ...answer, headers: { "retry-after": "1" } });
  });
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#waiting", "The service is busy; trying again in 1 second.");
  await shows(page, "#outcome", "Relevant");
  await shows(page, "#waiting", "");
  assert.equal(calls, 2);
});

test(
  "a lost connection is shown, and the prediction follows when it is back",
  { expected: /Failed to load resource: net::/ },
  async (page, { context }) => {
    await shows(page, "#model summary", /version/);
    await context.setOffline(true);
    await page.locator("#text").fill(FLOOD);
    await shows(page, "#problem strong", "The service cannot be reached");
    await context.setOffline(false);
    await shows(page, "#outcome", "Relevant");
    assert.equal(await page.locator("#problem").textContent(), "");
  },
);

test("a slow service is told", {}, async (page) => {
  await page.route("**/v1/explain", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await route.continue();
  });
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#waiting", "Still waiting for the service…");
  await shows(page, "#outcome", "Relevant");
  await shows(page, "#waiting", "");
});

test("an old response never replaces a newer one", {}, async (page) => {
  const held = [];
  await page.route("**/v1/explain", (route) => {
    if (route.request().postDataJSON().text === FLOOD) held.push(route);
    else return route.continue();
  });
  await page.locator("#text").fill(FLOOD);
  await eventually(() => assert.equal(held.length, 1));
  await page.locator("#text").fill(FILM);
  const { probability } = await ask(page, "v1/predict", { text: FILM });
  await shows(page, "#probability", percent(probability));
  await held[0].continue().catch(() => {});
  await page.evaluate(() => fetch("v1/model"));
  await shows(page, "#probability", percent(probability));
  await shows(page, "#outcome", "Not Relevant");
});

test("a model that cannot be explained still predicts", { expected: FAILED }, async (page) => {
  const answer = problem(501, "not_explainable", "Not explainable", "this model cannot be explained");
  await page.route("**/v1/explain", (route) => route.fulfill(answer));
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#outcome", "Relevant");
  await shows(page, "#explanation", "this model cannot be explained");
  assert.equal(await page.locator("#problem").textContent(), "");
});

test("another version of the model is noticed", {}, async (page) => {
  await shows(page, "#model summary", /version/);
  const next = async (route) => {
    const answer = await (await route.fetch()).json();
    const json = route.request().url().endsWith("/model") ? { ...answer, version: 99, threshold: 0.99 } : answer;
    await route.fulfill({ json: { ...json, model: { name: "relevance", version: 99 } } });
  };
  await page.route("**/v1/**", next);
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#model-name", "relevance, version 99");
  assert.equal(await page.locator("#threshold-number").inputValue(), "99");
});

const lockedCard = (page) =>
  page.route(`${LOCKED.service}model`, (route) => {
    const isOpen = route.request().headers().authorization === `Bearer ${LOCKED.key}`;
    return route.fulfill(isOpen ? { body: "card" } : { status: 401 });
  });

test(
  "a service with keys asks for one and forgets it on demand",
  { service: LOCKED.service, prepare: lockedCard, expected: FAILED },
  async (page) => {
    const field = page.getByLabel("API key", { exact: true });
    await shows(page, "#problem code", "key_missing");
    await page.locator("#text").fill(FLOOD);
    await shows(page, "#outcome", "No prediction");
    await field.fill("wrong");
    await page.keyboard.press("Enter");
    await shows(page, "#problem code", "key_unknown");
    await field.fill(LOCKED.key);
    await page.keyboard.press("Enter");
    await shows(page, "#outcome", "Relevant");
    await shows(page, "#model summary", /version/);
    assert.equal(await field.isVisible(), false);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 1]);
    await page.reload();
    await page.locator("#text").fill(FLOOD);
    await shows(page, "#outcome", "Relevant");
    const [card] = await Promise.all([page.waitForEvent("download"), page.locator("#card-link").click()]);
    assert.equal(await readFile(await card.path(), "utf8"), "card");
    await page.getByRole("button", { name: "Forget it" }).click();
    await shows(page, "#problem code", "key_missing");
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  },
);

test(
  "the watch notices scripts, styles and requests that the policy forbids",
  { expected: /policy|request to|violates/i },
  async (page, { faults }) => {
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
      document.body.setAttribute("style", "color: red");
      return fetch("http://127.0.0.1:9/elsewhere").catch(() => {});
    });
    assert.equal(await page.evaluate(() => window.ran), undefined);
    await eventually(() => assert.ok(faults.length >= 3, faults.join("\n")));
  },
);
