# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""the same settings: `TfidfVectorizer` and `LogisticRegression(solver="lbfgs", C=1)`; reads the table, splits
70/10/20 by row, threshold, ROC-AUC, average precision, F1; writes joblib.

Usage: scikit_learn.py DATABASE MODEL. The threshold is the one of the highest F1 on the validation subset. Prints one
line of JSON."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from typing import Any

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

SEED = 42

Subset = tuple[list[str], Any]


def read(path: str) -> Subset:
    """Returns texts and labels of the decided rows."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT text, class_label FROM data WHERE class_label IN (0, 1)").fetchall()
    return [text for text, _ in rows], np.array([label for _, label in rows])


def split(texts: list[str], labels: Any) -> tuple[Subset, Subset, Subset]:
    """Returns the training, validation and test subset, each with the same fraction of relevant rows."""
    texts, test_texts, labels, test_labels = train_test_split(
        texts, labels, test_size=0.2, random_state=SEED, stratify=labels
    )
    texts, validation_texts, labels, validation_labels = train_test_split(
        texts, labels, test_size=0.125, random_state=SEED, stratify=labels
    )
    return (texts, labels), (validation_texts, validation_labels), (test_texts, test_labels)


def best_threshold(labels: Any, probabilities: Any) -> float:
    """Returns the threshold of the highest F1."""
    precision, recall, thresholds = precision_recall_curve(labels, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny)
    return thresholds[np.argmax(f1[:-1])]


def main(database: str, model: str) -> None:
    (texts, labels), (validation_texts, validation_labels), (test_texts, test_labels) = split(*read(database))
    vectorizer = TfidfVectorizer(token_pattern="[a-zA-Z0-9_]+", ngram_range=(1, 2), min_df=2, max_features=20_000)
    rows = vectorizer.fit_transform(texts)
    classifier = LogisticRegression(solver="lbfgs", C=1.0, max_iter=1000).fit(rows, labels)
    pipeline = Pipeline([("vectorizer", vectorizer), ("classifier", classifier)])
    threshold = best_threshold(validation_labels, pipeline.predict_proba(validation_texts)[:, 1])
    joblib.dump({"pipeline": pipeline, "threshold": threshold}, model)
    probabilities = pipeline.predict_proba(test_texts)[:, 1]
    outcome = {
        "roc_auc": roc_auc_score(test_labels, probabilities),
        "average_precision": average_precision_score(test_labels, probabilities),
        "f1": f1_score(test_labels, probabilities >= threshold),
        "features": rows.shape[1],
        "iterations": int(classifier.n_iter_[0]),
    }
    print(json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
