"""Scoring of Spark's data frames, in Spark's own Python workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .._batches import ADDED, score_batches
from .._model import Model
from ._columns import check_names, find_text

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def score(
    frame: DataFrame,
    model: Model | str | os.PathLike[str] | bytes,
    *,
    text: str = "text",
    threshold: float | None = None,
    prefix: str = "",
) -> DataFrame:
    """Returns the data frame with a prediction for the text of each row.

    `frame` is one of Spark Classic or Spark Connect, and `model` a `Model`, or the path on the driver or the bytes of a
    model file. The file travels to the workers with the function, and each worker process loads it once.

    `text` is the name of a column of strings, or of binaries in UTF-8. `threshold` replaces that of the model. All
    columns are kept, and four are added:

    - `probability`, a float, and `label`, as `Model.predict_proba` and `Model.predict` give them;
    - `known_terms`, an integer: the number of different terms of the text that the model knows;
    - `error`, null for a text with a prediction. A row without one has nulls in the other three, and `no text` or
      `not UTF-8` here.

    `prefix` begins the names of the added columns, as in `predicted_` for `predicted_label`.

    Raises `ValueError` for a column that is missing, occurs twice or would be replaced, and `TypeError` for one that
    holds no texts.
    """
    if not isinstance(model, Model):
        model = Model(model)
    if threshold is not None:
        model = model.with_threshold(threshold)
    index = find_text(frame, text)
    schema = _extend(frame, prefix)

    # Spark sends these values with the function: a `Model` would be loaded for each task.
    content, of_model = model.content, model.threshold

    def score_partition(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return score_batches(batches, content, of_model, index, prefix)

    return frame.mapInArrow(score_partition, schema)


def _extend(frame: DataFrame, prefix: str) -> Any:
    """Returns the data frame's schema with the added columns."""
    from pyspark.sql.types import FloatType, IntegerType, StringType, StructField, StructType

    names = [f"{prefix}{name}" for name in ADDED]
    check_names(frame.columns, names, "a prefix, as in prefix='predicted_'")

    kinds = (FloatType(), StringType(), IntegerType(), StringType())
    fields = [StructField(name, kind) for name, kind in zip(names, kinds, strict=True)]
    return StructType([*frame.schema.fields, *fields])
