"""Training: whole processes from a table to a written model, beside scikit-learn, Vowpal Wabbit, fastText and linfa."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from . import dataset
from .contender import Contender, peer
from .process import BenchError, Outcome, Words, fastest, measure, run, take_turns
from .programs import build

#: Largest differences from scikit-learn's optimum. Weights are stored as 32-bit floats.
TOLERANCES = {"objective": 1e-6, "idf": 1e-6, "probability": 1e-4}
#: Our flags for `LogisticRegression(C=1)`, without a calibration.
PENALTY = ("--alpha", 1, "--calibrate", "false")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--factors", type=int, nargs="+", default=[1, 10, 100], help="times the archive's rows (%(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each trainer (%(default)s)")
    parser.add_argument("--without", nargs="+", default=[], help="trainers to leave out, by their names on the page")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measures every trainer in turn; fails when the optimum differs from scikit-learn's."""
    relevance = build(arguments.check, arguments.relevance).relevance
    optimum = compare_optimum(relevance, arguments.data, scratch)
    peers = [peer(name) for name in ("scikit_learn", "vowpal_wabbit", "fast_text")]
    trainers = [ours(relevance, "relevance"), *peers]
    # The memory of linfa grows with rows times terms.
    few = ("--max-features", 2000)
    with_few_terms = [
        ours(relevance, "relevance, 2,000 terms", *few),
        ours(relevance, "linfa-logistic, 2,000 terms", *few, "--solver", "linfa"),
    ]

    tables = []
    for factor in arguments.factors:
        data, rows = dataset.training_set(arguments.data, factor, scratch)
        groups = {"": (trainers, arguments.rounds)} | ({", 2,000 terms": (with_few_terms, 1)} if factor == 1 else {})
        for suffix, (group, rounds) in groups.items():
            taking_part = [trainer for trainer in group if trainer.name not in arguments.without]
            entries = measure_trainers(taking_part, data, rounds)
            tables.append({"title": f"{factor}×: {rows:,} rows{suffix}", "entries": entries})

    return {"tables": tables, "peers": [trainer.describe() for trainer in peers], "optimum": optimum}


def ours(relevance: Path, name: str, *flags: object) -> Contender:
    """Returns `relevance train` with scikit-learn's default penalty and flags."""

    def command(data: Path, folder: Path) -> Words:
        source = ("--data", data / "data.sqlite")
        return [relevance, "train", "--json", *source, "--store", folder / "store", *PENALTY, *flags]

    return Contender(name, command)


def measure_trainers(trainers: Sequence[Contender], data: Path, rounds: int) -> list[dict[str, Any]]:
    """Returns the costs of trainers beside those of the first one."""
    costs = take_turns({trainer.name: partial(train, trainer, data) for trainer in trainers}, rounds)
    first = fastest(costs[trainers[0].name])
    return [
        {
            "trainer": name,
            "seconds": best["seconds"],
            "median": statistics.median(cost["seconds"] for cost in costs[name]),
            "processor s": best["processor s"],
            "× time": best["seconds"] / first["seconds"],
            "peak MiB": best["peak MiB"],
            "× memory": best["peak MiB"] / first["peak MiB"],
            "ROC-AUC": f"{best['ROC-AUC']:.4f}",
        }
        for name, best in ((name, fastest(of_trainer)) for name, of_trainer in costs.items())
    ]


def train(trainer: Contender, data: Path) -> Outcome:
    """Runs a trainer once and returns its cost and the ROC-AUC on its test subset."""
    with tempfile.TemporaryDirectory(dir=data) as folder:
        cost, output = measure(*trainer.command(data, Path(folder)))
        predictions = Path(folder, "predictions")
        if predictions.exists():
            output = run(*peer("roc_auc").command(data / "test.labels", predictions))

    outcome = json.loads(output)
    metrics = outcome["report"]["test_metrics"] if "report" in outcome else outcome
    return cost | {"ROC-AUC": metrics["roc_auc"]}


def compare_optimum(relevance: Path, archive: Path, scratch: Path) -> dict[str, Any]:
    """Fits the same rows and terms with scikit-learn at a tight tolerance; fails when the two optima differ.

    The first rows are the training subset: each has a word of its own, since a split keeps equal texts together. A word
    of one text is not a term.
    """
    decided = [row for row in dataset.read(archive) if row.label in (0, 1)]
    rows = (dataset.Row(f"{row.text} row{index}", row.label) for index, row in enumerate(decided))
    dataset.write_database(rows, scratch / "data.sqlite")
    by_index = ("--column", "index", "--split-by", "time", "--split-column", "index")
    gate = ("--min-precision", 0, "--min-recall", 0)
    all_terms = ("--max-features", 2**32 - 1, "--pipeline", scratch / "pipeline.json")
    trained = run(*ours(relevance, "", *by_index, *gate, *all_terms).command(scratch, scratch))

    subset = json.loads(trained)["report"]["train"]
    count = subset["relevant"] + subset["not_relevant"]
    outcome: dict[str, Any] = json.loads(run(*peer("optimum").command(scratch, count)))
    for name, tolerance in TOLERANCES.items():
        if abs(outcome[name]) > tolerance:
            raise BenchError(f"{name} differs from scikit-learn's by {outcome[name]:.1e}, more than {tolerance:.0e}")
    return outcome
