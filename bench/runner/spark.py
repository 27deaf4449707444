"""Scoring on Spark with one task at a time: `relevance_text.spark.score` beside onnxruntime in the same place."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from . import dataset
from .contender import peer
from .paths import ROOT
from .process import BenchError, run

MODEL = ROOT / "models/relevance/1/model.onnx"
TOLERANCE = 1e-6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=int, default=1_000_000, help="number of texts (%(default)s)")
    parser.add_argument("--peer-texts", type=int, default=20_000, help="number of texts of onnxruntime (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each job (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measures every job in turn in one session; fails when probabilities of onnxruntime differ."""
    folders = os.environ.get("BENCH_SPARK")
    if not folders:
        raise BenchError("no Spark to measure: start this part by `cargo xtask bench spark`")
    texts = scratch / "texts.txt"
    dataset.write_sentences(arguments.data, arguments.texts, texts)

    program = peer("spark_scores")
    sizes = (min(arguments.peer_texts, arguments.texts), arguments.rounds)
    output = run(*program.command(MODEL, texts, *sizes, *folders.split(os.pathsep)))
    result = json.loads(output)
    if not result["difference"] <= TOLERANCE:
        raise BenchError(f"the probabilities of onnxruntime differ by {result['difference']}")

    costs: dict[str, float] = result["seconds"]
    return {
        "texts": arguments.texts,
        "peer_texts": sizes[0],
        "tables": [{"entries": [entry(name, cost, costs["relevance_text"]) for name, cost in costs.items()]}],
        "peers": [program.describe()],
        "difference": result["difference"],
    }


def entry(name: str, seconds: float, ours: float) -> dict[str, Any]:
    """Returns a row of the page."""
    return {
        "job": name,
        "µs of processor a text": 1e6 * seconds,
        "thousands a core-second": 0.001 / seconds,
        "×": seconds / ours,
    }
