"""Our pipeline against scikit-learn at a tight tolerance, on the same training texts and the whole vocabulary.

Usage: optimum.py ROWS PIPELINE. ROWS has JSON lines with `text`, `relevant` and `train`; scikit-learn fits on those of
`train`, and the probabilities of all are compared. One JSON line on standard output.
"""

import json
import sys

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize


def ascii_lower(text):
    """The text with its ASCII letters lower-cased, and no others."""
    return text.encode().lower().decode()


def objective(rows, labels, coefficients, intercept):
    """Sum of the logistic losses, and half the squared length of the coefficients."""
    margins = np.where(labels, 1.0, -1.0) * (rows @ coefficients + intercept)
    return np.logaddexp(0.0, -margins).sum() + 0.5 * coefficients @ coefficients


def probabilities(rows, coefficients, intercept):
    return 1.0 / (1.0 + np.exp(-(rows @ coefficients + intercept)))


def main(rows_path, pipeline_path):
    with open(rows_path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with open(pipeline_path, encoding="utf-8") as file:
        ours = json.load(file)
    is_train = np.array([row["train"] for row in rows])
    labels = np.array([row["relevant"] for row in rows])
    texts = [row["text"] for row in rows]

    vectorizer = TfidfVectorizer(
        token_pattern="[a-zA-Z0-9_]+", ngram_range=(1, 2), min_df=2, preprocessor=ascii_lower, dtype=np.float64
    )
    vectorizer.fit([text for text, train in zip(texts, is_train) if train])
    terms = set(vectorizer.vocabulary_)
    outcome = {
        "terms": len(terms),
        "only_ours": sorted(set(ours["vocabulary"]) - terms)[:5],
        "only_theirs": sorted(terms - set(ours["vocabulary"]))[:5],
    }
    if not outcome["only_ours"] and not outcome["only_theirs"]:
        outcome |= compare(vectorizer, ours, texts, labels, is_train)
    print(json.dumps(outcome))


def compare(vectorizer, ours, texts, labels, is_train):
    """How far the two are apart, on the same columns."""
    columns = [vectorizer.vocabulary_[term] for term in ours["vocabulary"]]
    coefficients, idf = np.zeros(len(columns)), np.zeros(len(columns))
    coefficients[columns], idf[columns] = ours["coefficients"], ours["idf"]

    vectors = vectorizer.transform(texts)
    train, train_labels = vectors[is_train], labels[is_train]
    classifier = LogisticRegression(solver="lbfgs", C=1.0, tol=1e-10, max_iter=10_000).fit(train, train_labels)
    theirs = classifier.coef_[0], classifier.intercept_[0]

    # Ours scores with the weights of its own file, so the rows are weighted anew.
    scored = normalize(vectors.multiply(idf / vectorizer.idf_).tocsr())
    difference = probabilities(scored, coefficients, ours["intercept"]) - probabilities(vectors, *theirs)
    return {
        "train": int(is_train.sum()),
        "compared": len(texts),
        "idf_difference": float(np.abs(idf / vectorizer.idf_ - 1.0).max()),
        "our_objective": float(objective(train, train_labels, coefficients, ours["intercept"])),
        "their_objective": float(objective(train, train_labels, *theirs)),
        "probability_difference": float(np.abs(difference).max()),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
