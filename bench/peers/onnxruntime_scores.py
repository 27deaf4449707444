# /// script
# dependencies = ["onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""onnxruntime: the same model file, one thread, with 64 texts or one text a call.

Usage: onnxruntime_scores.py MODEL TEXTS FORM PROBABILITIES. Prints one line of JSON: seconds to load and, the faster of
two times, to score all texts."""

import json
import sys
import time

import numpy as np
import onnxruntime

model_file, texts_file, form, probabilities_file = sys.argv[1:]
# Rows are as wide as the vocabulary, so larger batches are slower.
batch = {"64 a call": 64, "one a call": 1}[form]
with open(texts_file, encoding="utf-8", newline="\n") as lines:
    texts = np.array([line.removesuffix("\n").replace("\0", " ") for line in lines], dtype=object)

start = time.perf_counter()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model_file, options, providers=["CPUExecutionProvider"])
load = time.perf_counter() - start

seconds = []
for _ in range(2):
    start = time.perf_counter()
    batches = [texts[index : index + batch] for index in range(0, len(texts), batch)]
    probabilities = np.concatenate([session.run(["probability"], {"text": texts})[0] for texts in batches])
    seconds.append(time.perf_counter() - start)

np.save(probabilities_file, probabilities)
print(json.dumps({"load seconds": load, "seconds": min(seconds)}))
