# /// script
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""scikit-learn: `predict_proba` of `TfidfVectorizer` and `LogisticRegression` with the same settings, trained on the
same archive, of a list of strings or of one string a call.

Usage: scikit_learn_scores.py MODEL TEXTS FORM PROBABILITIES. Prints one line of JSON: seconds to load and, the faster of
two times, to score all texts."""

import json
import sys
import time

import joblib
import numpy as np

model_file, texts_file, form, probabilities_file = sys.argv[1:]
with open(texts_file, encoding="utf-8", newline="\n") as lines:
    texts = [line.removesuffix("\n") for line in lines]

start = time.perf_counter()
pipeline = joblib.load(model_file)["pipeline"]
load = time.perf_counter() - start

batches = {"list": [texts], "one a call": [[text] for text in texts]}[form]
seconds = []
for _ in range(2):
    start = time.perf_counter()
    probabilities = np.concatenate([pipeline.predict_proba(batch)[:, 1] for batch in batches])
    seconds.append(time.perf_counter() - start)

np.save(probabilities_file, probabilities)
print(json.dumps({"load seconds": load, "seconds": min(seconds)}))
