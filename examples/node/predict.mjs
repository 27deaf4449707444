// The model file in Node: node predict.mjs MODEL.onnx < TEXTS, one JSON string a line.
//
// Prints a JSON line for each text. Needs: npm install

import { text } from "node:stream/consumers";
import ort from "onnxruntime-node";

const session = await ort.InferenceSession.create(process.argv[2]);
// Not by `readline`, which also splits at U+2028 and U+2029.
const lines = (await text(process.stdin)).split("\n").filter((line) => line !== "");
// The binding ends a string at U+0000; no model knows either character.
const texts = lines.map((line) => JSON.parse(line).replaceAll("\0", "\uFFFE"));

// All texts of a call take the memory of its longest one.
const size = 16;
for (let start = 0; start < texts.length; start += size) {
  const batch = texts.slice(start, start + size);
  const inputs = { text: new ort.Tensor("string", batch, [batch.length]) };
  const { probability, label } = await session.run(inputs);
  label.data.forEach((name, index) => {
    console.log(JSON.stringify({ label: name, probability: probability.data[index] }));
  });
}
