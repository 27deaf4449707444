# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "skl2onnx==1.20.0", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""Model of the Python servers: scikit-learn with our settings, as a pipeline and as skl2onnx's graph of it.

Usage: serving_model.py EXAMPLES FOLDER. EXAMPLES has JSON objects with `text` and `relevant`, one per line; FOLDER gets
`model.joblib` and `model.onnx`."""

from __future__ import annotations

import json
import pathlib
import sys

import joblib
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

TOKENS = "[a-zA-Z0-9_]+"


def main(examples: str, folder: str) -> None:
    with open(examples, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    vectorizer = TfidfVectorizer(token_pattern=TOKENS, ngram_range=(1, 2), min_df=2, max_features=20_000)
    classifier = LogisticRegression(solver="lbfgs", C=1.0, max_iter=1000)
    pipeline = Pipeline([("vectorizer", vectorizer), ("classifier", classifier)])
    pipeline.fit([row["text"] for row in rows], [row["relevant"] for row in rows])
    joblib.dump(pipeline, pathlib.Path(folder, "model.joblib"))
    options = {
        # The pattern is given again, since the converter would rewrite it.
        id(vectorizer): {"tokenexp": TOKENS, "locale": "C.utf8"},
        id(classifier): {"zipmap": False},
    }
    inputs = [("text", StringTensorType([None, 1]))]
    graph = convert_sklearn(pipeline, initial_types=inputs, target_opset=18, options=options)
    pathlib.Path(folder, "model.onnx").write_bytes(graph.SerializeToString())


if __name__ == "__main__":
    main(*sys.argv[1:])
