# /// script
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""scikit-learn: its optimum at a tight tolerance beside the one of `relevance train`, on the same texts and terms.

Usage: optimum.py DATA TRAIN. DATA has `data.sqlite` and our `pipeline.json`. scikit-learn fits the first TRAIN rows of
the table; the probabilities of all rows are compared. Prints one line of JSON."""

import json
import sqlite3
import sys
from copy import copy

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import normalize

data, train = sys.argv[1], slice(int(sys.argv[2]))
query = "SELECT text, class_label FROM data ORDER BY rowid"
texts, labels = zip(*sqlite3.connect(f"{data}/data.sqlite").execute(query), strict=True)
with open(f"{data}/pipeline.json", encoding="utf-8") as file:
    pipeline = json.load(file)

# Only ASCII letters are put into lower case.
vectorizer = TfidfVectorizer(
    token_pattern="[a-zA-Z0-9_]+",
    ngram_range=(1, 2),
    min_df=2,
    preprocessor=lambda text: text.encode().lower().decode(),
)
vectorizer.fit(texts[train])
terms = pipeline["vocabulary"]
if different := set(terms) ^ set(vectorizer.vocabulary_):
    sys.exit(f"the vocabularies differ: {sorted(different)[:10]}")

columns = [vectorizer.vocabulary_[term] for term in terms]
vectors = vectorizer.transform(texts)[:, columns]
theirs = LogisticRegression(solver="lbfgs", C=1.0, tol=1e-10, max_iter=10_000).fit(vectors[train], labels[train])
ours = copy(theirs)
ours.coef_, ours.intercept_ = np.array([pipeline["coefficients"]]), np.array([pipeline["intercept"]])
# Ours scores with the weights in its own file, so the rows are weighted again.
idf = np.array(pipeline["idf"]) / vectorizer.idf_[columns]
our_probabilities, their_probabilities = (
    model.predict_proba(rows)[:, 1]
    for model, rows in ((ours, normalize(vectors.multiply(idf).tocsr())), (theirs, vectors))
)


def objective(model: LogisticRegression) -> float:
    """Returns the sum of the logistic losses plus half the squared norm of the coefficients."""
    losses = log_loss(labels[train], model.predict_proba(vectors[train]), normalize=False)
    return losses + 0.5 * float(np.sum(model.coef_**2))


outcome = {
    "terms": len(terms),
    "train": int(sys.argv[2]),
    "compared": len(texts),
    "idf": float(np.abs(idf - 1.0).max()),
    "objective": objective(ours) / objective(theirs) - 1.0,
    "probability": float(np.abs(our_probabilities - their_probabilities).max()),
}
print(json.dumps(outcome))
