"""Scoring in Python on one core: the package by form of the texts, beside onnxruntime and scikit-learn."""

from __future__ import annotations

import argparse
import json
import os
from array import array
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from . import dataset, machine
from .contender import peer
from .paths import ROOT
from .process import BenchError, Outcome, Words, fastest, measure, on_core, run, take_turns

MODEL = ROOT / "models/relevance/1/model.onnx"
TOLERANCE = 1e-6


class Case(NamedTuple):
    """Library and the form in which it is given the texts."""

    library: str
    form: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=int, default=20_000, help="number of texts (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measures every program in turn; fails when probabilities of the package and of onnxruntime differ."""
    texts = scratch / "texts.txt"
    dataset.write_sentences(arguments.data, arguments.texts, texts)
    data, _ = dataset.training_set(arguments.data, 1, scratch)
    run(*peer("scikit_learn").command(data, scratch))

    cases = list_cases(scratch, texts)
    runs = {case: partial(measure_case, command) for case, command in cases.items()}
    costs = {case: fastest(of_case) for case, of_case in take_turns(runs, arguments.rounds).items()}
    names = ("python_package", "onnxruntime_scores", "scikit_learn_scores")
    return {
        "texts": arguments.texts,
        "tables": [{"entries": [entry(case, costs, arguments.texts) for case in cases]}],
        "peers": [peer(name).describe() for name in names],
        "difference": compare(scratch, [case for case in cases if case.library != "scikit-learn"]),
    }


def list_cases(scratch: Path, texts: Path) -> dict[Case, Words]:
    """Returns the command of each case, ours first."""
    package = os.environ.get("BENCH_PYTHON_PACKAGE")
    if not package:
        raise BenchError("no package to measure: start this part by `cargo xtask bench python`")

    programs = {
        "python_package": (MODEL, ("list", "Arrow", "one a call"), [package]),
        "onnxruntime_scores": (MODEL, ("64 a call", "one a call"), []),
        "scikit_learn_scores": (scratch / "model.joblib", ("list", "one a call"), []),
    }
    cases: dict[Case, Words] = {}
    for file_name, (model, forms, more) in programs.items():
        program = peer(file_name)
        for form in forms:
            case = Case(program.name, form)
            cases[case] = program.command(model, texts, form, probabilities(scratch, case), *more)
    return cases


def probabilities(scratch: Path, case: Case) -> Path:
    return scratch / f"{case.library}, {case.form}.npy"


def measure_case(command: Words) -> Outcome:
    _, core = machine.cores()
    cost, output = measure(*on_core(core, *command))
    return cost | json.loads(output)


def entry(case: Case, costs: dict[Case, Outcome], texts: int) -> dict[str, Any]:
    """Returns a row of the page, beside ours with the same number of texts a call."""
    ours = Case("relevance_text", "one a call" if case.form == "one a call" else "list")
    cost = costs[case]
    return {
        "library": case.library,
        "texts": case.form,
        "µs a text": 1e6 * cost["seconds"] / texts,
        "thousands/s": 0.001 * texts / cost["seconds"],
        "×": cost["seconds"] / costs[ours]["seconds"],
        "load ms": 1000 * cost["load seconds"],
        "peak MiB": cost["peak MiB"],
    }


def compare(scratch: Path, cases: list[Case]) -> float:
    """Returns the largest difference between probabilities of the cases."""
    columns = [read_floats(probabilities(scratch, case)) for case in cases]
    largest = max(max(row) - min(row) for row in zip(*columns, strict=True))
    if not largest <= TOLERANCE:
        raise BenchError(f"the probabilities of {cases} differ by {largest}")
    return largest


def read_floats(file: Path) -> array[float]:
    """Reads the 32-bit floats of numpy's format in version 1: magic, version, length of the header, header, values."""
    content = file.read_bytes()
    length = int.from_bytes(content[8:10], "little")
    if content[:8] != b"\x93NUMPY\x01\x00" or b"'<f4'" not in content[10 : 10 + length]:
        raise BenchError(f"{file.name} holds no 32-bit floats")
    values = array("f")
    values.frombytes(content[10 + length :])
    return values
