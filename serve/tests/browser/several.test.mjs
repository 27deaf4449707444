// Several sentences: the table, its explanations, copies and the file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, enter, eventually, FILM, FLOOD, percent, shows, test } from "./support.mjs";

const TEXTS = [FLOOD, FILM, "earthquake"];
/** Sentences that could break a table, or run as a formula. */
const HARD = ['said "help", twice', "=HYPERLINK(1)", "+1 at-risk", "@home", "-5 degrees", "caf\u00e9 \u6d2a\u6c34"];
const SAFE = HARD.map((text) => (/^[=+@-]/.test(text) ? `'${text}` : text));

const rows = (page) =>
  page.$$eval(".sentence", (nodes) =>
    nodes.map((node) => ({
      text: node.querySelector(".open").textContent,
      label: node.querySelector(".label").textContent,
      probability: node.querySelector(".number").textContent,
    })),
  );

const asRows = (texts, { predictions }) =>
  predictions.map(({ label, probability, known_terms: known }, index) => ({
    text: texts[index],
    label: known === 0 ? `${label} no known words` : label,
    probability: percent(probability),
  }));

test("several lines become a table of predictions", {}, async (page) => {
  await page.locator("#text").fill(`${TEXTS[0]}\r\n\n  ${TEXTS[1]}  \n${TEXTS[2]}\n`);
  const want = await ask(page, "v1/predict/batch", { texts: TEXTS });
  await eventually(async () => assert.deepEqual(await rows(page), asRows(TEXTS, want)));
  const relevant = want.predictions.filter((prediction) => prediction.relevant).length;
  await shows(page, "#outcome", `${relevant} of 3 sentences relevant`);
  assert.equal(await page.locator("#one").isVisible(), false);
  assert.equal(await page.locator(".mark").count(), 3);
});

test("lines can be classified as one text", {}, async (page) => {
  await page.locator("#text").fill(`${FLOOD}\n${FILM}`);
  await page.getByLabel("One sentence a line").uncheck();
  const want = await ask(page, "v1/explain", { text: `${FLOOD}\n${FILM}` });
  await shows(page, "#probability", percent(want.probability));
  assert.equal(await page.locator("#several").isVisible(), false);
});

test("a row opens the explanation, which outlives another threshold", {}, async (page) => {
  await page.locator("#text").fill(TEXTS.join("\n"));
  const row = page.locator(".open").first();
  await row.click();
  await page.waitForSelector(".detail .word");
  assert.equal(await row.getAttribute("aria-expanded"), "true");
  await page.locator("#threshold-number").fill("100");
  await shows(page, "#outcome", "0 of 3 sentences relevant");
  assert.equal(await page.locator(".detail .words .word").count(), FLOOD.match(/\w+/g).length);
  await row.click();
  assert.equal(await page.locator(".detail").count(), 0);
});

test("many sentences go in as many requests as the limits ask for", {}, async (page) => {
  const { limits } = await ask(page, "v1/model");
  const texts = Array.from({ length: 2 * limits.max_batch_texts + 1 }, (_, index) => `flood ${index}`);
  const sizes = [];
  page.on("request", (request) => request.url().endsWith("/batch") && sizes.push(request.postDataJSON().texts.length));
  await enter(page, texts.join("\n"));
  await shows(page, "#outcome", new RegExp(`of ${texts.length.toLocaleString("en")} sentences relevant$`));
  assert.deepEqual(sizes, [limits.max_batch_texts, limits.max_batch_texts, 1]);
  const shown = await page.locator(".sentence").count();
  assert.ok(shown < texts.length);
  await page.getByRole("button", { name: "Show more" }).click();
  assert.ok((await page.locator(".sentence").count()) > shown);
});

test("large sentences go in requests that the body's limit allows", {}, async (page) => {
  const { limits } = await ask(page, "v1/model");
  const text = "flood ".repeat(Math.floor(limits.max_text_bytes / 6) - 1).trim();
  const sizes = [];
  page.on("request", (request) => request.url().endsWith("/batch") && sizes.push(request.postDataBuffer().length));
  await enter(page, Array(12).fill(text).join("\n"));
  await shows(page, "#outcome", "12 of 12 sentences relevant");
  assert.ok(sizes.length > 1 && sizes.every((size) => size <= limits.max_body_bytes), String(sizes));
});

test("the file is CSV that spreadsheets read and do not run", {}, async (page) => {
  await page.locator("#text").fill(HARD.join("\n"));
  const want = await ask(page, "v1/predict/batch", { texts: HARD });
  await eventually(async () => assert.deepEqual(await rows(page), asRows(HARD, want)));
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#download-csv").click()]);
  assert.equal(file.suggestedFilename(), "relevance.csv");
  const content = await readFile(await file.path(), "utf8");
  const quoted = SAFE.map((text) => (text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text));
  const lines = want.predictions.map(
    ({ label, probability, known_terms: known }, index) =>
      `${quoted[index]},${label},${probability},${want.threshold},${known}`,
  );
  assert.equal(content, ["\ufefftext,label,probability,threshold,known_terms", ...lines, ""].join("\r\n"));
});

test("copies are TSV for spreadsheets and CSV", {}, async (page, { context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#text").fill(`a\tb "c"\n${HARD[1]}`);
  await shows(page, "#outcome", /of 2 sentences/);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.locator("#copy-tsv").click();
  await shows(page, "#copy-tsv", "Copied");
  const [head, first, second] = (await clipboard()).split("\n").map((line) => line.split("\t"));
  assert.deepEqual(head, ["text", "label", "probability", "threshold", "known_terms"]);
  assert.deepEqual([first.length, first[0], second[0]], [5, 'a b "c"', `'${HARD[1]}`]);
  await page.locator("#copy-csv").click();
  await shows(page, "#copy-csv", "Copied");
  assert.match(await clipboard(), /^text,label,probability,threshold,known_terms\r\n"a\tb ""c""",/);
});

test("a sentence that is too long is rejected in its row only", {}, async (page) => {
  const { limits } = await ask(page, "v1/model");
  await page.locator("#text").fill([FLOOD, "x".repeat(limits.max_text_bytes + 1), FILM].join("\n"));
  await shows(page, "#outcome", /of 2 sentences relevant/);
  const [, refused, last] = await rows(page);
  assert.match(refused.label, /too long/);
  assert.equal(last.label, "Not Relevant");
});
