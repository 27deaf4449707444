// One sentence: label, probability, words, threshold.

import assert from "node:assert/strict";
import { ask, enter, FILM, FLOOD, percent, SERVICE, shows, test } from "./support.mjs";

const words = (page) =>
  page.$$eval(".words .word", (nodes) =>
    nodes.map((node) => {
      const style = getComputedStyle(node);
      return {
        text: node.firstChild.textContent,
        contribution: Number(node.dataset.contribution),
        shown: node.dataset.share,
        towards: node.dataset.towards,
        line: style.textDecorationLine,
        lineStyle: style.textDecorationStyle,
        tint: Number.parseFloat(node.style.getPropertyValue("--tint")),
        background: style.backgroundColor,
      };
    }),
  );
const numbers = (page, selector) => page.$$eval(`${selector} data`, (nodes) => nodes.map((node) => Number(node.value)));
const sum = (values) => values.reduce((total, value) => total + value, 0);
const shown = (text) => (text === "unknown" ? 0 : Number(text.replace("\u2212", "-")));
const near = (got, want, tolerance) => assert.ok(Math.abs(got - want) <= tolerance, `${got} is not ${want}`);

test("typing shows the label and the probability of the service", {}, async (page) => {
  await page.locator("#text").pressSequentially(FLOOD);
  const want = await ask(page, "v1/predict", { text: FLOOD });
  assert.equal(want.relevant, true);
  await shows(page, "#probability", percent(want.probability));
  await shows(page, "#outcome", want.label);
  await page.locator("#text").fill(FILM);
  const other = await ask(page, "v1/predict", { text: FILM });
  await shows(page, "#probability", percent(other.probability));
  await shows(page, "#outcome", other.label);
  assert.notEqual(other.probability, want.probability);
});

test("the prediction says how many terms of the sentence the model knows", {}, async (page) => {
  const { known_terms: known } = await ask(page, "v1/predict", { text: FLOOD });
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#known-terms", `The model knows ${known} terms of this sentence.`);
  await page.locator("#text").fill("\u{1F525} qzxv");
  await shows(page, "#known-terms", /knows no word of this sentence/);
  await shows(page, "#outcome", "Not Relevant");
  await page.locator("#text").fill(`${FLOOD}\n${FILM}`);
  await shows(page, "#known-terms", "");
});

test("the contributions of words and terms add up to the log-odds", {}, async (page) => {
  const text = `${FLOOD}, 🔥 qzxv and the flood of the game`;
  await page.locator("#text").fill(text);
  await page.waitForSelector(".words .word");
  const want = await ask(page, "v1/explain", { text });
  const tinted = await words(page);
  assert.deepEqual(
    tinted.map(({ text }) => text),
    text.match(/\w+/g),
  );
  near(want.intercept + sum(tinted.map(({ contribution }) => contribution)), want.logit, 1e-4);
  near(want.intercept + sum(tinted.map((word) => shown(word.shown))), want.logit, 5e-5 * (tinted.length + 1) + 1e-4);
  near(want.intercept + sum(await numbers(page, ".terms tbody")), want.logit, 1e-4);
  near((await numbers(page, ".terms tfoot")).at(-1), want.logit, 1e-9);
  near(sum((await numbers(page, ".sum")).slice(0, 2)), want.logit, 1e-9);
  assert.equal(
    await page
      .locator(".words")
      .evaluate((node) => node.innerText.replaceAll(/, (unknown|[+\u2212]?\d\.\d{4})/g, "").replaceAll("\n", "")),
    text,
  );
});

test("a word's tint and line follow its contribution", {}, async (page) => {
  await page.locator("#text").fill(`${FLOOD} ${FILM} qzxv`);
  await page.waitForSelector(".words .word");
  const all = await words(page);
  for (const word of all) {
    const want =
      word.shown === "unknown"
        ? "unknown"
        : word.contribution > 0
          ? "relevant"
          : word.contribution < 0
            ? "not-relevant"
            : "nowhere";
    assert.equal(word.towards, want, word.text);
    if (want === "relevant") assert.equal(`${word.line} ${word.lineStyle}`, "underline solid", word.text);
    if (want === "not-relevant") assert.equal(`${word.line} ${word.lineStyle}`, "underline dashed", word.text);
    if (want === "unknown") assert.equal(word.line, "none", word.text);
  }
  assert.equal(new Set(all.map(({ towards }) => towards)).size, 3, JSON.stringify(all));
  const relevant = all
    .filter(({ towards }) => towards === "relevant")
    .sort((left, right) => left.contribution - right.contribution);
  assert.ok(relevant[0].tint < relevant.at(-1).tint && relevant[0].background !== relevant.at(-1).background);
});

test("a word that is pointed at shows its number and marks its terms", {}, async (page) => {
  await page.locator("#text").fill(FLOOD);
  const word = page.locator(".words .word", { hasText: /^evacuated/ });
  const bubble = () =>
    word.evaluate((node) => [getComputedStyle(node, "::after").visibility, getComputedStyle(node, "::after").content]);
  await word.waitFor();
  assert.equal((await bubble())[0], "hidden");
  await word.hover();
  const [visibility, content] = await bubble();
  assert.equal(visibility, "visible");
  assert.match(content, /[+\u2212]\d\.\d{4}/);
  const marked = await page.locator(".terms tr.marked th").allTextContents();
  assert.ok(marked.length > 0 && marked.every((term) => term.includes("evacuated")), String(marked));
});

