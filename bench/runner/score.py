"""Scoring in process: time and allocations of every engine by batch and vocabulary, read from divan's table."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

from . import dataset
from .process import BenchError, Outcome, run
from .programs import bench, build

#: More texts than a branch predictor learns, and a multiple of the largest batch.
TEXTS = 4_096
#: Times the archive's rows, for enough distinct terms.
FACTOR = 10
ENGINES = 5
MICROSECONDS = {"ns": 1e-3, "µs": 1.0, "ms": 1e3, "s": 1e6}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    sizes = [5_000, 20_000, 100_000]
    parser.add_argument("--columns", type=int, nargs="+", default=sizes, help="sizes of the vocabulary (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1.0, help="longest time of each benchmark (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Trains a model of each size and times the engines; fails when one differs from the reference."""
    relevance = build(True, arguments.relevance).relevance
    data, _ = dataset.training_set(arguments.data, FACTOR, scratch)
    for columns in arguments.columns:
        train(relevance, data / "data.sqlite", columns, scratch)
    texts = dataset.sample(arguments.data, TEXTS, scratch / "texts.jsonl")
    if texts < TEXTS:
        raise BenchError(f"{arguments.data} has {texts} texts, {TEXTS} are needed")

    variables = {
        "BENCH_MODELS": str(scratch),
        "BENCH_TEXTS": str(scratch / "texts.jsonl"),
        "ORT_DYLIB_PATH": os.environ.get("ORT_DYLIB_PATH", ""),
    }
    table = bench("score", "--max-time", arguments.seconds, "--color", "never", **variables)
    engines = parse(table, texts)
    if any(len(engines[columns]) != ENGINES for columns in arguments.columns):
        raise BenchError(f"divan printed other benchmarks:\n{table}")
    tables = []
    for columns in arguments.columns:
        native = engines[columns]["native"]
        title = f"{columns:,} columns, trained on {FACTOR} times the archive with noise"
        entries = [entry(name, outcome, native) for name, outcome in engines[columns].items()]
        tables.append({"title": title, "entries": entries})
    return {"texts": texts, "tables": tables}


def train(relevance: Path, database: Path, columns: int, folder: Path) -> None:
    """Writes a model of exactly `columns` terms into `folder`."""
    store = folder / f"store-{columns}"
    gate = ("--min-precision", 0, "--min-recall", 0)
    vocabulary = ("--max-features", columns, "--min-document-frequency", 1)
    trained = run(relevance, "train", "--json", "--data", database, "--store", store, *gate, *vocabulary)
    if json.loads(trained)["report"]["fit"]["vocabulary"] != columns:
        raise BenchError(f"there are fewer than {columns} distinct terms, even with noise: give fewer `--columns`")
    shutil.copy(store / "relevance/1/model.onnx", folder / f"{columns}.onnx")


def parse(table: str, texts: int) -> dict[int, dict[str, Outcome]]:
    """Reads divan's table for iterations over so many texts: microseconds per text, mean allocations per call.

    Its columns are fastest, slowest, median, mean, samples and iterations. The first line under a heading has counts.
    """
    engines: dict[int, dict[str, Outcome]] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    batch, engine, heading = "", {}, ""
    for line in table.splitlines():
        cells = [cell.strip(" │") for cell in line.rsplit("│", 5)]
        if found := re.search(r"─ (\d+)/(\S+)\s+([\d.]+) (\S+)$", cells[0]):
            columns, name, fastest, unit = found.groups()
            engine = engines[int(columns)][name]
            engine[f"time, {batch}"] = float(fastest) * MICROSECONDS[unit] / texts
        elif found := re.search(r"─ (\d+)$", cells[0]):
            batch = found[1]
        elif heading in ("alloc:", "grow:"):
            engine[f"allocations, {batch}"] += float(cells[3]) * int(batch) / texts
        heading = cells[0]
    return engines


def entry(engine: str, outcome: Outcome, native: Outcome) -> dict[str, Any]:
    """Returns a row of the page."""
    row: dict[str, Any] = {"engine": engine}
    for batch in (1, 64):
        time, allocations = f"time, {batch}", f"allocations, {batch}"
        row |= {f"µs, {batch} per call": outcome[time], f"×, {batch}": outcome[time] / native[time]}
        row[allocations] = None if engine == "onnxruntime" else outcome[allocations]
    return row
