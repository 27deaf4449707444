"""Vowpal Wabbit from tokenised lines to a model file: logistic loss, words and pairs, 5 passes.

Usage: vowpal_wabbit.py TRAIN TEST MODEL PREDICTIONS; the probability of each line of TEST goes to PREDICTIONS.
"""

import sys

from vowpalwabbit import Workspace


def main(train, test, model, predictions):
    learning = "--loss_function logistic --link logistic --ngram 2 -b 20 --passes 5 --holdout_off"
    Workspace(f"-d {train} {learning} -c -k --cache_file {model}.cache -f {model} --quiet").finish()
    Workspace(f"-d {test} -t -i {model} -p {predictions} --quiet").finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
