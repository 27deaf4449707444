"""Labelled sentences: the archive, larger sets made of it, and the files that other trainers read."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .paths import WORK

#: Increase this after a change that makes other files.
RECIPE = 1
TOKEN = re.compile("[a-zA-Z0-9_]+")
LINKS_AND_HANDLES = ("http://", "https://", "www.", "@")
LABELS = ("Not Relevant", "Relevant", "Can't Decide")


@dataclass(frozen=True)
class Row:
    """Sentence and its label: 0 for not relevant, 1 for relevant, 2 for undecided."""

    text: str
    label: int


@dataclass(frozen=True)
class TrainingSet:
    """Files of one training set."""

    factor: int
    rows: int
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "data.sqlite"


def read(location: Path) -> list[Row]:
    """Reads the table `data` of a SQLite file, or of an archive that holds one in base64."""
    if not location.name.endswith(".tar.gz"):
        return read_table(location)

    with tempfile.NamedTemporaryFile(suffix=".sqlite") as database:
        with tarfile.open(location) as archive:
            member = next(member for member in archive if member.isfile() and "/._" not in f"/{member.name}")
            file = archive.extractfile(member)
            assert file is not None, "a regular file has content"
            database.write(base64.b64decode(file.read()))
        database.flush()
        return read_table(Path(database.name))


def read_table(database: Path) -> list[Row]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT text, class_label FROM data ORDER BY rowid")
        return [Row(text, label) for text, label in rows]


def decided(rows: Sequence[Row]) -> list[Row]:
    """Returns the rows that are relevant or not relevant."""
    return [row for row in rows if row.label in (0, 1)]


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


def write_table(rows: Sequence[Row] | Iterator[Row], database: Path) -> None:
    """Writes a database as `relevance` and the peers read it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute('CREATE TABLE data ("index" INTEGER, text TEXT, choose_one TEXT, class_label INTEGER)')
        lines = ((index, row.text, LABELS[row.label], row.label) for index, row in enumerate(rows))
        connection.executemany("INSERT INTO data VALUES (?, ?, ?, ?)", lines)
        connection.commit()


def training_set(archive: Path, factor: int) -> TrainingSet:
    """Returns the decided rows of an archive `factor` times, made on first use."""
    rows = decided(read(archive))
    folder = cache_folder(archive) / f"train-{factor}x"
    made = TrainingSet(factor, factor * len(rows), folder)
    if folder.exists():
        return made

    making = fresh_folder(folder)
    write_table(repeat(rows, factor * len(rows)), making / "data.sqlite")
    write_lines(read_table(making / "data.sqlite"), making)
    making.rename(folder)
    return made


def write_lines(rows: Sequence[Row], folder: Path) -> None:
    """Writes tokenised training and test lines for Vowpal Wabbit and fastText, and the labels of the test lines.

    About 70 % of the texts train and 20 % test; equal texts are in the same subset.
    """
    train = [row for row in rows if position(row.text) < 0.7]
    test = [row for row in rows if position(row.text) >= 0.8]
    prefixes = {"vw": ("-1 |t", "1 |t"), "ft": ("__label__0", "__label__1")}
    for ending, prefix in prefixes.items():
        for name, subset in (("train", train), ("test", test)):
            lines = (f"{prefix[row.label]} {tokens(row.text)}\n" for row in subset)
            write(folder / f"{name}.{ending}", lines)
    write(folder / "test.labels", (f"{row.label}\n" for row in test))


def position(text: str) -> float:
    """Returns a number from 0 to 1 that depends on the text alone, in lower case."""
    digest = hashlib.sha256(text.lower().encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def tokens(text: str) -> str:
    """Returns the tokens of a text, or a placeholder where a trainer needs at least one."""
    return " ".join(TOKEN.findall(text)).lower() or "empty"


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Returns the decided rows with different words; a split keeps the others together."""
    first: dict[str, Row] = {}
    for row in decided(rows):
        first.setdefault(words(row.text), row)
    return list(first.values())


def words(text: str) -> str:
    """Returns the letters and digits of a text, in lower case and without links and handles."""
    kept = (word for word in text.casefold().split() if not word.startswith(LINKS_AND_HANDLES))
    return "".join(filter(str.isalnum, "".join(kept)))


def sentences(archive: Path, count: int) -> Path:
    """Returns a file of `count` sentences, one per line, made on first use."""
    path = cache_folder(archive) / f"sentences-{count}.txt"
    if not path.exists():
        rows = [Row(re.sub(r"[\r\n]", " ", row.text), row.label) for row in read(archive)]
        write(path, (f"{row.text}\n" for row in repeat(rows, count)))
    return path


def sample(archive: Path, count: int, path: Path) -> int:
    """Writes up to `count` texts in the order of their digests as JSON strings, and returns their number."""
    texts = sorted((row.text for row in read(archive)), key=lambda text: hashlib.sha256(text.encode()).digest())
    write(path, (f"{json.dumps(text)}\n" for text in texts[:count]))
    return len(texts[:count])


def cache_folder(archive: Path) -> Path:
    """Returns the folder for what is made of an archive."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    folder = WORK / "data" / f"{digest[:16]}-{RECIPE}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fresh_folder(folder: Path) -> Path:
    """Returns an empty folder beside `folder`."""
    return Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))


def write(path: Path, lines: Iterator[str]) -> None:
    """Writes a file under another name and renames it, so that it is never incomplete."""
    making = path.with_name(f"{path.name}.new")
    with making.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
    making.rename(path)
