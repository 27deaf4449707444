"""The processes of a cluster: killed in the middle of a job, and used again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from relevance_text import Model
from relevance_text.spark import score

from cluster import check_complete, kill_during, one_executor, python_workers
from conftest import DAYS


@pytest.mark.parametrize("find", [python_workers, one_executor])
def test_a_job_survives_a_killed_process(
    spark: SparkSession, sentences: DataFrame, model: Model, expected: pa.Table, find: Callable[[], list[int]]
) -> None:
    def slowly(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        # Otherwise a worker might be killed between two tasks.
        time.sleep(0.2)
        yield from batches

    result = Path(f"{find.__name__}.parquet")
    scored = score(sentences.mapInArrow(slowly, sentences.schema), model)
    failed = kill_during(spark.sparkContext, lambda: scored.write.parquet(str(result)), find)

    assert failed > 0
    check_complete(result, expected)


def test_each_worker_loads_the_model_once(spark: SparkSession, sentences: DataFrame, model: Model) -> None:
    def report(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from relevance_text._batches import _load

        assert sum(batch.num_rows for batch in batches) == 1
        calls = _load.cache_info()
        yield pa.RecordBatch.from_pylist(
            [{"pid": os.getpid(), "loads": calls.misses, "calls": calls.hits + calls.misses}]
        )

    def loads_and_calls() -> dict[int, tuple[int, int]]:
        rows = spark.range(0, DAYS, 1, DAYS).mapInArrow(report, "pid long, loads long, calls long").collect()
        return {row["pid"]: (row["loads"], row["calls"]) for row in rows}

    # Another threshold, so that no earlier test has loaded this model.
    before = loads_and_calls()
    score(sentences, model, threshold=0.123).write.format("noop").mode("overwrite").save()
    after = loads_and_calls()

    calls = {pid: calls - before.get(pid, (0, 0))[1] for pid, (_, calls) in after.items()}
    loads = {pid: loads - before.get(pid, (0, 0))[0] for pid, (loads, _) in after.items()}
    assert sum(calls.values()) == DAYS
    assert loads == {pid: int(calls[pid] > 0) for pid in calls}
