"""Training: whole processes from a source to a written model, beside scikit-learn, Vowpal Wabbit, fastText and linfa."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import dataset, peer
from .paths import WORK
from .process import BenchError, Command, Run, measure, run, summary
from .programs import Programs, build

#: Vocabulary of the comparison with linfa, whose memory grows with rows times terms.
FEW_TERMS = ("--max-features", 2000)
#: Largest differences from scikit-learn's optimum. Weights are stored as 32-bit floats.
TOLERANCES = {"objective": 1e-6, "idf": 1e-6, "probability": 1e-4}

OURS = (
    "`relevance train`: reads the table, splits 70/10/20 with equal texts in one subset, words and pairs in 2 or more "
    "texts, at most 20,000, TF-IDF, logistic regression; threshold, metrics with intervals, gate; exports ONNX, "
    "compares the engines, publishes into a store"
)


@dataclass(frozen=True)
class Job:
    """Files of one run."""

    programs: Programs
    data: dataset.TrainingSet
    scratch: Path

    def ours(self, *arguments: object) -> Command:
        command = Command.new(self.programs.relevance, "train", "--json", "--data", self.data.database)
        return command.with_arguments("--store", self.scratch / "store", *arguments)

    def scikit_learn(self) -> Command:
        return peer.load("scikit_learn").command(self.data.database, self.scratch / "model.joblib")

    def from_lines(self, name: str, ending: str) -> Command:
        files = [self.data.folder / f"{subset}.{ending}" for subset in ("train", "test")]
        return peer.load(name).command(*files, self.scratch / "model", self.scratch / "predictions")


@dataclass(frozen=True)
class Contender:
    """Trainer: its name, its command, and where it differs from the others."""

    name: str
    command: Callable[[Job], Command]
    about: Callable[[], dict[str, str]]
    baseline: str = "relevance"
    max_factor: int = sys.maxsize
    rounds: int = sys.maxsize


def named(name: str, work: str) -> Callable[[], dict[str, str]]:
    return lambda: {"name": name, "work": work}


FEW, LINFA = "relevance, 2,000 terms", "linfa-logistic, 2,000 terms"
CONTENDERS = {
    "ours": Contender("relevance", Job.ours, named("relevance", OURS)),
    "scikit-learn": Contender(
        "scikit-learn", Job.scikit_learn, lambda: peer.load("scikit_learn").about("scikit-learn")
    ),
    "vowpal-wabbit": Contender(
        "Vowpal Wabbit",
        lambda job: job.from_lines("vowpal_wabbit", "vw"),
        lambda: peer.load("vowpal_wabbit").about("Vowpal Wabbit"),
    ),
    "fast-text": Contender(
        "fastText", lambda job: job.from_lines("fast_text", "ft"), lambda: peer.load("fast_text").about("fastText")
    ),
    "few-terms": Contender(
        FEW, lambda job: job.ours(*FEW_TERMS), named(FEW, "as above, with `--max-features 2000`"), FEW, 1
    ),
    "linfa": Contender(
        LINFA,
        lambda job: job.ours(*FEW_TERMS, "--solver", "linfa"),
        named(LINFA, "`relevance train --solver linfa --max-features 2000`; one run, at the archive's own size only"),
        FEW,
        1,
        1,
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--factors", default="1,10,100", help="how many times the archive's rows (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each trainer (%(default)s)")
    parser.add_argument("--without", default="", help=f"contenders to leave out, of {', '.join(CONTENDERS)}")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures every trainer in turn; fails when the optimum differs from scikit-learn's."""
    programs = build(arguments.check, arguments.relevance)
    left_out = arguments.without.split(",")
    contenders = [contender for key, contender in CONTENDERS.items() if key not in left_out]

    optimum = None if "scikit-learn" in left_out else compare_optimum(programs, arguments.data)
    factors = [int(factor) for factor in arguments.factors.split(",")]
    sizes = [measure_size(programs, contenders, arguments, factor) for factor in factors]
    abouts = [contender.about() for contender in contenders]
    return {"rounds": arguments.rounds, "sizes": sizes, "contenders": abouts, "optimum": optimum}


def measure_size(
    programs: Programs, contenders: list[Contender], arguments: argparse.Namespace, factor: int
) -> dict[str, Any]:
    data = dataset.training_set(arguments.data, factor)
    taking_part = [contender for contender in contenders if factor <= contender.max_factor]
    runs: dict[str, list[Run]] = {contender.name: [] for contender in taking_part}
    quality: dict[str, float] = {}
    for round_number in range(arguments.rounds):
        for contender in taking_part:
            if round_number < contender.rounds:
                cost, quality[contender.name] = train(contender, programs, data)
                runs[contender.name].append(cost)

    entries = [
        {"name": contender.name, "baseline": contender.baseline, "roc_auc": quality[contender.name]}
        | summary(runs[contender.name])
        for contender in taking_part
    ]
    return {"factor": factor, "rows": data.rows, "entries": entries}


def train(contender: Contender, programs: Programs, data: dataset.TrainingSet) -> tuple[Run, float]:
    """Runs a trainer once and returns its cost and the ROC-AUC on its test subset."""
    with tempfile.TemporaryDirectory(dir=WORK) as scratch:
        job = Job(programs, data, Path(scratch))
        cost, output = measure(contender.command(job))
        print(f"{data.factor}x {contender.name}: {cost.wall:.3f} s", file=sys.stderr)

        predictions = job.scratch / "predictions"
        if predictions.exists():
            scorer = peer.load("roc_auc").command(data.folder / "test.labels", predictions)
            output = run(scorer)
    outcome = json.loads(output)
    return cost, outcome["roc_auc"] if "roc_auc" in outcome else outcome["report"]["test_metrics"]["roc_auc"]


def compare_optimum(programs: Programs, archive: Path) -> dict[str, Any]:
    """Fits the same rows and terms with scikit-learn at a tight tolerance; fails when the two optima differ.

    The rows are distinct and split by their index, so that the first ones are the training subset.
    """
    with tempfile.TemporaryDirectory(dir=WORK) as scratch:
        folder = Path(scratch)
        dataset.write_table(dataset.distinct(dataset.read(archive)), folder / "data.sqlite")
        job = Job(programs, dataset.TrainingSet(1, 0, folder), folder)
        by_index = ("--column", "index", "--split-by", "time", "--split-column", "index")
        gate = ("--min-precision", 0, "--min-recall", 0)
        pipeline = folder / "pipeline.json"
        trained = run(job.ours("--max-features", 2**32 - 1, "--pipeline", pipeline, *by_index, *gate))

        subset = json.loads(trained)["report"]["train"]
        rows = subset["relevant"] + subset["not_relevant"]
        outcome: dict[str, Any] = json.loads(run(peer.load("optimum").command(job.data.database, rows, pipeline)))

    for name, tolerance in TOLERANCES.items():
        if abs(outcome[name]) > tolerance:
            raise BenchError(f"{name} differs from scikit-learn's by {outcome[name]:.1e}, more than {tolerance:.0e}")
    return outcome
