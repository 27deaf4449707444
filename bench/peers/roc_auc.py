# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""ROC-AUC of predictions.

Usage: roc_auc.py LABELS PREDICTIONS, files with one label (0 or 1) and one probability per line. Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from sklearn.metrics import roc_auc_score


def main(labels: str, predictions: str) -> None:
    print(json.dumps({"roc_auc": roc_auc_score(np.loadtxt(labels, dtype=int), np.loadtxt(predictions))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
