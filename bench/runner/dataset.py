"""Labelled sentences: the archive, larger sets made of it, and the files that programs read."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import random
import re
import sqlite3
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

LABELS = ("Not Relevant", "Relevant", "Can't Decide")


class Row(NamedTuple):
    """Sentence and its label: 0 for not relevant, 1 for relevant, 2 for undecided."""

    text: str
    label: int


def read(location: Path) -> list[Row]:
    """Reads the table `data` of a SQLite file, or of an archive that holds one in base64."""
    is_archive = location.name.endswith(".tar.gz")
    with closing(sqlite3.connect(":memory:" if is_archive else f"file:{location}?mode=ro", uri=True)) as connection:
        if is_archive:
            connection.deserialize(base64.b64decode(archived(location)))
        return [Row(*row) for row in connection.execute("SELECT text, class_label FROM data ORDER BY rowid")]


def archived(location: Path) -> bytes:
    """Returns the first file of an archive, other than those that macOS adds."""
    with tarfile.open(location) as archive:
        member = next(member for member in archive if member.isfile() and "/._" not in f"/{member.name}")
        file = archive.extractfile(member)
        assert file is not None, "a regular file has content"
        return file.read()


def repeat(rows: Sequence[Row], count: int) -> Iterator[Row]:
    """Yields the rows, then copies in which 5 % of the words are replaced by words of the rows.

    The seed is fixed, so that a small set is the beginning of every larger one.
    """
    generator = random.Random(42)
    drawn = [word for row in rows for word in row.text.split(" ") if word]
    for index in range(count):
        row = rows[index % len(rows)]
        if index < len(rows):
            yield row
            continue

        noisy = (
            generator.choice(drawn) if word and generator.random() < 0.05 else word for word in row.text.split(" ")
        )
        yield Row(" ".join(noisy), row.label)


def training_set(archive: Path, factor: int, scratch: Path) -> tuple[Path, int]:
    """Writes the decided rows of an archive `factor` times, and returns their folder and number."""
    decided = [row for row in read(archive) if row.label in (0, 1)]
    rows = list(repeat(decided, factor * len(decided)))
    folder = scratch / f"{factor}x"
    folder.mkdir()
    write_database(rows, folder / "data.sqlite")
    write_lines(rows, folder)
    return folder, len(rows)


def write_database(rows: Iterable[Row], database: Path) -> None:
    """Writes a database as `relevance` and the peers read it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute('CREATE TABLE data ("index" INTEGER, text TEXT, choose_one TEXT, class_label INTEGER)')
        values = ((index, row.text, LABELS[row.label], row.label) for index, row in enumerate(rows))
        connection.executemany("INSERT INTO data VALUES (?, ?, ?, ?)", values)
        connection.commit()


def write_lines(rows: Sequence[Row], folder: Path) -> None:
    """Writes tokenised training and test lines for Vowpal Wabbit and fastText, and the labels of the test lines.

    About 70 % of the texts train and 20 % test; equal texts are in the same subset.
    """
    train = [row for row in rows if position(row.text) < 0.7]
    test = [row for row in rows if position(row.text) >= 0.8]
    prefixes = {"vw": ("-1 |t", "1 |t"), "ft": ("__label__0", "__label__1")}
    for ending, prefix in prefixes.items():
        for name, subset in (("train", train), ("test", test)):
            write(folder / f"{name}.{ending}", (f"{prefix[row.label]} {tokens(row.text)}" for row in subset))
    write(folder / "test.labels", (str(row.label) for row in test))


def position(text: str) -> float:
    """Returns a number from 0 to 1 that depends on the text alone, in lower case."""
    return zlib.crc32(text.lower().encode()) / 2**32


def tokens(text: str) -> str:
    """Returns the tokens of a text, or a placeholder where a trainer needs at least one."""
    return " ".join(re.findall("[a-zA-Z0-9_]+", text)).lower() or "empty"


def write_sentences(archive: Path, count: int, path: Path) -> None:
    """Writes `count` sentences, one per line."""
    rows = [Row(re.sub(r"[\r\n]", " ", row.text), row.label) for row in read(archive)]
    write(path, (row.text for row in repeat(rows, count)))


def write_tables(sentences: Path, folder: Path) -> None:
    """Writes `table.csv` and `table.jsonl` of a file of sentences: `id`, `text` and the number of `words`."""
    with sentences.open(encoding="utf-8", newline="\n") as lines:
        texts = [line.removesuffix("\n") for line in lines]
    rows = [{"id": index, "text": text, "words": len(text.split())} for index, text in enumerate(texts)]
    write(folder / "table.jsonl", (json.dumps(row, ensure_ascii=False) for row in rows))
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def sample(archive: Path, count: int, path: Path) -> int:
    """Writes up to `count` texts in the order of their digests as JSON strings, and returns their number."""
    texts = sorted((row.text for row in read(archive)), key=lambda text: hashlib.sha256(text.encode()).digest())
    write(path, (json.dumps(text) for text in texts[:count]))
    return len(texts[:count])


def write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