test("another threshold changes the prediction, and the model's own can be restored", {}, async (page) => {
  const own = await ask(page, "v1/model");
  const { probability } = await ask(page, "v1/predict", { text: FLOOD });
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#outcome", own.labels.relevant);
  assert.equal(await page.locator("#threshold-number").inputValue(), String(Math.round(own.threshold * 1000) / 10));
  const requests = [];
  page.on("request", (request) => request.url().endsWith("/v1/explain") && requests.push(request.postDataJSON()));
  await page.locator("#threshold-number").fill(String(Math.ceil(probability * 100) + 1));
  await shows(page, "#outcome", own.labels.not_relevant);
  assert.equal(requests.at(-1).threshold, (Math.ceil(probability * 100) + 1) / 100);
  await shows(page, "#probability", percent(probability));
  await page.locator("#threshold-reset").click();
  await shows(page, "#outcome", own.labels.relevant);
  assert.ok(!("threshold" in requests.at(-1)), JSON.stringify(requests.at(-1)));
  assert.equal(await page.locator("#threshold-reset").isVisible(), false);
});

test("an example is one click", {}, async (page) => {
  await page.getByRole("button", { name: FLOOD }).click();
  await shows(page, "#outcome", "Relevant");
  assert.equal(await page.locator("#text").inputValue(), FLOOD);
});

test("a text without known words says so", {}, async (page) => {
  await page.locator("#text").fill("qzxv");
  await shows(page, "#explanation", /knows none of these words/);
});

test("a long text is tinted in part and counted in full", {}, async (page) => {
  const text = "flood the game ".repeat(2_000);
  await enter(page, text);
  await shows(page, "#explanation", /Only the first 2,000 words are tinted/);
  const want = await ask(page, "v1/explain", { text: text.trim() });
  assert.equal(want.tokens.length, 6_000);
  near(want.intercept + sum(await numbers(page, ".terms tbody")), want.logit, 1e-4);
  assert.equal(await page.locator(".words .word").count(), 2_000);
});

test("the prediction is announced once the input pauses", {}, async (page) => {
  await page.locator("#text").fill(FLOOD);
  await shows(page, "#announcement", /^Relevant, \d+\.\d\u00a0%$/);
  await page.locator("#text").fill("");
  await shows(page, "#outcome", "Waiting for a sentence");
  await shows(page, "#announcement", "");
});

test("a sentence is markup nowhere and stays nowhere", {}, async (page) => {
  const text = `<img src=x onerror=alert(1)> ${FLOOD}`;
  await page.locator("#text").fill(text);
  await page.waitForSelector(".words .word");
  assert.equal(await page.locator(".words img").count(), 0);
  const kept = () =>
    page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, location.search, location.hash]);
  assert.deepEqual(await kept(), [0, 0, "", "", ""]);
});

test("figures of the model are one click away", {}, async (page) => {
  const { metrics, name, version } = await ask(page, "v1/model");
  await shows(page, "#model summary", `The model: ${name}, version ${version}`);
  await page.locator("#model summary").click();
  const figures = await page.locator(".figures dd").allTextContents();
  const want = [metrics.precision, metrics.recall, metrics.f1, metrics.roc_auc, metrics.pr_auc];
  assert.deepEqual(
    figures,
    want.map((value) => (value === null ? "–" : value.toFixed(3))),
  );
});

const card = (page) =>
  page.route(`${SERVICE}model`, (route) => route.fulfill({ contentType: "text/html", body: "<title>Card</title>" }));
const noCard = (page) => page.route(`${SERVICE}model`, (route) => route.fulfill({ status: 404 }));

test("card and curves are one click away", { prepare: card }, async (page) => {
  await page.locator("#card-link").click();
  await page.waitForURL("**/model");
  assert.equal(await page.title(), "Card");
});

test("a version without a card is not said to have one", { prepare: noCard }, async (page) => {
  await Promise.all([page.waitForResponse(`${SERVICE}model`), page.reload()]);
  await shows(page, "#model summary", /version/);
  assert.equal(await page.locator("a[href=model]:visible").count(), 0);
});

const spam = async (page) => {
  await page.route("**/v1/model", async (route) => {
    const model = await (await route.fetch()).json();
    await route.fulfill({ json: { ...model, labels: { relevant: "spam", not_relevant: "ham" } } });
  });
};

test("the page asks with the labels of the model", { prepare: spam }, async (page) => {
  await shows(page, "#question", "Is this sentence “spam” or “ham”?");
  await shows(page, "#scale-name", "probability of “spam”");
  await page.locator("#text").fill(FLOOD);
  await shows(page, ".legend li:first-child", "towards “spam”");
  await page.locator("#text").fill(`${FLOOD}\n${FLOOD}`);
  await shows(page, "#outcome", "2 of 2 sentences “spam”");
});
