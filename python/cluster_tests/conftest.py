"""A cluster of two executors in processes of their own, and a table that it scores."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

from relevance_text import Model

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models/relevance/1/model.onnx"
GUIDE = ROOT / "docs/guide/python.md"
ARCHIVE = ROOT / "data/db.sqlite.base64.tar.gz"
#: Copies of the archive's messages in the table, and its partitions.
COPIES = 10
DAYS = 20


def guide_program(engine: str) -> str:
    """Returns the program of the guide for an engine, which the check of the guides leaves out."""
    [program] = re.findall(f"```python {engine}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return str(program)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the paths of the command that results are compared with, and of the rows that both train on."""
    parser.addoption("--relevance", type=Path, required=True, help="path of the program `relevance`")
    parser.addoption("--labelled", type=Path, default=ARCHIVE, help="archive of labelled rows to train on")


def pytest_configure(config: pytest.Config) -> None:
    """Lets Spark warn of pandas, which only its sessions of Spark Connect use."""
    config.addinivalue_line("filterwarnings", "ignore:PySpark does not yet fully support pandas")


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Path:
    """Path of the command `relevance`."""
    path: Path = request.config.getoption("--relevance")
    return request.config.invocation_params.dir / path


@pytest.fixture(scope="session")
def model() -> Model:
    """The committed model."""
    return Model(MODEL)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Working folder of the session and of the cluster, as that of a user who trained a model."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "models").symlink_to(ROOT / "models")
    os.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def expected(folder: Path, program: Path) -> pa.Table:
    """The rows of the table `sentences.parquet` with the predictions of the command, by `id`."""
    database = folder / "messages.sqlite"
    subprocess.run([program, "data", "unpack", ARCHIVE, database], check=True)
    with closing(sqlite3.connect(database)) as connection:
        messages = [text for (text,) in connection.execute("SELECT text FROM data")]

    texts = [f"{text} {copy}" if copy else text for copy in range(COPIES) for text in messages]
    days = [index % DAYS for index in range(len(texts))]
    table = pa.table({"id": range(len(texts)), "day": pa.array(days, pa.int32()), "text": texts})
    pq.write_to_dataset(table, folder / "sentences.parquet", partition_cols=["day"])

    source, result = folder / "one_file.parquet", folder / "expected.parquet"
    pq.write_table(table, source)
    words: list[str | Path] = ["--model-file", MODEL, "--input", source, "--text-column", "text", "--output", result]
    subprocess.run([program, "predict", *words], check=True)
    return pq.read_table(result)


@pytest.fixture(scope="session")
def connect_port() -> int:
    """Port at which the cluster takes sessions of Spark Connect."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def spark(folder: Path, connect_port: int) -> Iterator[SparkSession]:
    """A session of Spark Classic on two executors with one core each."""
    os.environ["PYSPARK_PYTHON"] = sys.executable

    settings: dict[str, bool | float | int | str | None] = {
        "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(connect_port),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.files.minPartitionNum": str(DAYS),
        "spark.ui.enabled": "false",
        "spark.ui.liveUpdate.period": "0",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local-cluster[2,1,2048]").config(map=settings)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def sentences(spark: SparkSession, expected: pa.Table) -> DataFrame:
    """The partitioned table, in one task a partition."""
    frame = spark.read.parquet("sentences.parquet")
    assert frame.rdd.getNumPartitions() == DAYS
    return frame
