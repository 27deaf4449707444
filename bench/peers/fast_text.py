"""fastText from tokenised lines to a model file: supervised, words and pairs, 5 epochs, all cores.

Usage: fast_text.py TRAIN TEST MODEL PREDICTIONS; the probability of each line of TEST goes to PREDICTIONS.
"""

import os
import sys

import fasttext


def main(train, test, model, predictions):
    trained = fasttext.train_supervised(
        train, wordNgrams=2, dim=10, epoch=5, lr=0.5, minCount=2, bucket=200_000, thread=os.cpu_count(), verbose=0
    )
    trained.save_model(model)
    with open(test, encoding="utf-8") as lines, open(predictions, "w", encoding="ascii") as output:
        for line in lines:
            _, text = line.split(" ", 1)
            # `trained.predict` does the same and copies each answer into an array, which takes longer.
            answer = {label: probability for probability, label in trained.f.predict(text, 2, 0.0, "strict")}
            output.write(f"{answer.get('__label__1', 0.0)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
