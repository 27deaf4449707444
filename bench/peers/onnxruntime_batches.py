"""Answers a file of one text a line with onnxruntime, in batches on the processors that it may use.

Usage: onnxruntime_batches.py MODEL TEXTS SENTENCES ANSWERS. Writes label, probability and text of the first SENTENCES
texts with tabs between, as `relevance predict` does.
"""

import os
import sys
from itertools import islice

import numpy as np
import onnxruntime

# The model's rows are as wide as its vocabulary: larger batches are slower.
BATCH = 64


def load(model):
    """A session with a thread for each processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def main(model, texts, sentences, answers):
    session = load(model)
    with open(texts, encoding="utf-8", newline="\n") as lines, open(answers, "w", encoding="utf-8") as output:
        lines = islice(lines, int(sentences))
        while batch := [line.removesuffix("\n") for line in islice(lines, BATCH)]:
            inputs = {"text": np.array([text.replace("\0", " ") for text in batch], dtype=object)}
            labels, probabilities = session.run(["label", "probability"], inputs)
            rows = zip(labels, probabilities, batch, strict=True)
            output.writelines(f"{label}\t{probability:.6f}\t{text}\n" for label, probability, text in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
