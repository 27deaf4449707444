# /// script
# dependencies = ["onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""onnxruntime, Python: loads the same model file, reads, scores in batches of 64, writes the lines that
`relevance predict` writes as text, without the count of known terms.

Usage: onnxruntime_batches.py MODEL TEXTS PREDICTIONS. It uses the processors that it may use."""

import os
import sys
from itertools import islice

import numpy as np
import onnxruntime

# Rows are as wide as the vocabulary, so larger batches are slower.
BATCH = 64

model, texts, predictions = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = len(os.sched_getaffinity(0))
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
with open(texts, encoding="utf-8", newline="\n") as lines, open(predictions, "w", encoding="utf-8") as output:
    while batch := [line.removesuffix("\n") for line in islice(lines, BATCH)]:
        inputs = {"text": np.array([text.replace("\0", "\ufffe") for text in batch], dtype=object)}
        labels, probabilities = session.run(["label", "probability"], inputs)
        rows = zip(labels, probabilities, batch, strict=True)
        output.writelines(f"{label}\t{probability:.6f}\t{text}\n" for label, probability, text in rows)
