"""The split of `relevance train` on a data frame: no sort of the rows, and no shuffle but that of the keys.

Rows of one key are a group, and the groups of one majority label a stratum. Within a stratum the test subset has the
groups with the lowest keys until it has its rows, the validation subset the next ones, and training the rest. Each
subset is thus a range of keys, and only its end is looked for.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from .. import _native

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

#: Subsets of a split, training last: it takes what the others leave.
SUBSETS = ("test", "validation", "train")

#: Number of bytes of a key by which the groups are counted before one such range is looked into.
_PREFIX_BYTES = 2
#: A key that no other one exceeds.
_HIGHEST_KEY = b"\xff" * 16


class _Stratum(NamedTuple):
    """Groups with one majority label."""

    #: Rows of the largest group that the subsets share; a larger one goes to training.
    max_rows: int
    #: Highest keys of the test and of the validation subset.
    ends: tuple[bytes, bytes]


def group_rows(rows: DataFrame) -> DataFrame:
    """Returns `key`, `rows`, `relevant_rows` and `stratum`, the majority label, 1 for relevant, of each group."""
    from pyspark.sql import functions as sql

    relevant_rows = sql.sum(sql.col("relevant").cast("long"))
    groups = rows.groupBy("key").agg(sql.count("*").alias("rows"), relevant_rows.alias("relevant_rows"))
    is_relevant = 2 * sql.col("relevant_rows") >= sql.col("rows")
    return groups.withColumn("stratum", is_relevant.cast("int"))


def assign_subsets(rows: DataFrame, groups: DataFrame, settings: str) -> DataFrame:
    """Returns the rows, of the columns `text`, `relevant` and `key`, with their `subset`."""
    from pyspark.sql import functions as sql

    strata = _find_strata(groups, settings)
    max_rows = _of_stratum(sql.col("stratum"), [stratum.max_rows for stratum in strata])
    is_large = sql.col("rows") > max_rows
    is_mixed = (sql.col("relevant_rows") > 0) & (sql.col("relevant_rows") < sql.col("rows"))
    # The label of a row in any other group is that of its stratum, and its key tells the subset.
    others = groups.where(is_mixed | is_large).select("key", "stratum", is_large.alias("is_large"))

    stratum = sql.coalesce(sql.col("stratum"), sql.col("relevant").cast("int"))
    test_end, validation_end = (
        _of_stratum(stratum, list(ends)) for ends in zip(*(s.ends for s in strata), strict=True)
    )
    test, validation, train = (sql.lit(subset) for subset in SUBSETS)
    subset = (
        sql.when(sql.col("is_large"), train)
        .when(sql.col("key") <= test_end, test)
        .when(sql.col("key") <= validation_end, validation)
        .otherwise(train)
    )
    return rows.join(others, "key", "left").select("text", "relevant", "key", subset.alias("subset"))


def _of_stratum(stratum: Column, values: list[int] | list[bytes]) -> Column:
    """Returns the value for the stratum of a row."""
    from pyspark.sql import functions as sql

    not_relevant, relevant = (sql.lit(value) for value in values)
    return sql.when(stratum == 1, relevant).otherwise(not_relevant)


def _find_strata(groups: DataFrame, settings: str) -> list[_Stratum]:
    """Returns the stratum of each majority label, that of texts that are not relevant first."""
    from pyspark.sql import functions as sql

    sizes: list[dict[int, int]] = [{}, {}]
    for stratum, rows, count in groups.groupBy("stratum", "rows").count().collect():
        sizes[stratum][rows] = count
    plans = _native.plan_split(sizes, settings)

    max_rows = _of_stratum(sql.col("stratum"), [plan[0] for plan in plans])
    shared = groups.where(sql.col("rows") <= max_rows)
    prefix = sql.substring("key", 1, _PREFIX_BYTES).alias("prefix")
    counted = shared.groupBy("stratum", prefix).agg(sql.sum("rows")).orderBy("stratum", "prefix").collect()

    strata = []
    for label, (largest, wanted) in enumerate(plans):
        ranges = [(bytes(prefix), rows) for stratum, prefix, rows in counted if stratum == label]
        of_label = shared.where(sql.col("stratum") == label)
        strata.append(_Stratum(largest, _find_ends(of_label, ranges, wanted)))
    return strata


def _find_ends(groups: DataFrame, ranges: list[tuple[bytes, int]], wanted: tuple[int, int]) -> tuple[bytes, bytes]:
    """Returns the highest keys of the test and the validation subset, which want so many rows of the groups.

    `ranges` are the first bytes of the keys, ascending, with the rows of the groups that begin with them.
    """
    test_rows, validation_rows = wanted
    test_end, rows = _find_end(groups, ranges, test_rows) if test_rows else (b"", 0)
    if validation_rows == 0:
        return test_end, test_end

    validation_end, _ = _find_end(groups, ranges, rows + validation_rows)
    return test_end, validation_end


def _find_end(groups: DataFrame, ranges: list[tuple[bytes, int]], wanted: int) -> tuple[bytes, int]:
    """Returns the first key up to which there are as many rows as wanted, and the rows up to it."""
    from pyspark.sql import functions as sql

    totals = list(accumulate((rows for _, rows in ranges), initial=0))
    index = bisect_left(totals, wanted, lo=1)
    if index == len(totals):
        return _HIGHEST_KEY, totals[-1]

    prefix, before = ranges[index - 1][0], totals[index - 1]
    within = groups.where(sql.substring("key", 1, _PREFIX_BYTES) == sql.lit(prefix)).select("key", "rows")
    for key, rows in within.orderBy("key").collect():
        before += rows
        if before >= wanted:
            return bytes(key), before
    raise RuntimeError("the rows changed while they were split: read them from a table that stays as it is")
