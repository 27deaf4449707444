"""Steps of a training run on batches, as the workers of Spark take them."""

from __future__ import annotations

import hashlib
import json
import math

import pyarrow as pa
import pytest

from relevance_text import _native
from relevance_text._training_batches import add_keys, count_terms, list_terms, read_rows

ASCII = json.dumps({"token_characters": "ascii", "ngram_max": 2})
UNICODE = json.dumps({"token_characters": "unicode", "ngram_max": 3})
KINDS = [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()]


def key(normalised: str, seed: int = 42) -> bytes:
    """Returns the key of a normalised text by its definition."""
    return hashlib.sha256(seed.to_bytes(8, "little") + normalised.encode()).digest()[:16]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_hashes_of_seed_and_normalised_text(kind: pa.DataType) -> None:
    texts = ["@you FLOOD in town! http://t.co/x", "flood in town", "Über", " \t", None, "!!"]
    column = pa.array([None if text is None else text.encode() for text in texts], pa.binary()).cast(kind)
    batch = pa.record_batch({"id": range(6), "text": column})

    [keyed] = add_keys([batch], 1, "key", 7)
    expected = [key("flood in town", 7), key("flood in town", 7), key("über", 7), None, None, key("!!", 7)]
    assert keyed["key"].to_pylist() == expected
    assert keyed.drop_columns(["key"]) == batch


def test_rows_that_are_left_out_have_a_reason() -> None:
    texts = [b"flood", b"picnic", b"\xff", b" ", None, b"unsure", b"no label", b"\xff"]
    labels = ["yes", "no", "yes", "no", "yes", "?", None, "?"]
    strings = pa.array(texts, pa.binary()).view(pa.string())
    numbers = {"yes": 1, "no": 0, "?": 2, None: None}

    [rows] = read_rows([pa.record_batch([strings, pa.array(labels)], ["text", "label"])], numbers, 42)
    reasons = [None, None, "not UTF-8", "empty", "empty", "undecided", "unlabelled", "undecided"]
    assert rows["left_out"].to_pylist() == reasons
    assert rows["text"].to_pylist() == ["flood", "picnic"] + [None] * 6
    assert rows["relevant"].to_pylist()[:2] == [True, False]
    assert rows["key"].to_pylist()[:2] == [key("flood"), key("picnic")]


def test_rows_without_a_null_label_are_read() -> None:
    batch = pa.record_batch([["flood"], pa.array(["yes"], pa.large_string())], ["text", "label"])
    [rows] = read_rows([batch], {"yes": 1}, 42)
    assert rows.schema.names == ["text", "relevant", "key", "left_out"]
    assert rows["left_out"].to_pylist() == [None]


def test_terms_are_lower_case_tokens_and_runs_of_them() -> None:
    texts = pa.array(["Flood, FLOOD waters", "", None, "\u212a \u00c9t\u00e9"])
    assert pa.array(_native.terms(texts, ASCII, False)).to_pylist() == [
        ["flood", "flood", "waters", "flood flood", "flood waters"],
        [],
        [],
        ["t"],
    ]
    # Only ASCII letters are folded.
    unicode = pa.array(_native.terms(texts, UNICODE, True)).to_pylist()
    assert unicode[0] == ["flood", "flood flood", "flood flood waters", "flood waters", "waters"]
    assert unicode[3] == ["\u00c9t\u00e9", "\u212a", "\u212a \u00c9t\u00e9"]


def test_terms_are_counted_once_a_text() -> None:
    texts = ["flood flood", "flood"] * 1100
    counted = pa.Table.from_batches(count_terms([pa.record_batch({"text": texts})], ASCII))
    totals = counted.group_by("term").aggregate([("texts", "sum")]).to_pylist()

    assert sorted((row["term"], row["texts_sum"]) for row in totals) == [("flood", 2200), ("flood flood", 1100)]
    assert counted.num_rows < len(texts)


def test_lists_of_terms_stand_beside_their_label() -> None:
    batch = pa.record_batch({"relevant": [True, False], "text": ["a b a", "c"]})
    [listed] = list_terms([batch], ASCII)
    assert listed.to_pydict() == {"label": [1.0, 0.0], "terms": [["a", "b", "a", "a b", "b a"], ["c"]]}


def test_labels_have_the_meaning_of_the_command() -> None:
    def numbers(values: list[str], **labels: list[str]) -> object:
        return _native.label_numbers(values, json.dumps({"labels": labels}))

    assert numbers(["Relevant", "Not Relevant", "Can't Decide"]) == ([1, 0, 2], ("Not Relevant", "Relevant"))
    assert numbers(["ham", "", "spam"]) == ([0, None, 1], ("ham", "spam"))
    assert numbers(["a", "b", "c"], relevant=["b"], not_relevant=["*"]) == ([0, 1, 0], ("not b", "b"))
    assert numbers(["a", "b", "c"]) is None
    with pytest.raises(ValueError, match="`b`"):
        numbers(["a", "b"], relevant=["b"], not_relevant=["b"])


def test_a_split_is_planned_from_the_sizes_of_groups() -> None:
    # A hundred single texts, and a text of as many copies, which goes to training.
    [others, relevant] = _native.plan_split([{1: 100, 100: 1}, {1: 50, 2: 25}], "{}")
    assert others == (1, (20, 10))
    assert relevant == (2, (20, 10))


def test_idf_is_smooth() -> None:
    assert _native.smooth_idfs(9, [0, 4, 9]) == [math.log(10) + 1, math.log(2) + 1, 1.0]


def test_a_pipeline_is_checked() -> None:
    parts = {
        "features": json.loads(ASCII),
        "vocabulary": ["fire", "flood"],
        "idf": [1.1, 2.0],
        "coefficients": [-0.1, 1 / 3],
        "intercept": 0.0,
        "threshold": 0.5,
        "labels": {"relevant": "yes", "not_relevant": "no"},
        "metadata": {"name": "n"},
    }
    written = json.loads(_native.pipeline_json(json.dumps(parts)))
    assert written["vocabulary"] == parts["vocabulary"]
    assert written["coefficients"] == pytest.approx(parts["coefficients"], rel=1e-7)
    with pytest.raises(ValueError, match="idf weights"):
        _native.pipeline_json(json.dumps(parts | {"idf": [1.0]}))
