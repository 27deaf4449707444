"""Writes tables of labelled sentences, made from the database of the embedded archive."""

import csv
import random
import re
import sqlite3
import sys
from pathlib import Path

LABELS = ["Relevant", "Not Relevant"]


def rotate(text):
    """Returns the sentence with its second half first: a text that the archive does not have."""
    words = text.split()
    half = len(words) // 2
    return " ".join(words[half:] + words[:half])


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "choose_one"])
        writer.writerows(rows)


def write_sentences(path, rows):
    """Writes the long sentences whose characters are the same in every file format, one a line."""
    plain = (text for text, _ in rows if re.fullmatch(r"[A-Za-z0-9.,:;#@!?/_ -]+", text))
    path.write_text("\n".join(text for text in plain if text.count(" ") > 4), encoding="utf-8")


def main(database, folder):
    query = "SELECT text, choose_one FROM data WHERE choose_one IN (?, ?) ORDER BY rowid"
    rows = sqlite3.connect(database).execute(query, LABELS).fetchall()
    rotated = [(rotate(text), label) for text, label in rows]
    labels = [label for _, label in rows]
    random.Random(42).shuffle(labels)

    write(folder / "more.csv", rows + rotated[::10])
    write(folder / "most.csv", rows + rotated[::3])
    write(folder / "private.csv", rotated)
    write(folder / "few.csv", rows[::3])
    write(folder / "random.csv", [(text, label) for (text, _), label in zip(rows, labels)])

    write_sentences(folder / "archive.txt", rows)
    write_sentences(folder / "private.txt", rotated)


main(sys.argv[1], Path(sys.argv[2]))
