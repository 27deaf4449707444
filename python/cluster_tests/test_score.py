"""`score` on a cluster, compared with the command."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import expr

from relevance_text import Model
from relevance_text.spark import score

from conftest import MODEL


def rows(spark: SparkSession, sql: str) -> DataFrame:
    """Returns rows of the columns `id` and `text` that SQL makes."""
    return spark.sql(f"SELECT * FROM VALUES {sql} AS rows(id, text)")


def test_a_threshold_decides_on_the_label(sentences: DataFrame, expected: pa.Table) -> None:
    scored = score(sentences, MODEL.read_bytes(), threshold=0.9).select("id", "label").toArrow().sort_by("id")

    relevant = expected["probability"].to_numpy() >= np.float32(0.9)
    assert 0 < relevant.sum() < len(relevant)
    assert scored["label"].to_pylist() == np.where(relevant, "Relevant", "Not Relevant").tolist()


def test_rows_without_a_text_have_nulls_and_a_reason(spark: SparkSession, model: Model) -> None:
    long = "flood " * 200_000
    good = ["families evacuated", "", "nul\0 and line\r\nend", long]
    frame = spark.createDataFrame([*enumerate(good), (4, None)], "id int, text string")
    bad = rows(spark, "(5, cast(X'61FF62' AS string)), (6, cast(X'EDA080' AS string))")
    scored = score(frame.union(bad).coalesce(1), model).drop("text").orderBy("id").toArrow()

    reasons = [None] * len(good) + ["no text", "not UTF-8", "not UTF-8"]
    assert scored["error"].to_pylist() == reasons
    assert scored["label"].to_pylist() == model.predict([*good, None, None, None])
    assert scored["probability"].null_count == scored["known_terms"].null_count == 3
    np.testing.assert_array_equal(scored["probability"][: len(good)], model.predict_proba(good))


@pytest.mark.parametrize("large", ["false", "true"])
@pytest.mark.parametrize("kind", ["string", "binary", "string collate utf8_lcase", "varchar(30)"])
def test_every_type_of_strings_is_scored(spark: SparkSession, model: Model, kind: str, large: str) -> None:
    setting = "spark.sql.execution.arrow.useLargeVarTypes"
    spark.conf.set(setting, large)
    try:
        frame = rows(spark, f"(0, CAST('families evacuated' AS {kind})), (1, CAST(NULL AS {kind}))")
        scored = score(frame, model, threshold=0.99, prefix="strict_").orderBy("id").collect()
    finally:
        spark.conf.unset(setting)

    [probability] = model.predict_proba(["families evacuated"])
    assert scored[0]["strict_probability"] == pytest.approx(probability, abs=1e-7)
    assert [row["strict_label"] for row in scored] == ["Not Relevant", None]
    assert [row["strict_error"] for row in scored] == [None, "no text"]


def test_columns_of_other_types_are_kept(spark: SparkSession, model: Model) -> None:
    others = "map('a', 1) AS m", "array(1.5D) AS a", "named_struct('x', 1) AS s", "1.5BD AS d", "X'FF' AS b"
    frame = rows(spark, "(0, 'flood'), (1, NULL)").selectExpr("*", *others)
    frame = frame.withColumn("at", expr("TIMESTAMP'2026-01-02 03:04:05.678'"))
    scored = score(frame, model)

    assert scored.select(frame.columns).schema == frame.schema
    assert scored.select(frame.columns).orderBy("id").collect() == frame.orderBy("id").collect()


def test_mistakes_are_errors_before_a_job_starts(spark: SparkSession, model: Model) -> None:
    frame = rows(spark, "(0, 'flood')")
    with pytest.raises(ValueError, match="no column `tweet`: its columns are `id`, `text`"):
        score(frame, model, text="tweet")
    with pytest.raises(TypeError, match="`id` is of type int: texts are of type string or binary"):
        score(frame, model, text="id")
    with pytest.raises(ValueError, match="columns `label`, `error` already"):
        score(frame.selectExpr("*", "1 AS Label", "2 AS error"), model)
    with pytest.raises(ValueError, match="several columns `id`"):
        score(frame.selectExpr("*", "1 AS id"), model)
    with pytest.raises(ValueError, match="`threshold` is 2, it must be"):
        score(frame, model, threshold=2)
    with pytest.raises(ValueError, match="not an ONNX file"):
        score(frame, model.content[:-1000])
    with pytest.raises(FileNotFoundError):
        score(frame, "models/none.onnx")
