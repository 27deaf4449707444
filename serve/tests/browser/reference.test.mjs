// The reference at /docs: it lists every operation, and works offline.

import assert from "node:assert/strict";
import { ask, FLOOD, SERVICE, test } from "./support.mjs";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

test("every operation is in the reference, under its tag", { service: `${SERVICE}docs` }, async (page) => {
  const { paths } = await ask(page, "openapi.json");
  const items = Object.entries(paths);
  const operations = items.flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({ path, method, ...item[method] })),
  );
  assert.ok(operations.length > 5);
  for (const { path, method, tags, summary } of operations) {
    // Quotation marks keep the slashes and braces of a path in the attribute's value.
    const section = page.locator(`[id="tag/${tags[0].replaceAll(" ", "-")}/${method.toUpperCase()}${path}"]`);
    await section.getByText(summary).first().waitFor();
  }
});

test("a request is sent from the reference and its response is shown", { service: `${SERVICE}docs` }, async (page) => {
  await page.getByRole("button", { name: "Test Request (post /v1/predict)", exact: true }).click();
  const client = page.getByRole("dialog");
  const answered = page.waitForResponse((response) => response.url().endsWith("/v1/predict"));
  await client.getByRole("button", { name: "Send post request" }).click();
  const response = await answered;
  assert.equal(response.status(), 200);
  assert.deepEqual(response.request().postDataJSON(), { text: FLOOD });
  await client.getByText("200 OK").first().waitFor();
  await client.getByText('"probability"').first().waitFor();
});
