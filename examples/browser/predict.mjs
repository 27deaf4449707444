// The model file in a browser. Needs: npm install

import * as ort from "./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs";

// All texts of a call take the memory of its longest one.
const SIZE = 16;

/** Loads a model file and returns a function from texts to predictions. */
export async function load(address) {
  const session = await ort.InferenceSession.create(address);

  return async (texts) => {
    const predictions = [];
    for (let start = 0; start < texts.length; start += SIZE) {
      // The binding ends a string at U+0000; no model knows either character.
      const batch = texts.slice(start, start + SIZE).map((text) => text.replaceAll("\0", "\uFFFE"));
      const text = new ort.Tensor("string", batch, [batch.length]);
      const { probability, label } = await session.run({ text });
      label.data.forEach((name, row) => predictions.push({ label: name, probability: probability.data[row] }));
    }
    return predictions;
  };
}
