"""Scoring of Arrow record batches, one after the other, as engines hand them to a worker process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._model import Model, _with_native

#: Columns that are added, with their types; Spark has no integers without sign.
ADDED = {"probability": pa.float32(), "label": pa.string(), "known_terms": pa.int32(), "error": pa.string()}
#: Errors of a row.
NO_TEXT = "no text"
NOT_UTF8 = "not UTF-8"

#: Types of texts, each with the type of the same bytes that need not be UTF-8.
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}
_STRINGS = {of_bytes: of_strings for of_strings, of_bytes in _BYTES.items()}


def score_batches(
    batches: Iterable[pa.RecordBatch], content: bytes, threshold: float, text: int | str, prefix: str = ""
) -> Iterator[pa.RecordBatch]:
    """Yields each batch with the columns of `ADDED` behind its own.

    `content` is a model file, which a process loads once; `text` is the name or index of the column with the texts:
    strings, or bytes. A row whose text is null or not UTF-8 has nulls, and the reason in `error`.
    """
    model = _load(content, threshold)
    for batch in batches:
        schema = batch.schema
        for name, kind in ADDED.items():
            schema = schema.append(pa.field(f"{prefix}{name}", kind))
        yield pa.RecordBatch.from_arrays([*batch.columns, *_score(model, batch.column(text))], schema=schema)


# The cache is the module's: engines make the function that calls it anew for each task.
@lru_cache(maxsize=4)
def _load(content: bytes, threshold: float) -> Model:
    return _with_native(_native.Model(content), threshold)


def _score(model: Model, column: pa.Array) -> list[pa.Array]:
    """Returns the columns of `ADDED` for a column of strings or bytes."""
    texts = column.view(_STRINGS.get(column.type, column.type))
    try:
        scores, errors = model.score(texts), _missing(texts)
    except ValueError:
        if texts.type not in _BYTES:
            raise
        # A text is not UTF-8; which one is looked for only now.
        decoded, errors = _decode(texts)
        scores = model.score(decoded)

    probability, label, known_terms = pa.record_batch(scores).columns
    return [probability, label, known_terms.cast(ADDED["known_terms"]), errors]


def _missing(texts: pa.Array) -> pa.Array:
    """Returns the errors of texts that are all UTF-8."""
    none = pa.nulls(len(texts), ADDED["error"])
    return pc.if_else(texts.is_null(), NO_TEXT, none) if texts.null_count else none


def _decode(texts: pa.Array) -> tuple[list[str | None], pa.Array]:
    """Returns the texts that are UTF-8, with nulls for the others, and the errors."""
    contents = texts.view(_BYTES[texts.type])
    # Offsets are compared with the buffer before they are used.
    contents.validate(full=True)

    decoded: list[str | None] = []
    errors: list[str | None] = []
    for content in contents.to_pylist():
        text, error = _decode_text(content)
        decoded.append(text)
        errors.append(error)
    return decoded, pa.array(errors, ADDED["error"])


def _decode_text(content: bytes | None) -> tuple[str | None, str | None]:
    if content is None:
        return None, NO_TEXT
    try:
        return content.decode(), None
    except UnicodeDecodeError:
        return None, NOT_UTF8
