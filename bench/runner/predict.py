"""Files of sentences and tables: `relevance predict` by format, beside `wc -w` and onnxruntime in Python."""

from __future__ import annotations

import argparse
import csv
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from . import dataset, machine
from .contender import peer
from .process import BenchError, Outcome, Words, fastest, measure, on_core, run, take_turns
from .programs import build

FORMATS = {"text": "text", "jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet"}
#: Formats of tables with the flags to read them. The one in Parquet has predictions already, which are not kept.
TABLES = {"jsonl": (), "csv": (), "parquet": ("--keep", "id,text,words")}
#: Ending of the names of tables.
TABLE = " table"
PEER_SENTENCES = 20_000
#: Probabilities have six digits: 1e-6 between engines and half a unit for each last digit.
TOLERANCE = 2.01e-6


class Case(NamedTuple):
    """Program that reads sentences on one core or on all."""

    name: str
    cores: int
    sentences: int


@dataclass(frozen=True)
class Job:
    """Commands of `relevance predict` and their files."""

    relevance: Path
    model: Path
    folder: Path

    def sentences(self, count: int) -> Path:
        return self.folder / f"{count}.txt"

    def predict(self, *arguments: object) -> Words:
        return (self.relevance, "predict", "--model-file", self.model, *arguments)

    def lines(self, form: str, count: int) -> Words:
        output = self.folder / f"lines.{form}"
        return self.predict("--format", form, "--input", self.sentences(count), "--output", output)

    def table(self, source: str, output: str, *flags: str) -> Words:
        files = ("--input", self.folder / source, "--output", self.folder / output)
        return self.predict("--text-column", "text", *files, *flags)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    lengths = [100_000, 1_000_000]
    parser.add_argument("--sentences", type=int, nargs="+", default=lengths, help="lengths of the files (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measures every program in turn; fails when predictions of tables or of onnxruntime differ from those of lines."""
    relevance = build(arguments.check, arguments.relevance).relevance
    run(relevance, "train", "--data", arguments.data, "--store", scratch / "store")
    job = Job(relevance, scratch / "store/relevance/1/model.onnx", scratch)
    counts = sorted(arguments.sentences)
    for count in {PEER_SENTENCES, *counts}:
        dataset.write_sentences(arguments.data, count, job.sentences(count))
    dataset.write_tables(job.sentences(counts[-1]), scratch)
    run(*job.table("table.jsonl", "table.parquet"))

    cases = list_cases(job, counts)
    runs = {case: partial(measure_case, case, command) for case, command in cases.items()}
    costs = {case: fastest(of_case) for case, of_case in take_turns(runs, arguments.rounds).items()}
    for form in TABLES:
        compare_table(job, form)
    return {
        "tables": [{"entries": [entry(case, costs) for case in cases]}],
        "peers": [peer("onnxruntime_batches").describe()],
        "difference": compare_onnxruntime(scratch),
    }


def list_cases(job: Job, counts: list[int]) -> dict[Case, Words]:
    """Returns ours on all cores for every length, then everything on the longest file."""
    longest, all_cores = counts[-1], len(os.sched_getaffinity(0))
    theirs = peer("onnxruntime_batches")
    their_command = theirs.command(job.model, job.sentences(PEER_SENTENCES), job.folder / "lines.onnxruntime")
    cases: dict[Case, Words] = {}
    for cores, count in [*((all_cores, count) for count in counts), (1, longest)]:
        for form, name in FORMATS.items():
            cases[Case(f"relevance, {name}", cores, count)] = job.lines(form, count)
            if form in TABLES and count == longest:
                command = job.table(f"table.{form}", f"predictions.{form}", *TABLES[form])
                cases[Case(f"relevance, {name}{TABLE}", cores, count)] = command
    for locale in ("C", "C.UTF-8"):
        cases[Case(f"wc -w, {locale}", 1, longest)] = ("env", f"LC_ALL={locale}", "wc", "-w", job.sentences(longest))
    return cases | {Case(theirs.name, cores, PEER_SENTENCES): their_command for cores in (1, all_cores)}


def measure_case(case: Case, command: Words) -> Outcome:
    _, core = machine.cores()
    cost, _ = measure(*on_core(core if case.cores == 1 else None, *command))
    return cost


def entry(case: Case, costs: dict[Case, Outcome]) -> dict[str, Any]:
    """Returns a row of the page, with `wc -w` and lines to compare with."""
    cost, lines = costs[case], costs[case._replace(name=case.name.removesuffix(TABLE))]
    wc, of_wc = next((case, cost) for case, cost in costs.items() if case.name == "wc -w, C.UTF-8")
    per_sentence = cost["seconds"] / case.sentences
    return {
        "program": case.name,
        "cores": case.cores,
        "sentences": case.sentences,
        "seconds": cost["seconds"],
        "processor s": cost["processor s"],
        "thousands/s": 0.001 / per_sentence,
        "× wc": case.cores * per_sentence / (of_wc["seconds"] / wc.sentences),
        "of lines": f"{100 * lines['seconds'] / cost['seconds']:.0f} %" if case.name.endswith(TABLE) else None,
        "peak MiB": None if case.name.startswith("wc") else cost["peak MiB"],
    }


def compare_table(job: Job, form: str) -> None:
    """Fails when a table's predictions are not those of the lines; both are read as CSV."""
    output = f"predictions-{form}.csv"
    run(*job.table(f"predictions.{form}", output, "--keep", "id,probability", "--prefix", "again_"))
    with (job.folder / "lines.csv").open(newline="") as lines, (job.folder / output).open(newline="") as table:
        pairs = zip(csv.DictReader(lines), csv.DictReader(table), strict=True)
        for index, (line, row) in enumerate(pairs):
            probability, expected = float(row["probability"]), float(line["probability"])
            if int(row["id"]) != index or abs(probability - expected) > TOLERANCE:
                raise BenchError(f"row {index} of {FORMATS[form]} differs: {row}, as a line {expected}")


def compare_onnxruntime(folder: Path) -> float:
    """Returns the largest difference between our probabilities and onnxruntime's, which does not count known terms."""
    count, largest = 0, 0.0
    files = [(folder / f"lines.{name}").open(encoding="utf-8", newline="\n") for name in ("text", "onnxruntime")]
    with files[0] as ours, files[1] as theirs:
        for count, (our_line, their_line) in enumerate(zip(ours, theirs, strict=False), start=1):
            _, our_probability, _, our_text = our_line.split("\t", 3)
            _, their_probability, their_text = their_line.split("\t", 2)
            difference = abs(float(our_probability) - float(their_probability))
            if our_text != their_text or difference > TOLERANCE:
                raise BenchError(f"prediction {count} differs: {our_line!r}, onnxruntime {their_line!r}")
            largest = max(largest, difference)

    if count != PEER_SENTENCES:
        raise BenchError(f"{count} of {PEER_SENTENCES} predictions could be compared")
    return largest
