"""Writes the texts that every program gets: python3 texts.py FOLDER MODEL.onnx...

`texts.jsonl` has one JSON string a line, `table.jsonl` the same texts as objects. They are texts that
bindings, readers of lines and JSON libraries get wrong, and the golden sentences of the models.
"""

import json
import random
import sys
from pathlib import Path

import onnxruntime

COUNT = 2_000
LONG_BYTES = 100_000

WORDS = ["flood", "earthquake", "need", "water", "the", "in", "_", "9", "HURRICANE", "Haiti", "fire", "concert", "storm_2"]
LINE_BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
SPACES = [" ", "\t", "\xa0", "\u1680", "\u2003", "\u200b", "\u202f", "\u3000", "\ufeff", "\u180e"]
CONTROLS = ["\0", "\x01", "\x08", "\x1b", "\x1f", "\x7f", "\x80", "\x9f"]
NONCHARACTERS = ["\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff", "\ufffd", "\ue000"]
COMBINING = ["\u0301", "\u0308", "\u20e3", "\ufe0f", "\u200d", "\u0e31", "\U0001d165", "\u1161"]
# Characters whose lower case differs between libraries.
CASES = ["\u212a", "\u0130", "\u0131", "\u017f", "ß", "ẞ", "Σ", "ς", "ǅ", "Ω", "\u2126", "Ꭰ", "Ა", "É"]
BEYOND = ["🔥", "🌊", "👩‍🚒", "🇭🇹", "👍🏽", "𝐟", "𐐀", "𐐨", "𞤀", "𠮷", "\U000e0041", "\U0010fffd"]
SCRIPTS = ["洪水", "مياه", "भूकंप", "שלום", "น้ำท่วม", "землетрясение", "지진", "ကြီး"]
SYNTAX = ['"', "\\", "\\u0000", "\\ud83d", "'", "<b>", "&amp;", "%s%n", "{}", "[1]", "null", "//", "/*", "$1"]
PIECES = LINE_BREAKS + SPACES + CONTROLS + NONCHARACTERS + COMBINING + CASES + BEYOND + SCRIPTS + SYNTAX


def long_texts() -> list[str]:
    """Returns texts of LONG_BYTES: one token, many, none, characters of four bytes, combining marks."""
    return [
        "a" * LONG_BYTES,
        "flood waters are rising " * (LONG_BYTES // 24),
        "\n" * LONG_BYTES,
        "🔥" * (LONG_BYTES // 4),
        "earthquake" + "\u0301" * (LONG_BYTES // 2),
    ]


def single_pieces() -> list[str]:
    """Returns the empty text, and each piece alone, inside a token, at either end, and repeated."""
    forms = ("@", "earth@quake", "@flood", "flood@", "the@flood @ water@@")
    return ["", *(form.replace("@", piece) for piece in PIECES for form in forms)]


def mixture(generator: random.Random) -> str:
    """Returns words and pieces in any order, with spaces between or without."""
    words = generator.choices(WORDS, k=generator.randrange(12))
    parts = words + generator.choices(PIECES, k=generator.randrange(8))
    generator.shuffle(parts)
    return generator.choice(["", " "]).join(parts)


def hostile() -> list[str]:
    """Returns COUNT texts, the same in every run."""
    generator = random.Random(1)
    texts = single_pieces() + long_texts()
    texts += [mixture(generator) for _ in range(COUNT - len(texts))]
    generator.shuffle(texts)
    return texts


def golden(model: str) -> list[str]:
    """Returns the golden sentences of a model file."""
    metadata = onnxruntime.InferenceSession(model).get_modelmeta().custom_metadata_map
    return [sentence["text"] for sentence in json.loads(metadata["golden"])]


def write(path: Path, values: list[str] | list[dict[str, str]]) -> None:
    """Writes JSON lines as UTF-8, in which few characters are escaped."""
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    path.write_bytes(lines.encode())


def main(folder: str, *models: str) -> None:
    """Writes both files."""
    texts = hostile() + [text for model in models for text in golden(model)]
    write(Path(folder, "texts.jsonl"), texts)
    write(Path(folder, "table.jsonl"), [{"text": text} for text in texts])


main(*sys.argv[1:])
