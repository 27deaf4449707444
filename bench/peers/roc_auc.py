# /// script
# dependencies = ["scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1", "joblib==1.6.0"]
# ///
"""scikit-learn: ROC-AUC of predictions.

Usage: roc_auc.py LABELS PREDICTIONS, files with one label (0 or 1) and one probability per line."""

import json
import sys

import numpy as np
from sklearn.metrics import roc_auc_score

labels, predictions = map(np.loadtxt, sys.argv[1:])
print(json.dumps({"roc_auc": roc_auc_score(labels, predictions)}))
