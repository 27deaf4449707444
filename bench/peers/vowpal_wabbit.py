# /// script
# requires-python = ">=3.11"
# dependencies = ["vowpalwabbit==9.11.9"]
# ///
"""logistic loss, words and pairs hashed into 2^20 weights, 5 passes; writes its model and the probabilities of the test
subset; texts are split and tokenised before the clock starts, which is to its advantage.

Usage: vowpal_wabbit.py TRAIN TEST MODEL PREDICTIONS."""

from __future__ import annotations

import sys

from vowpalwabbit import Workspace


def main(train: str, test: str, model: str, predictions: str) -> None:
    learning = "--loss_function logistic --link logistic --ngram 2 -b 20 --passes 5 --holdout_off"
    Workspace(f"-d {train} {learning} -c -k --cache_file {model}.cache -f {model} --quiet").finish()
    Workspace(f"-d {test} -t -i {model} -p {predictions} --quiet").finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
