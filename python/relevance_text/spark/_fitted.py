"""A pipeline that was fitted on Spark, with the rows that it was fitted on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from ._subsets import SUBSETS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Bytes of a key by which rows are drawn; the split goes by the first ones.
_DRAWN_BYTES = 8


@dataclass(frozen=True)
class Fitted:
    """A pipeline that was fitted on Spark, and the rows that it was fitted on.

    `write` makes the two files that `relevance train --fitted` takes.
    """

    #: The pipeline as JSON, in the form of `relevance train --pipeline`; its threshold is still 0.5.
    pipeline: str = field(repr=False)
    #: Names of the classes: first that of texts that are not relevant.
    labels: tuple[str, str]
    #: Number of texts of each class in the subsets "train", "validation" and "test", in the order of `labels`.
    counts: dict[str, tuple[int, int]]
    #: Number of rows that were left out, by the reason: "undecided", "unlabelled", "empty" or "not UTF-8".
    left_out: dict[str, int]
    #: Objective at the end: the sum of the losses and the penalty.
    objective: float
    #: Number of iterations of the fit.
    iterations: int
    #: `text`, `relevant`, `key` and `subset` of each row that was not left out.
    rows: DataFrame = field(repr=False)
    #: Frames that Spark keeps in memory.
    _cached: tuple[DataFrame, ...] = field(repr=False)

    def sample(self, max_rows: int = 100_000) -> DataFrame:
        """Returns `text`, `label` and `subset` of all rows, or of about `max_rows` of a subset with more.

        Rows are drawn by the split keys, so that all copies of a text are drawn together, and the same ones each time.
        """
        from pyspark.sql import functions as sql

        if max_rows < 1:
            raise ValueError(f"`max_rows` is {max_rows}: it must be 1 or more")

        drawn = []
        for subset, counts in self.counts.items():
            is_drawn = sql.col("subset") == subset
            texts = sum(counts)
            if texts > max_rows:
                end = (max_rows << 8 * _DRAWN_BYTES) // texts
                key = sql.substring("key", 1 + _DRAWN_BYTES, _DRAWN_BYTES)
                is_drawn &= key < sql.lit(end.to_bytes(_DRAWN_BYTES, "big"))
            drawn.append(is_drawn)

        not_relevant, relevant = self.labels
        label = sql.when(sql.col("relevant"), relevant).otherwise(not_relevant).alias("label")
        rows = self.rows.where(reduce(lambda left, right: left | right, drawn))
        return rows.orderBy("key", "text", "relevant").select("text", label, "subset")

    def write(self, folder: str | os.PathLike[str], *, max_rows: int = 100_000) -> None:
        """Writes `pipeline.json` and `sample.parquet`, the rows of `sample`, into a folder of this machine."""
        import pyarrow.parquet as pq

        table = self.sample(max_rows).toArrow()
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)

        # Files that are whole or that of before.
        sample, pipeline = folder / ".sample.parquet", folder / ".pipeline.json"
        pq.write_table(table, sample)
        pipeline.write_text(self.pipeline, encoding="utf-8")
        for file in (sample, pipeline):
            file.replace(folder / file.name.removeprefix("."))

    def unpersist(self) -> None:
        """Frees the rows that Spark keeps in memory; `sample` and `write` then compute them again."""
        for frame in self._cached:
            frame.unpersist()


def missing_label(counts: dict[str, tuple[int, int]], labels: tuple[str, str]) -> str | None:
    """Returns what is wrong with a split of which a subset has no text of a class."""
    for subset in reversed(SUBSETS):
        for label, texts in zip(labels, counts[subset], strict=True):
            if texts == 0:
                return (
                    f"the {subset} subset has no text of the label `{label}`: add more different texts of it, or make "
                    "the subset larger by `validation_fraction` or `test_fraction`"
                )
    return None
