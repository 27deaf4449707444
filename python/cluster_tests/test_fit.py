"""`fit` on a cluster, compared with `relevance train` on the same rows."""

from __future__ import annotations

import gzip
import json
import os
import runpy
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
import pytest
from pyspark.sql import DataFrame, SparkSession

from relevance_text import Model
from relevance_text.spark import _fit, fit, split_keys

from cluster import active_stage, one_executor, poll
from conftest import guide_program

#: Bounds of the comparison with the command, whose fit ends within 1e-9 of the optimum.
OBJECTIVE = 1e-6
PROBABILITY = 1e-4
#: End of the copy of a text.
COPY = " http://t.co/copy"
#: Stages of a fit, each an iteration or two, after which an executor is killed.
STAGES = 60
#: Further checks of a session of Spark Connect.
CHECKS = """
from pyspark.sql.connect.dataframe import DataFrame
assert isinstance(fitted.rows, DataFrame)

with open("objective.txt", "w") as file:
    file.write(repr(fitted.objective))
try:
    fit(table, analyzer="char")
except ValueError as error:
    assert "only 'word'" in str(error)
else:
    raise AssertionError("another analyzer is accepted")
fitted.unpersist()
"""


class Command:
    """A training run of the command, without calibration, as `fit` leaves it out."""

    def __init__(self, program: Path, data: Path, folder: Path, *flags: str) -> None:
        """Trains on the data, and keeps everything in the folder."""
        folder.mkdir()
        self.program, self.folder = program, folder
        words: list[str | Path] = ["--data", data, "--store", folder / "store", "--pipeline", folder / "pipeline.json"]
        gate = ["--min-precision", "0.01", "--min-recall", "0.01", "--calibrate", "false", "--threshold-rule", "max-f1"]
        subprocess.run([program, "train", *words, *gate, "--json", *flags], check=True, stdout=subprocess.DEVNULL)

        self.pipeline: dict[str, Any] = json.loads((folder / "pipeline.json").read_text())
        [metrics] = folder.glob("store/**/metrics.json")
        self.objective: float = json.loads(metrics.read_text())["fit"]["objective"]

    def test_rows(self) -> Counter[tuple[str, bool]]:
        """Returns the rows of the test subset that the version keeps."""
        [packed] = [file for file in self.folder.glob("store/**/*") if file.name.endswith(".jsonl.gz")]
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return Counter((row["text"], row["relevant"]) for row in rows)

    def probabilities(self, pipeline: Path, texts: list[str]) -> Any:
        """Returns the predictions of a pipeline that the command exports."""
        file = self.folder / f"{pipeline.parent.name}.onnx"
        subprocess.run([self.program, "export", "--pipeline", pipeline, "--output", file], check=True)
        return Model(file).predict_proba(texts)


def read_archive(program: Path, archive: Path, folder: Path) -> pa.Table:
    """Returns `id`, `text` and `label` of the rows of an archive."""
    database = folder / "rows.sqlite"
    subprocess.run([program, "data", "unpack", archive, database], check=True)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT text, choose_one FROM data").fetchall()
    texts, labels = zip(*rows, strict=True)
    return pa.table({"id": range(len(rows)), "text": texts, "label": labels})


def check_equal(folder: Path, objective: float, command: Command, texts: list[str]) -> None:
    """Checks that subsets, terms and idf are equal, and the fit is as close as both end to the optimum."""
    pipeline, expected = json.loads((folder / "pipeline.json").read_text()), command.pipeline
    assert pipeline["vocabulary"] == expected["vocabulary"]
    for part in ("idf", "features", "labels"):
        assert pipeline[part] == expected[part], part

    sample = pq.read_table(folder / "sample.parquet").to_pylist()
    relevant = pipeline["labels"]["relevant"]
    test = Counter((row["text"], row["label"] == relevant) for row in sample if row["subset"] == "test")
    assert test == command.test_rows()
    counts = Counter(row["subset"] for row in sample)
    for subset in ("train", "validation", "test"):
        name = f"data.{subset}"
        assert str(counts[subset]) == pipeline["metadata"][name] == expected["metadata"][name]

    assert objective == pytest.approx(command.objective, rel=OBJECTIVE)
    both = (folder / "pipeline.json", command.folder / "pipeline.json")
    ours, theirs = (command.probabilities(file, texts) for file in both)
    assert np.abs(ours - theirs).max() <= PROBABILITY


@pytest.fixture(scope="session")
def archive(request: pytest.FixtureRequest, folder: Path, program: Path, spark: SparkSession) -> pa.Table:
    """The labelled rows that are trained on, as the folder `labelled.parquet` too."""
    table = read_archive(program, request.config.getoption("--labelled"), folder)
    spark.createDataFrame(table).repartition(8).write.parquet("labelled.parquet")
    return table


