"""Scoring in process: time and allocations of every engine by batch and vocabulary, read from divan's table."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from . import dataset
from .paths import WORK
from .process import BenchError, Command, run
from .programs import Programs, bench, build

#: More texts than a branch predictor learns, and a multiple of the largest batch.
TEXTS = 4_096
#: What is tried until there are enough distinct terms: times the archive's rows, lowest document frequency.
SOURCES = ((1, 2), (1, 1), (10, 2), (10, 1))
NANOSECONDS = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9}

BATCH = re.compile(r"─ (\d+)$")
ENGINE = re.compile(r"─ (\d+)/(\S+)\s+([\d.]+ \S+)$")
ALLOCATIONS = re.compile(r"(max alloc|alloc|dealloc|grow|shrink):$")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--columns", default="5000,20000,100000", help="sizes of the vocabulary (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1.0, help="longest time of each benchmark (%(default)s)")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Trains a model of each size and times the engines; fails when one differs from the reference."""
    programs = build(True, arguments.relevance)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        models = Path(folder)
        columns = [int(columns) for columns in arguments.columns.split(",")]
        sources = {count: train(programs, arguments.data, count, models) for count in columns}
        texts = dataset.sample(arguments.data, TEXTS, models / "texts.jsonl")
        if texts < TEXTS:
            raise BenchError(f"{arguments.data} has {texts} texts, {TEXTS} are needed")
        variables = {
            "BENCH_MODELS": folder,
            "BENCH_TEXTS": str(models / "texts.jsonl"),
            "ORT_DYLIB_PATH": os.environ.get("ORT_DYLIB_PATH", ""),
        }
        table = bench("score", "--max-time", str(arguments.seconds), "--color", "never", **variables)

    entries = parse(table, texts)
    if len(entries) != 2 * 5 * len(columns):
        raise BenchError(f"divan printed {len(entries)} benchmarks:\n{table}")
    sizes = [{"columns": count, "trained_on": sources[count]} for count in columns]
    return {"texts": texts, "sizes": sizes, "entries": entries}


def train(programs: Programs, data: Path, columns: int, folder: Path) -> str:
    """Writes a model of exactly `columns` terms into `folder` and returns what it was trained on."""
    for factor, frequency in SOURCES:
        database = dataset.training_set(data, factor).database
        store = folder / "store"
        shutil.rmtree(store, ignore_errors=True)
        command = Command.new(programs.relevance, "train", "--json", "--data", database, "--store", store)
        gate = ("--min-precision", 0, "--min-recall", 0)
        vocabulary = ("--max-features", columns, "--min-document-frequency", frequency)
        trained = json.loads(run(command.with_arguments(*gate, *vocabulary)))

        if trained["report"]["fit"]["vocabulary"] == columns:
            shutil.copy(store / "relevance/1/model.onnx", folder / f"{columns}.onnx")
            rows = "the archive" if factor == 1 else f"{factor} times the archive with noise"
            return f"{rows}, terms in {frequency} or more training texts"
    raise BenchError(f"{data} has fewer than {columns} distinct terms, even with noise: give fewer `--columns`")


def parse(table: str, texts: int) -> list[dict[str, Any]]:
    """Reads divan's table for iterations over so many texts: nanoseconds per text, mean allocations per call.

    Its columns are fastest, slowest, median, mean, samples and iterations.
    """
    entries: list[dict[str, Any]] = []
    batch, counted = 1, ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.rsplit("│", 5)]
        if engine := ENGINE.search(cells[0]):
            columns, name, fastest = engine.groups()
            times = {"fastest_ns": nanoseconds(fastest) / texts, "median_ns": nanoseconds(cells[2]) / texts}
            entries.append({"columns": int(columns), "engine": name, "batch": batch, "allocations": 0.0} | times)
        elif found := BATCH.search(cells[0]):
            batch = int(found[1])
        elif found := ALLOCATIONS.search(cells[0]):
            counted = found[1]
        elif counted:
            # The first line under a heading has counts, the second one bytes.
            if counted in ("alloc", "grow"):
                entries[-1]["allocations"] += float(cells[3]) * batch / texts
            counted = ""
    return entries


def nanoseconds(time: str) -> float:
    value, unit = time.split()
    return float(value) * NANOSECONDS[unit]
