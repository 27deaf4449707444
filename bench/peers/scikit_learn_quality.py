# /// script
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""scikit-learn: `TfidfVectorizer` of words (1 to 2), of characters (2 to 5) or both in a `FeatureUnion`, in 2 or more
texts, without a limit, and `LogisticRegression(C=1)`, balanced or not.

Usage: scikit_learn_quality.py TABLE TRAIN TEST TERMS CLASS_WEIGHT. TABLE is a CSV with `text` and `label`, whose first
TRAIN rows are fitted and last TEST rows predicted. Prints one line of JSON."""

import csv
import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import FeatureUnion, make_pipeline

table, train, test, terms, class_weight = sys.argv[1:]
csv.field_size_limit(10**9)
with open(table, encoding="utf-8", newline="") as file:
    rows = [(row["text"], int(row["label"])) for row in csv.DictReader(file)]
texts, labels = zip(*rows, strict=True)
train_part, test_part = slice(int(train)), slice(len(rows) - int(test), None)

vectorizers = {
    "words": TfidfVectorizer(ngram_range=(1, 2), min_df=2),
    "characters": TfidfVectorizer(analyzer="char", ngram_range=(2, 5), min_df=2),
}
vectorizer = FeatureUnion(list(vectorizers.items())) if terms == "both" else vectorizers[terms]
weight = None if class_weight == "equal" else class_weight
classifier = LogisticRegression(solver="lbfgs", C=1.0, max_iter=1000, class_weight=weight)
pipeline = make_pipeline(vectorizer, classifier).fit(texts[train_part], labels[train_part])

probabilities = pipeline.predict_proba(texts[test_part])[:, 1]
metrics = {
    "roc_auc": roc_auc_score(labels[test_part], probabilities),
    "pr_auc": average_precision_score(labels[test_part], probabilities),
}
print(json.dumps(metrics))