@pytest.fixture
def labelled(spark: SparkSession, archive: pa.Table) -> DataFrame:
    """The labelled rows on the cluster."""
    frame = spark.read.parquet("labelled.parquet")
    assert frame.count() == archive.num_rows
    return frame


@pytest.fixture(scope="session")
def command(folder: Path, program: Path, archive: pa.Table) -> Command:
    """The command's training run on the labelled rows."""
    data = folder / "labelled_once.parquet"
    pq.write_table(archive, data)
    return Command(program, data, folder / "command")


@pytest.mark.usefixtures("labelled")
def test_the_program_of_the_guide_fits_as_the_command(command: Command, archive: pa.Table) -> None:
    Path("program.py").write_text(guide_program("spark-fit"))
    fitted = runpy.run_path("program.py")["fitted"]
    check_equal(Path("fitted"), fitted.objective, command, archive["text"].to_pylist())

    undecided = archive["label"].to_pylist().count("Can't Decide")
    assert fitted.left_out == ({"undecided": undecided} if undecided else {})
    metadata = json.loads(fitted.pipeline)["metadata"]
    assert (
        metadata["fitted_by"] == f"relevance_text.spark.fit {version('relevance-text')} on Spark {pyspark.__version__}"
    )
    assert (metadata["name"], len(metadata["version"])) == ("relevance", 12)
    fitted.unpersist()


@pytest.mark.usefixtures("labelled")
def test_spark_connect_gives_the_same(command: Command, archive: pa.Table, connect_port: int, tmp_path: Path) -> None:
    folder = tmp_path / "fitted"
    program = guide_program("spark-fit").replace('"fitted"', repr(str(folder))) + CHECKS
    environment = {**os.environ, "SPARK_REMOTE": f"sc://127.0.0.1:{connect_port}"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)

    objective = float(Path("objective.txt").read_text())
    check_equal(folder, objective, command, archive["text"].to_pylist())


def test_settings_and_hostile_texts_give_the_same_fit(
    spark: SparkSession, program: Path, archive: pa.Table, tmp_path: Path
) -> None:
    # Texts of both labels, copies of more rows than a subset, characters that fold in Unicode alone, and no words.
    hostile = [
        ("Flood \u212a \u0130 \u00c9T\u00c9 nul\0", "yes"),
        ("e\u0301te\u0301 \U0001f600 \u6d2a\u6c34", "no"),
        ("", "yes"),
        ("  ", "no"),
    ]
    mixed = [("a mixed text", label) for label in ("yes", "no", "no")] + [("A MIXED text!", "yes")]
    copies = [(f"many copies http://t.co/{copy}", "no") for copy in range(700)]
    middle = [(f"@user{copy} a few copies", "yes") for copy in range(40)]
    meaning = {"Relevant": "yes", "Not Relevant": "no", "Can't Decide": "perhaps"}
    rows: list[tuple[str, str | None]] = [(row["text"], meaning[row["label"]]) for row in archive.to_pylist()]
    rows += [*hostile, *mixed, *copies, *middle, ("no label", None), *rows[:50]]
    texts, labels = map(list, zip(*rows, strict=True))
    data = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"message": texts, "class": labels}), data)

    flags = ["--text-column", "message", "--label-column", "class", "--relevant", "yes", "--not-relevant", "no"]
    flags += ["--undecided-values", "perhaps", "--token-characters", "unicode", "--ngram-max", "3", "--alpha", "0.7"]
    flags += ["--min-document-frequency", "1", "--max-features", "3000", "--seed", "7", "--max-left-out", "0.9"]
    flags += ["--split-train", "0.5", "--split-validation", "0.2", "--split-test", "0.3"]
    # The distance of the command's own fit from the optimum would count too.
    flags += ["--tolerance", "1e-12"]
    command = Command(program, data, tmp_path / "command", *flags)

    frame = spark.read.parquet(str(data)).repartition(5)
    fitted = fit(
        frame,
        text="message",
        label="class",
        relevant="yes",
        not_relevant=["no"],
        undecided=["perhaps"],
        token_characters="unicode",
        ngram_max=3,
        alpha=0.7,
        min_document_frequency=1,
        max_features=3000,
        seed=7,
        validation_fraction=0.2,
        test_fraction=0.3,
    )
    fitted.write(tmp_path / "fitted")
    check_equal(tmp_path / "fitted", fitted.objective, command, texts)
    assert fitted.left_out["empty"] == 2
    assert fitted.left_out["unlabelled"] == 1
    assert fitted.labels == ("no", "yes")
    fitted.unpersist()


