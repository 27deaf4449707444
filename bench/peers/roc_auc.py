"""The ROC-AUC of predictions, one a line, against the labels 0 and 1, one a line.

Usage: score.py LABELS PREDICTIONS; one JSON line on standard output.
"""

import json
import sys

import numpy as np
from sklearn.metrics import roc_auc_score


def main(labels, predictions):
    print(json.dumps({"roc_auc": roc_auc_score(np.loadtxt(labels, dtype=int), np.loadtxt(predictions))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
