# /// script
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""scikit-learn: the same settings: `TfidfVectorizer` and `LogisticRegression(solver="lbfgs", C=1)`; reads the table,
splits 70/10/20 by row, threshold, ROC-AUC, average precision, F1; writes joblib.

Usage: scikit_learn.py DATA FOLDER. DATA has `data.sqlite`; FOLDER gets `model.joblib`. Prints one line of JSON."""

import json
import sqlite3
import sys

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

SEED = 42

data, folder = sys.argv[1:]
query = "SELECT text, class_label FROM data WHERE class_label IN (0, 1)"
texts, labels = zip(*sqlite3.connect(f"{data}/data.sqlite").execute(query), strict=True)
texts, test_texts, labels, test_labels = train_test_split(
    texts, np.array(labels), test_size=0.2, random_state=SEED, stratify=labels
)
texts, validation_texts, labels, validation_labels = train_test_split(
    texts, labels, test_size=0.125, random_state=SEED, stratify=labels
)

vectorizer = TfidfVectorizer(token_pattern="[a-zA-Z0-9_]+", ngram_range=(1, 2), min_df=2, max_features=20_000)
pipeline = make_pipeline(vectorizer, LogisticRegression(solver="lbfgs", C=1.0, max_iter=1000)).fit(texts, labels)

# The threshold of the highest F1.
precision, recall, thresholds = precision_recall_curve(
    validation_labels, pipeline.predict_proba(validation_texts)[:, 1]
)
f1 = 2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny)
threshold = thresholds[np.argmax(f1[:-1])]
joblib.dump({"pipeline": pipeline, "threshold": threshold}, f"{folder}/model.joblib")

probabilities = pipeline.predict_proba(test_texts)[:, 1]
metrics = {
    "roc_auc": roc_auc_score(test_labels, probabilities),
    "average_precision": average_precision_score(test_labels, probabilities),
    "f1": f1_score(test_labels, probabilities >= threshold),
}
print(json.dumps(metrics))
