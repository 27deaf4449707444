# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""`relevance train` against scikit-learn at a tight tolerance, on the same training texts and the whole vocabulary.

Usage: optimum.py DATABASE TRAIN PIPELINE. scikit-learn fits the first TRAIN rows of the table; the probabilities of all
rows are compared. Prints one line of JSON."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize


def ascii_lower(text: str) -> str:
    """Returns the text with its ASCII letters in lower case."""
    return text.encode().lower().decode()


def objective(rows: Any, labels: Any, coefficients: Any, intercept: float) -> float:
    """Returns the sum of the logistic losses plus half the squared norm of the coefficients."""
    margins = np.where(labels, 1.0, -1.0) * (rows @ coefficients + intercept)
    return np.logaddexp(0.0, -margins).sum() + 0.5 * coefficients @ coefficients


def probabilities(rows: Any, coefficients: Any, intercept: float) -> Any:
    return 1.0 / (1.0 + np.exp(-(rows @ coefficients + intercept)))


def main(database: str, train: str, pipeline: str) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT text, class_label FROM data ORDER BY rowid").fetchall()
    with open(pipeline, encoding="utf-8") as file:
        ours = json.load(file)
    texts, labels = [text for text, _ in rows], np.array([label == 1 for _, label in rows])

    vectorizer = TfidfVectorizer(
        token_pattern="[a-zA-Z0-9_]+", ngram_range=(1, 2), min_df=2, preprocessor=ascii_lower, dtype=np.float64
    )
    vectorizer.fit(texts[: int(train)])
    terms = set(vectorizer.vocabulary_)
    if terms != set(ours["vocabulary"]):
        only_ours, only_theirs = (sorted(set(ours["vocabulary"]) - terms), sorted(terms - set(ours["vocabulary"])))
        sys.exit(f"the vocabularies differ: only ours has {only_ours[:5]}, only scikit-learn's {only_theirs[:5]}")
    print(json.dumps(compare(vectorizer, ours, texts, labels, int(train))))


def compare(vectorizer: TfidfVectorizer, ours: dict[str, Any], texts: list[str], labels: Any, train: int) -> Any:
    """Returns the differences between the two models on the same columns."""
    columns = [vectorizer.vocabulary_[term] for term in ours["vocabulary"]]
    coefficients, idf = np.zeros(len(columns)), np.zeros(len(columns))
    coefficients[columns], idf[columns] = ours["coefficients"], ours["idf"]

    vectors = vectorizer.transform(texts)
    train_rows, train_labels = vectors[:train], labels[:train]
    classifier = LogisticRegression(solver="lbfgs", C=1.0, tol=1e-10, max_iter=10_000).fit(train_rows, train_labels)
    theirs = classifier.coef_[0], classifier.intercept_[0]
    our_objective = objective(train_rows, train_labels, coefficients, ours["intercept"])
    their_objective = objective(train_rows, train_labels, *theirs)

    # Ours scores with the weights in its own file, so the rows are weighted again.
    scored = normalize(vectors.multiply(idf / vectorizer.idf_).tocsr())
    difference = probabilities(scored, coefficients, ours["intercept"]) - probabilities(vectors, *theirs)
    return {
        "terms": len(columns),
        "train": train,
        "compared": len(texts),
        "idf": float(np.abs(idf / vectorizer.idf_ - 1.0).max()),
        "objective": float(our_objective / their_objective - 1.0),
        "probability": float(np.abs(difference).max()),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
