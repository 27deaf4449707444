"""Columns of a data frame, found and checked before a job starts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def find_text(frame: DataFrame, text: str) -> int:
    """Returns the index of the column with the texts."""
    from pyspark.sql.types import BinaryType, StringType

    index, kind = _find(frame, text)
    if not isinstance(kind, (StringType, BinaryType)):
        raise TypeError(f"the column `{text}` is of type {kind.simpleString()}: texts are of type string or binary")
    return index


def find_label(frame: DataFrame, label: str) -> int:
    """Returns the index of the column with the labels."""
    from pyspark.sql.types import BooleanType, NumericType, StringType

    index, kind = _find(frame, label)
    if not isinstance(kind, (StringType, NumericType, BooleanType)):
        message = f"the column `{label}` is of type {kind.simpleString()}"
        raise TypeError(f"{message}: labels are strings, numbers or booleans")
    return index


def _find(frame: DataFrame, name: str) -> tuple[int, Any]:
    """Returns index and type of a column."""
    if name not in frame.columns:
        raise ValueError(f"the data frame has no column `{name}`: its columns are {_list(frame.columns)}")
    index: int = frame.columns.index(name)
    return index, frame.schema[index].dataType


def check_names(columns: list[str], added: list[str], advice: str) -> None:
    """Checks that every name occurs once; the advice is for columns that are there already."""
    # Spark hands no columns of the same name over, which it would say only in the workers.
    repeated = [name for name, count in Counter(columns).items() if count > 1]
    if repeated:
        raise ValueError(f"the data frame has several columns {_list(repeated)}: rename or drop them")

    # Spark tells no names apart by case, unless it is configured to.
    folded = {name.lower() for name in columns}
    taken = [name for name in added if name.lower() in folded]
    if taken:
        raise ValueError(f"the data frame has columns {_list(taken)} already: rename or drop them, or pass {advice}")


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
