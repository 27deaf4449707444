"""The program of the guide, with Spark Classic and with Spark Connect."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from cluster import check_complete
from conftest import guide_program

#: Further checks of a session of Spark Connect.
CHECKS = """
from pyspark.sql.connect.dataframe import DataFrame
assert isinstance(scored, DataFrame)

bad = spark.sql("SELECT cast(X'61FF62' AS string) AS text UNION ALL SELECT NULL")
assert sorted(row["error"] for row in score(bad, open(MODEL, "rb").read()).drop("text").collect()) == ["no text", "not UTF-8"]
try:
    score(bad, MODEL, text="tweet")
except ValueError as error:
    assert "no column `tweet`" in str(error)
else:
    raise AssertionError("a missing column is not an error")
"""


@pytest.mark.usefixtures("sentences")
def test_the_program_of_the_guide_scores_a_table(expected: pa.Table) -> None:
    Path("program.py").write_text(guide_program("spark"))
    runpy.run_path("program.py")
    check_complete(Path("scored.parquet"), expected)


@pytest.mark.usefixtures("sentences")
def test_spark_connect_gives_the_same(expected: pa.Table, connect_port: int) -> None:
    shutil.rmtree("scored.parquet", ignore_errors=True)
    checks = CHECKS.replace("MODEL", repr("models/relevance/1/model.onnx"))
    environment = {**os.environ, "SPARK_REMOTE": f"sc://127.0.0.1:{connect_port}"}
    subprocess.run([sys.executable, "-c", guide_program("spark") + checks], env=environment, check=True)

    check_complete(Path("scored.parquet"), expected)
