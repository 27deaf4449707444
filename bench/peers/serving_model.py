# /// script
# dependencies = ["scikit-learn==1.9.1", "skl2onnx==1.20.0", "onnx==1.23.2", "numpy==2.4.6"]
# ///
"""scikit-learn: model of the Python servers with our settings, as a pipeline and as skl2onnx's graph of it.

Usage: serving_model.py DATA FOLDER. DATA has `data.sqlite`; FOLDER gets `model.joblib` and `model.onnx`."""

import pathlib
import sqlite3
import sys

import joblib
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

TOKENS = "[a-zA-Z0-9_]+"

data, folder = map(pathlib.Path, sys.argv[1:])
texts, labels = zip(*sqlite3.connect(data / "data.sqlite").execute("SELECT text, class_label FROM data"), strict=True)
vectorizer = TfidfVectorizer(token_pattern=TOKENS, ngram_range=(1, 2), min_df=2, max_features=20_000)
classifier = LogisticRegression(solver="lbfgs", C=1.0, max_iter=1000)
pipeline = Pipeline([("vectorizer", vectorizer), ("classifier", classifier)]).fit(texts, labels)
joblib.dump(pipeline, folder / "model.joblib")

options = {
    # The pattern is given again, since the converter would rewrite it.
    id(vectorizer): {"tokenexp": TOKENS, "locale": "C.utf8"},
    id(classifier): {"zipmap": False},
}
inputs = [("text", StringTensorType([None, 1]))]
graph = convert_sklearn(pipeline, initial_types=inputs, target_opset=18, options=options)
(folder / "model.onnx").write_bytes(graph.SerializeToString())
