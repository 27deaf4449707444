"""scikit-learn from a SQLite table to a model file: TfidfVectorizer and LogisticRegression, at our settings.

Usage: scikit_learn.py DATABASE MODEL. Rows are dealt 70/10/20; the threshold is the one of the highest F1 on the
second side, and the third measures. One JSON line on standard output.
"""

import json
import sqlite3
import sys
from contextlib import closing

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

SEED = 42


def read(path):
    """Texts and labels of the decided rows."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT text, class_label FROM data WHERE class_label IN (0, 1)").fetchall()
    return [text for text, _ in rows], np.array([label for _, label in rows])


def deal(texts, labels):
    """Training, validation and test side, each as texts and labels with the same share of relevant rows."""
    texts, test_texts, labels, test_labels = train_test_split(
        texts, labels, test_size=0.2, random_state=SEED, stratify=labels
    )
    texts, validation_texts, labels, validation_labels = train_test_split(
        texts, labels, test_size=0.125, random_state=SEED, stratify=labels
    )
    return (texts, labels), (validation_texts, validation_labels), (test_texts, test_labels)


def best_threshold(labels, probabilities):
    """The threshold of the highest F1."""
    precision, recall, thresholds = precision_recall_curve(labels, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny)
    return thresholds[np.argmax(f1[:-1])]


def main(database, model):
    (texts, labels), (validation_texts, validation_labels), (test_texts, test_labels) = deal(*read(database))
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
