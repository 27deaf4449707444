# /// script
# requires-python = ">=3.11"
# dependencies = ["onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""loads the same model file, reads, scores in batches of 64, writes the lines that `relevance predict` writes as text, without the count of known terms.

Usage: onnxruntime_batches.py MODEL TEXTS PREDICTIONS. It uses the processors that it may use."""

from __future__ import annotations

import os
import sys
from itertools import islice

import numpy as np
import onnxruntime

# Rows are as wide as the vocabulary, so larger batches are slower.
BATCH = 64


def load(model: str) -> onnxruntime.InferenceSession:
    """Returns a session with a thread per processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def main(model: str, texts: str, predictions: str) -> None:
    session = load(model)
    with open(texts, encoding="utf-8", newline="\n") as lines, open(predictions, "w", encoding="utf-8") as output:
        while batch := [line.removesuffix("\n") for line in islice(lines, BATCH)]:
            inputs = {"text": np.array([text.replace("\0", " ") for text in batch], dtype=object)}
            labels, probabilities = session.run(["label", "probability"], inputs)
            rows = zip(labels, probabilities, batch, strict=True)
            output.writelines(f"{label}\t{probability:.6f}\t{text}\n" for label, probability, text in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
