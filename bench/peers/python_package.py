# /// script
# dependencies = ["numpy==2.4.6", "pyarrow==26.0.1"]
# ///
"""relevance_text: `Model.score` of a list of strings, of an Arrow array of strings, or of one string a call.

Usage: python_package.py MODEL TEXTS FORM PROBABILITIES PACKAGE. Prints one line of JSON: seconds to load and, the
fastest of several times, to score all texts."""

import json
import sys
import time
from functools import partial

import numpy as np
import pyarrow as pa

model_file, texts_file, form, probabilities_file, package = sys.argv[1:]
sys.path.insert(0, package)
from relevance_text import Model

with open(texts_file, encoding="utf-8", newline="\n") as lines:
    texts = [line.removesuffix("\n") for line in lines]
start = time.perf_counter()
model = Model(model_file)
load = time.perf_counter() - start


def one_per_call() -> np.ndarray:
    return np.concatenate([model.predict_proba([text]) for text in texts])


array = pa.array(texts)
score = {
    "list": partial(model.predict_proba, texts),
    "Arrow": lambda: model.score(array).probability,
    "one a call": one_per_call,
}[form]
seconds = []
for _ in range(5):
    start = time.perf_counter()
    probabilities = score()
    seconds.append(time.perf_counter() - start)

np.save(probabilities_file, probabilities)
print(json.dumps({"load seconds": load, "seconds": min(seconds)}))