def test_a_fit_survives_an_executor_killed_between_its_iterations(
    spark: SparkSession,
    labelled: DataFrame,
    command: Command,
    archive: pa.Table,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed: list[int] = []

    def fit_and_kill(*arguments: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            fitting = pool.submit(fit_model, *arguments)
            first = poll(lambda: active_stage(spark.sparkContext), 60)
            poll(lambda: active_stage(spark.sparkContext) > first + STAGES or fitting.done(), 300)

            assert not fitting.done()
            killed.extend(one_executor())
            os.kill(killed[0], signal.SIGKILL)
            return fitting.result()

    fit_model = _fit._fit_model
    monkeypatch.setattr(_fit, "_fit_model", fit_and_kill)
    fitted = fit(labelled)

    assert len(killed) == 1
    fitted.write(tmp_path / "fitted")
    check_equal(tmp_path / "fitted", fitted.objective, command, archive["text"].to_pylist())
    fitted.unpersist()


def test_a_sample_keeps_copies_together(labelled: DataFrame, spark: SparkSession, archive: pa.Table) -> None:
    fitted = fit(labelled.union(labelled.selectExpr("id", f"concat(text, '{COPY}')", "label")), alpha=10)
    rows = fitted.sample(100).toArrow().to_pylist()

    forms: dict[str, Counter[str]] = {}
    for row in rows:
        text = row["text"].removesuffix(COPY)
        forms.setdefault(text, Counter())[row["subset"]] += 1 if text == row["text"] else -1
    # Each text is there as often as its copy, in one subset.
    assert all(list(counts.values()) == [0] for counts in forms.values())
    counts = Counter(row["subset"] for row in rows)
    assert all(60 <= counts[subset] <= 150 for subset in fitted.counts), counts
    assert rows == fitted.sample(100).toArrow().to_pylist()

    with pytest.raises(ValueError, match="`max_rows` is 0"):
        fitted.sample(0)
    fitted.unpersist()


def test_split_keys_draw_a_sample(labelled: DataFrame, archive: pa.Table) -> None:
    keyed = split_keys(labelled)
    assert keyed.columns == [*labelled.columns, "split_key"]
    drawn = keyed.where("split_key < X'40'").count() / archive.num_rows
    assert 0.2 < drawn < 0.3

    with pytest.raises(ValueError, match=r"columns `split_key` already: .* another name"):
        split_keys(keyed)
    with pytest.raises(ValueError, match="the seed is -1"):
        split_keys(labelled, seed=-1)


def test_mistakes_are_errors(spark: SparkSession, labelled: DataFrame) -> None:
    few = spark.createDataFrame([("flood", "yes"), ("picnic", "no")], "text string, label string")
    three = spark.createDataFrame([("flood", "a"), ("fire", "b"), ("picnic", "c")], "text string, label string")
    nested = few.selectExpr("text", "array(label) AS label")

    for frame, settings, kind, message in [
        (labelled, {"text": "tweet"}, ValueError, "no column `tweet`: its columns are `id`, `text`, `label`"),
        (labelled, {"text": "id"}, TypeError, "`id` is of type bigint: texts are of type string or binary"),
        (nested, {}, TypeError, "`label` is of type array<string>: labels are strings, numbers or booleans"),
        (labelled, {"ngrams": 2}, TypeError, "`ngrams` is not a setting of `fit`, which has `relevant`"),
        (labelled, {"analyzer": "both"}, ValueError, "`analyzer` is 'both'.*`relevance train --analyzer both`"),
        (labelled, {"alpha": 0}, ValueError, "`alpha` is 0; it must be over 0 and finite"),
        (labelled, {"relevant": ["a", "a"]}, ValueError, "`a`"),
        (labelled, {"ngram_max": 6}, ValueError, "6"),
        (labelled, {"test_fraction": 0.95}, ValueError, "train"),
        (few.where("false"), {}, ValueError, "the data frame has no rows"),
        (three, {}, ValueError, r"labels `.` \(1\), `.` \(1\), `.` \(1\), whose meaning is not known.*relevant="),
        (labelled, {"label": "id"}, ValueError, "`id` has more than 1000 different labels"),
        (few, {}, ValueError, "the train subset has no text of the label `no`|no text of the label"),
        (labelled, {"min_document_frequency": 10**6}, ValueError, "no term occurs in at least 1000000 training texts"),
    ]:
        with pytest.raises(kind, match=message):
            fit(frame, **settings)  # type: ignore[arg-type]
