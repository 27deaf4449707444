"""Arrow data that no well-behaved producer makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from relevance_text import Model


class Capsules:
    """An object with the Arrow PyCapsule interface that pyarrow has no part in."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self._array.__arrow_c_array__(requested_schema)


def strings(offsets: list[int], content: bytes, kind: pa.DataType) -> pa.Array:
    """Returns an array of a length that the offsets give, without a look at them."""
    integer = np.int64 if kind == pa.large_string() else np.int32
    buffers = [None, pa.py_buffer(np.array(offsets, dtype=integer)), pa.py_buffer(content)]
    return pa.Array.from_buffers(kind, len(offsets) - 1, buffers)


@pytest.mark.parametrize("wrap", [lambda array: array, Capsules])
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize(
    ("offsets", "values"),
    [
        ([0, 1], b"\xff"),
        ([0, 1, 2], "\u00e9".encode()),
        ([0, 3], b"\xed\xa0\x80"),
        ([0, -1, 2], b"ab"),
        ([0, 2, 1, 2], b"ab"),
        ([0, 1000, 2], b"ab"),
        ([0, 2**31 - 1, 2], b"ab"),
        ([0, -(2**31), 2], b"ab"),
    ],
)
def test_offsets_and_bytes_that_are_no_strings_are_refused(
    model: Model, wrap: Any, kind: pa.DataType, offsets: list[int], values: bytes
) -> None:
    with pytest.raises(ValueError):
        model.predict(wrap(strings(offsets, values, kind)))


@pytest.mark.parametrize("index", [-1, 3, 2**31 - 1])
def test_keys_outside_the_dictionary_are_refused(model: Model, index: int) -> None:
    keys = pa.array([0, index], pa.int32())
    array = pa.DictionaryArray.from_arrays(keys, pa.array(["a", "b", "c"]), safe=False)
    for texts in (array, Capsules(array)):
        with pytest.raises(ValueError):
            model.predict(texts)


@pytest.mark.parametrize("view", [(13, 0, 7, 0), (13, 0, 0, 90), (13, 0, 0, -1), (-1, 0, 0, 0), (13, 99, 0, 0)])
def test_views_outside_their_buffers_are_refused(model: Model, view: tuple[int, int, int, int]) -> None:
    buffers = [None, pa.py_buffer(np.array(view, dtype=np.int32)), pa.py_buffer(b"thirteen char")]
    array = pa.Array.from_buffers(pa.string_view(), 1, buffers)
    with pytest.raises(ValueError):
        model.predict(array)


def test_capsules_of_another_kind_are_refused(model: Model) -> None:
    class Swapped:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return pa.array(["a"]).__arrow_c_array__()[::-1]

    class Numbers:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return 1

    for texts in (Swapped(), Numbers()):
        with pytest.raises((TypeError, ValueError)):
            model.predict(texts)


def test_capsules_that_were_used_already_are_refused(model: Model) -> None:
    class Used:
        def __init__(self, exported: Any) -> None:
            self._exported = exported

        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return self._exported

    texts = Used(pa.array(["flood"]).__arrow_c_array__())
    assert len(model.predict(texts)) == 1
    with pytest.raises(ValueError):
        model.predict(texts)


def test_random_offsets_raise_or_give_strings(model: Model) -> None:
    random = np.random.default_rng(5)
    refused = 0
    for _ in range(3_000):
        content = random.integers(256 if random.random() < 0.3 else 128, size=random.integers(1, 40)).astype(np.uint8)
        offsets = np.sort(random.integers(len(content) + 1, size=random.integers(2, 8)))
        if random.random() < 0.5:
            # The last one stays: pyarrow makes no array whose strings end beyond their buffer.
            offsets[random.integers(len(offsets) - 1)] = random.integers(-(2**31), 2**31)
        try:
            array = strings(offsets.tolist(), content.tobytes(), pa.string())
            result = model.predict(Capsules(array))
        except ValueError:
            refused += 1
            continue
        assert model.predict(array.to_pylist()) == result
    assert 500 < refused < 2_900


def test_files_with_random_damage_raise_or_give_results(model: Model) -> None:
    sink = pa.BufferOutputStream()
    table = pa.table({"text": pa.array(["flood", None, "caf\u00e9", "a text that no view holds inline"] * 20)})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content = np.frombuffer(sink.getvalue(), dtype=np.uint8)

    random = np.random.default_rng(6)
    for _ in range(1_000):
        damaged = content.copy()
        damaged[random.integers(len(damaged), size=3)] = random.integers(256, size=3)
        try:
            reader = pa.ipc.open_stream(damaged.tobytes())
            model.predict(reader)
        except (pa.ArrowException, OSError, TypeError, ValueError, KeyError, MemoryError, NotImplementedError):
            continue
