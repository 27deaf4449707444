// Keyboard, screen readers, schemes and widths.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { eventually, FILM, FLOOD, screenshot, shows, test } from "./support.mjs";

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);

/** Presses Tab until the element has the focus. */
async function tabTo(page, selector, key = "Tab") {
  for (let stops = 0; stops < 40; stops += 1) {
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${selector} cannot be reached by ${key}`);
}

async function isOutlined(page) {
  const [outline, shadow] = await page.evaluate(() => {
    const node = document.activeElement;
    const field = node.matches("textarea") ? getComputedStyle(node.closest(".field")).boxShadow : "none";
    return [getComputedStyle(node, node.type === "range" ? "::-webkit-slider-thumb" : null).outlineStyle, field];
  });
  return outline !== "none" || shadow !== "none";
}

test("everything can be done by keyboard alone", {}, async (page) => {
  await tabTo(page, "#text");
  assert.ok(await isOutlined(page), "the text");
  await page.keyboard.type(FLOOD);
  await shows(page, "#outcome", "Relevant");

  await tabTo(page, "#threshold-slider");
  const before = await page.locator("#threshold-slider").getAttribute("aria-valuetext");
  await page.keyboard.press("End");
  await shows(page, "#outcome", "Not Relevant");
  assert.notEqual(await page.locator("#threshold-slider").getAttribute("aria-valuetext"), before);
  await tabTo(page, "#threshold-reset");
  assert.ok(await isOutlined(page), "the reset");
  await page.keyboard.press("Enter");
  await shows(page, "#outcome", "Relevant");
  assert.equal(await focused(page), "threshold-slider");

  await page.waitForSelector(".words .word");
  await tabTo(page, ".words .word");
  assert.match(await focused(page), /^flood/);
  assert.ok(await isOutlined(page), "a word");
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(page), /^waters/);
  await page.keyboard.press("End");
  assert.match(await focused(page), /^evacuated/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.ariaPressed), "true");
  assert.ok((await page.locator(".terms tr.marked").count()) > 0);

  await tabTo(page, "#text", "Shift+Tab");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type(FILM);
  await shows(page, "#outcome", /of 2 sentences relevant/);
  await tabTo(page, ".sentence .open");
  await page.keyboard.press("Space");
  await page.waitForSelector(".detail .word");
  await tabTo(page, ".detail .word");
  await tabTo(page, "#model summary");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".figures").isVisible(), true);
});

test("the examples and the clearing work by keyboard", {}, async (page) => {
  await tabTo(page, ".chip");
  await page.keyboard.press("Enter");
  await shows(page, "#outcome", "Relevant");
  assert.equal(await focused(page), "text");
  await tabTo(page, "#clear");
  await page.keyboard.press("Enter");
  await shows(page, "#outcome", "Waiting for a sentence");
});

const STATES = {
  empty: async () => {},
  one: async (page) => {
    await page.locator("#text").fill(`${FLOOD} before the game, qzxv`);
    await page.locator(".words .word").first().click();
    await shows(page, "#outcome", "Relevant");
  },
  several: async (page) => {
    await page.getByRole("button", { name: "at once" }).click();
    await shows(page, "#outcome", /sentences relevant/);
    await page.locator(".open").first().click();
    await page.waitForSelector(".detail .word");
    await page.locator("#model summary").click();
    await page.locator("#threshold-number").fill("60");
    await shows(page, "#threshold-note", /^yours/);
    await eventually(async () => assert.equal(await page.locator("#prediction").getAttribute("aria-busy"), "false"));
  },
  problem: async (page) => {
    await page.locator("#text").fill("x".repeat(100_001));
    await shows(page, "#problem strong", /too long/);
    await page.evaluate(() => (document.getElementById("key-form").hidden = false));
    await page.locator("#text").evaluate((node) => (node.value = "x"));
  },
};

for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    for (const [state, reach] of Object.entries(STATES)) {
      test(`axe finds nothing: ${state}, ${scheme}, ${width} pixels wide`, { scheme, width }, async (page) => {
        await shows(page, "#model summary", /version/);
        await reach(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(
          ({ id, help, nodes }) =>
            `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`,
        );
        await screenshot(page, `${state}-${scheme}-${width}`);
        assert.deepEqual(found, []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} pixels wide`);
      });
    }
  }
}

test("axe would find what is wrong", {}, async (page) => {
  await page.evaluate(() => {
    document.querySelector("h1").style.color = "#eee";
    document.getElementById("text-label").remove();
    document.getElementById("text").removeAttribute("placeholder");
  });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const ids = violations.map(({ id }) => id);
  assert.ok(ids.includes("color-contrast") && ids.includes("label"), ids.join(" "));
});
