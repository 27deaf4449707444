// The model file in Node: node predict.mjs MODEL.onnx TEXT... prints a JSON line for each text.
//
// Needs: npm install onnxruntime-node

import ort from "onnxruntime-node";

const [path, ...texts] = process.argv.slice(2);
const session = await ort.InferenceSession.create(path);
const clean = texts.map((text) => text.replaceAll("\0", "\uFFFE"));
const { probability, label } = await session.run({ text: new ort.Tensor("string", clean, [clean.length]) });
label.data.forEach((name, index) => {
  console.log(JSON.stringify({ label: name, probability: probability.data[index] }));
});
