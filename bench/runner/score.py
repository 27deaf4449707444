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

MAX_TEXTS = 10_000
#: What is tried until there are enough distinct terms: times the archive's rows, lowest document frequency.
SOURCES = ((1, 2), (1, 1), (10, 2), (10, 1))
NANOSECONDS = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9}

BATCH = re.compile(r"[├╰]─ (?P<batch>\d+) ")
TIMES = re.compile(r"[├╰]─ (?P<columns>\d+)/(?P<engine>\S+)\s+(?P<fastest>[\d.]+) (?P<unit>\S+)")
MEDIAN = re.compile(r"│[^│]*│\s*(?P<median>[\d.]+) (?P<unit>\S+)")


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
        texts = dataset.sample(arguments.data, MAX_TEXTS, models / "texts.jsonl")
        variables = {
            "BENCH_MODELS": folder,
            "BENCH_TEXTS": str(models / "texts.jsonl"),
            "ORT_DYLIB_PATH": os.environ.get("ORT_DYLIB_PATH", ""),
        }
        table = bench("score", "--max-time", str(arguments.seconds), "--color", "never", **variables)

    entries = parse(table)
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


def parse(table: str) -> list[dict[str, Any]]:
    """Reads divan's table: fastest and median nanoseconds per text, allocations per call."""
    entries: list[dict[str, Any]] = []
    batch, section = 1, ""
    for line in table.splitlines():
        if times := TIMES.search(line):
            median = MEDIAN.search(line, times.end())
            assert median is not None, "divan prints the median"
            entry = {"columns": int(times["columns"]), "engine": times["engine"], "batch": batch, "allocations": 0.0}
            entry["fastest_ns"] = float(times["fastest"]) * NANOSECONDS[times["unit"]] / batch
            entry["median_ns"] = float(median["median"]) * NANOSECONDS[median["unit"]] / batch
            entries.append(entry)
        elif found := BATCH.search(line):
            batch = int(found["batch"])
        elif found := re.search(r"\b(max alloc|alloc|dealloc|grow|shrink):", line):
            section, is_count = found[1], True
        elif section and (found := re.search(r"[│ ]\s*([\d.]+)\s+│", line)) and is_count:
            # The first line of a section counts, the second one sums bytes.
            is_count = False
            if section in ("alloc", "grow"):
                entries[-1]["allocations"] += float(found[1])
    return entries
