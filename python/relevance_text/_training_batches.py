"""Steps of a training run on Arrow record batches, one after the other, as engines hand them to a worker process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._batches import _STRINGS, NOT_UTF8, _decode

#: Number of the label of undecided rows.
UNDECIDED = 2
#: Reasons for which a row is left out.
LEFT_OUT = ("unlabelled", "undecided", NOT_UTF8, "empty")

#: Texts whose terms are found at once: those of long texts fill an array otherwise.
_SLICE = 1000


def add_keys(batches: Iterable[pa.RecordBatch], text: int, name: str, seed: int) -> Iterator[pa.RecordBatch]:
    """Yields each batch with the split keys of the texts in a column behind its own."""
    for batch in batches:
        schema = batch.schema.append(pa.field(name, pa.binary()))
        _, keys = _texts_and_keys(batch.column(text), seed)
        yield pa.RecordBatch.from_arrays([*batch.columns, keys], schema=schema)


def read_rows(
    batches: Iterable[pa.RecordBatch], numbers: Mapping[str | None, int | None], seed: int
) -> Iterator[pa.RecordBatch]:
    """Yields `text`, `relevant`, `key` and `left_out` for batches of a text and a label.

    `numbers` are those of the labels, and `left_out` is the reason for which a row is left out, or null.
    """
    values = pa.array(numbers.keys(), pa.string())
    of_values = pa.array(numbers.values(), pa.int8())

    for batch in batches:
        column, labels = batch.columns
        number = of_values.take(pc.index_in(labels.cast(pa.string()), values))
        texts, keys = _texts_and_keys(column, seed)

        is_not_utf8 = pc.and_(column.is_valid(), texts.is_null())
        reasons = (number.is_null(), pc.equal(number, UNDECIDED), is_not_utf8, keys.is_null())
        left_out = pc.case_when(pc.make_struct(*reasons), *LEFT_OUT)

        kept = pc.if_else(left_out.is_null(), texts, None)
        columns = {"text": kept, "relevant": pc.equal(number, 1), "key": keys, "left_out": left_out}
        yield pa.RecordBatch.from_pydict(columns)


def count_terms(batches: Iterable[pa.RecordBatch], features: str) -> Iterator[pa.RecordBatch]:
    """Yields terms, with the number of texts that have them, for batches of a column with texts.

    A term occurs once for each slice of a batch.
    """
    for texts in _slices(batches):
        terms = pa.array(_native.terms(texts.column(0), features, True)).flatten()
        counted = terms.value_counts()
        yield pa.RecordBatch.from_arrays([counted.field("values"), counted.field("counts")], ["term", "texts"])


def list_terms(batches: Iterable[pa.RecordBatch], features: str) -> Iterator[pa.RecordBatch]:
    """Yields `label`, 1.0 for relevant, and the list `terms` for batches of `relevant` and a column with texts."""
    for rows in _slices(batches):
        relevant, texts = rows.columns
        terms = pa.array(_native.terms(texts, features, False))
        yield pa.RecordBatch.from_arrays([relevant.cast(pa.int8()).cast(pa.float64()), terms], ["label", "terms"])


def _slices(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _SLICE):
            yield batch.slice(start, _SLICE)


def _texts_and_keys(column: pa.Array, seed: int) -> tuple[pa.Array, pa.Array]:
    """Returns the texts, null for those that are not UTF-8, and their split keys, null for texts without one."""
    texts = column.view(_STRINGS.get(column.type, column.type))
    try:
        return texts, pa.array(_native.split_keys(texts, seed))
    except ValueError:
        # A text is not UTF-8; which one is looked for only now.
        decoded, _ = _decode(texts)
        texts = pa.array(decoded, texts.type)
        return texts, pa.array(_native.split_keys(texts, seed))
