"""Files of sentences: `relevance predict` by output format, beside `wc -w` and onnxruntime in Python."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import dataset, peer
from .paths import WORK
from .process import BenchError, Command, Run, cores, measure, run, summary
from .programs import Programs, build

FORMATS = {"text": "text", "jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet"}
#: Probabilities have six digits: 1e-6 between engines and half a unit for each last digit.
TOLERANCE = 2.01e-6


@dataclass(frozen=True)
class Case:
    """Program that reads a file on one core or on all."""

    name: str
    command: Command
    cores: int
    sentences: int


@dataclass(frozen=True)
class Job:
    """Files of the part."""

    programs: Programs
    model: Path
    scratch: Path
    arguments: argparse.Namespace

    def output(self, name: str) -> Path:
        return self.scratch / f"predictions.{name}"

    def ours(self, form: str, count: int, cores: int) -> Case:
        source = dataset.sentences(self.arguments.data, count)
        command = Command.new(self.programs.relevance, "predict", "--format", form, "--model-file", self.model)
        command = command.with_arguments("--input", source, "--output", self.output(form))
        return Case(f"relevance, {FORMATS[form]}", command, cores, count)

    def onnxruntime(self, cores: int) -> Case:
        count = self.arguments.peer_sentences
        source = dataset.sentences(self.arguments.data, count)
        program = peer.load("onnxruntime_batches")
        command = program.command(self.model, source, self.output("onnxruntime"))
        return Case("onnxruntime, Python", command, cores, count)

    def word_count(self, locale: str, count: int) -> Case:
        command = Command.new("wc", "-w", dataset.sentences(self.arguments.data, count), LC_ALL=locale)
        return Case(f"wc -w, {locale}", command, 1, count)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sentences", default="100000,1000000", help="lengths of the files (%(default)s)")
    parser.add_argument("--peer-sentences", type=int, default=20_000, help="for onnxruntime (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (%(default)s)")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures every program in turn; fails when onnxruntime's predictions differ."""
    programs = build(arguments.check, arguments.relevance)
    with tempfile.TemporaryDirectory(dir=WORK) as scratch:
        model = train(programs, arguments.data, Path(scratch))
        job = Job(programs, model, Path(scratch), arguments)
        cases = list_cases(job)
        runs: list[list[Run]] = [[] for _ in cases]
        for _ in range(arguments.rounds):
            for case, costs in zip(cases, runs, strict=True):
                costs.append(measure_case(case))
        difference = compare(job)

    entries = [
        {"name": case.name, "cores": case.cores, "sentences": case.sentences} | summary(costs)
        for case, costs in zip(cases, runs, strict=True)
    ]
    about = peer.load("onnxruntime_batches").about("onnxruntime, Python")
    return {"rounds": arguments.rounds, "entries": entries, "peer": about, "difference": difference}


def train(programs: Programs, data: Path, scratch: Path) -> Path:
    command = Command.new(programs.relevance, "train", "--data", data, "--store", scratch / "store")
    run(command)
    return scratch / "store/relevance/1/model.onnx"


def list_cases(job: Job) -> list[Case]:
    """Returns ours on all cores for every length, then everything on the longest file."""
    counts = sorted(int(count) for count in job.arguments.sentences.split(","))
    longest, all_cores = counts[-1], len(os.sched_getaffinity(0))
    return [
        *(job.ours(form, count, all_cores) for count in counts for form in FORMATS),
        *(job.word_count(locale, longest) for locale in ("C", "C.UTF-8")),
        *(job.ours(form, longest, 1) for form in FORMATS),
        *(job.onnxruntime(number) for number in (1, all_cores)),
    ]


def measure_case(case: Case) -> Run:
    _, core = cores()
    cost, _ = measure(case.command.on_core(core) if case.cores == 1 else case.command)
    print(f"{case.sentences} {case.name}, {case.cores} cores: {cost.wall:.3f} s", file=sys.stderr)
    return cost


def compare(job: Job) -> float:
    """Returns the largest difference between our probabilities and onnxruntime's, which does not count known terms."""
    count, largest = 0, 0.0
    files = [job.output(name).open(encoding="utf-8", newline="\n") for name in ("text", "onnxruntime")]
    with files[0] as ours, files[1] as theirs:
        for count, (our_line, their_line) in enumerate(zip(ours, theirs, strict=False), start=1):
            _, our_probability, _, our_text = our_line.split("\t", 3)
            _, their_probability, their_text = their_line.split("\t", 2)
            difference = abs(float(our_probability) - float(their_probability))
            if our_text != their_text or difference > TOLERANCE:
                raise BenchError(f"prediction {count} differs: {our_line!r}, onnxruntime {their_line!r}")
            largest = max(largest, difference)

    if count != job.arguments.peer_sentences:
        raise BenchError(f"{count} of {job.arguments.peer_sentences} predictions could be compared")
    return largest
