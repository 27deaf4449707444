"""Record batches as engines hand them over, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from relevance_text import Model
from relevance_text._batches import ADDED, _load, score_batches
from relevance_text.spark._columns import check_names

TEXTS = ["flood waters are rising, families evacuated", "", "caf\u00e9", "what a lovely day", "nul\0", "line\r\nend"]
TYPES = [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()]


def score(model: Model, *batches: pa.RecordBatch, text: int | str = "text", prefix: str = "") -> pa.Table:
    return pa.Table.from_batches(score_batches(batches, model.content, model.threshold, text, prefix))


def column(values: list[bytes | None], kind: pa.DataType) -> pa.Array:
    """Returns a column whose strings need not be UTF-8."""
    large = kind in (pa.large_string(), pa.large_binary())
    return pa.array(values, pa.large_binary() if large else pa.binary()).view(kind)


@pytest.mark.parametrize("kind", TYPES)
def test_predictions_stand_behind_the_columns_of_each_batch(model: Model, kind: pa.DataType) -> None:
    texts = [*(text.encode() for text in TEXTS), None]
    batch = pa.record_batch({"id": pa.array(range(len(texts))), "text": column(texts, kind)})
    result = score(model, batch[:2], batch[2:2], batch[2:])

    expected = pa.table(model.score([*TEXTS, None]))
    assert result.select(["id", "text"]).equals(pa.Table.from_batches([batch]))
    assert result.select(["probability", "label"]).equals(expected.select(["probability", "label"]))
    assert result["known_terms"].to_pylist() == expected["known_terms"].to_pylist()
    assert result["error"].to_pylist() == [None] * len(TEXTS) + ["no text"]
    assert dict(zip(result.schema.names[2:], result.schema.types[2:], strict=True)) == ADDED


@pytest.mark.parametrize("kind", TYPES)
def test_texts_that_are_not_utf8_leave_the_others_their_predictions(model: Model, kind: pa.DataType) -> None:
    bad = [b"a\xffb", b"\xed\xa0\x80", b"\xc3", b"\xf5\x80\x80\x80"]
    texts = [TEXTS[0].encode(), *bad, None, TEXTS[3].encode()]
    result = score(model, pa.record_batch({"text": column(texts, kind)}))

    assert result["error"].to_pylist() == [None, *["not UTF-8"] * len(bad), "no text", None]
    expected = pa.table(model.score([TEXTS[0], *[None] * (len(bad) + 1), TEXTS[3]]))
    assert result.select(["probability", "label"]).equals(expected.select(["probability", "label"]))
    assert result["known_terms"].null_count == len(bad) + 1


def test_each_row_has_the_result_that_it_has_alone(model: Model) -> None:
    random = np.random.default_rng(9)
    pieces = [b"flood", b" ", "\u00e9".encode(), b"\xff", "\U0001f30a".encode(), b"\xe2\x82", b"fire"]
    texts = [b"".join(pieces[index] for index in random.integers(len(pieces), size=4)) for _ in range(500)]
    together = score(model, pa.record_batch({"text": column([*texts], pa.string())}))
    alone = score(model, *(pa.record_batch({"text": column([text], pa.string())}) for text in texts))

    assert together.drop("text").equals(alone.drop("text"))
    assert 50 < together["error"].null_count < 450


def test_the_text_is_found_by_index_or_name(model: Model) -> None:
    batch = pa.record_batch([pa.array(["fire"]), pa.array(["flood"])], names=["title", "text"])

    assert score(model, batch, text=1).equals(score(model, batch, text="text"))
    assert not score(model, batch, text=0).equals(score(model, batch, text=1))
    with pytest.raises(KeyError, match="body"):
        score(model, batch, text="body")


def test_a_prefix_begins_the_names_of_the_added_columns(model: Model) -> None:
    batch = pa.record_batch({"text": pa.array(["flood"]), "label": pa.array(["mine"])})
    result = score(model, batch, prefix="predicted_")

    assert result.schema.names == ["text", "label", *(f"predicted_{name}" for name in ADDED)]


def test_batches_are_scored_when_they_are_asked_for(model: Model) -> None:
    taken = []

    def batches() -> Iterator[pa.RecordBatch]:
        for text in TEXTS:
            taken.append(text)
            yield pa.record_batch({"text": pa.array([text])})

    results = score_batches(batches(), model.content, model.threshold, "text")
    next(results)
    assert taken == TEXTS[:1]
    assert len(list(results)) == len(TEXTS) - 1
    assert list(score_batches([], model.content, model.threshold, "text")) == []


def test_a_process_loads_a_model_once_for_equal_bytes_and_threshold(model: Model) -> None:
    batch = pa.record_batch({"text": pa.array(TEXTS)})
    _load.cache_clear()
    for _ in range(5):
        # Each task has bytes of its own.
        content = bytes(bytearray(model.content))
        assert list(score_batches([batch], content, model.threshold, "text"))
    assert (_load.cache_info().misses, _load.cache_info().hits) == (1, 4)

    [strict] = score_batches([batch], model.content, 0.99, "text")
    assert strict.column("label").to_pylist() == model.with_threshold(0.99).predict(TEXTS)


@pytest.mark.parametrize("array", [pa.array([1]), pa.array([["flood"]])])
def test_columns_of_other_types_are_refused(model: Model, array: Any) -> None:
    with pytest.raises(TypeError):
        score(model, pa.record_batch({"text": array}))


@pytest.mark.parametrize("offsets", [[0, 2, 1, 2], [0, -1, 2], [0, 2**31 - 1, 2]])
def test_offsets_outside_the_buffer_are_refused(model: Model, offsets: list[int]) -> None:
    buffers = [None, pa.py_buffer(np.array(offsets, dtype=np.int32)), pa.py_buffer(b"ab")]
    texts = pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)
    with pytest.raises(ValueError):
        score(model, pa.record_batch({"text": texts}))


def test_columns_of_the_added_names_are_refused_in_any_case() -> None:
    check_names(["id", "text"], ["label", "error"], "a prefix")
    with pytest.raises(ValueError, match=r"columns `label`, `error` already.*prefix"):
        check_names(["Label", "text", "ERROR"], ["probability", "label", "error"], "a prefix")
    with pytest.raises(ValueError, match="several columns `id`"):
        check_names(["id", "text", "id"], ["label"], "a prefix")
