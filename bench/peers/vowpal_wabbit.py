# /// script
# dependencies = ["vowpalwabbit==9.11.9"]
# ///
"""Vowpal Wabbit: logistic loss, words and pairs hashed into 2^20 weights, 5 passes; writes its model and the
probabilities of the test subset; texts are split and tokenised before the clock starts, which is to its advantage.

Usage: vowpal_wabbit.py DATA FOLDER. DATA has `train.vw` and `test.vw`; FOLDER gets `model` and `predictions`."""

import sys

from vowpalwabbit import Workspace

data, folder = sys.argv[1:]
model = f"{folder}/model"
learning = "--loss_function logistic --link logistic --ngram 2 -b 20 --passes 5 --holdout_off"
Workspace(f"-d {data}/train.vw {learning} -c -k --cache_file {model}.cache -f {model} --quiet").finish()
Workspace(f"-d {data}/test.vw -t -i {model} -p {folder}/predictions --quiet").finish()
