// Runs examples/browser in a browser: node browser.mjs BROWSER MODEL.onnx < TEXTS, one JSON string a line.
//
// Prints a JSON line for each text. The folder of this file has the example and its packages.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { text } from "node:stream/consumers";
import { chromium } from "playwright-core";

const TYPES = { ".html": "text/html", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const [browserProgram, model] = process.argv.slice(2);

/** Serves the example, with the model beside it. */
async function respond(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const file = pathname === "/model.onnx" ? model : new URL(`.${pathname}`, import.meta.url);
  try {
    const content = await readFile(file);
    response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" }).end(content);
  } catch (error) {
    response.writeHead(404).end(error.message);
  }
}

/** Returns the predictions of the example, and compares one with what its page shows. */
async function predict(page, texts) {
  const failures = [];
  page.on("pageerror", (error) => failures.push(error));
  await page.goto(`http://localhost:${server.address().port}/index.html`);
  const predictions = await page.evaluate(async (all) => {
    const { load } = await import("./predict.mjs");
    return (await load("model.onnx"))(all);
  }, texts);

  const first = texts.findIndex((each) => /^\w+$/.test(each));
  await page.locator("textarea").fill(texts[first]);
  const { label, probability } = predictions[first];
  await page.getByText(`${label}, ${(100 * probability).toFixed(1)} %`, { exact: true }).waitFor();

  assert.deepEqual(failures, []);
  return predictions;
}

const lines = (await text(process.stdin)).split("\n").filter((line) => line !== "");
const server = createServer(respond).listen(0, "localhost");
const browser = await chromium.launch({ executablePath: browserProgram, args: ["--no-sandbox"] });
try {
  const predictions = await predict(
    await browser.newPage(),
    lines.map((line) => JSON.parse(line)),
  );
  for (const prediction of predictions) console.log(JSON.stringify(prediction));
} finally {
  await browser.close();
  server.close();
}
