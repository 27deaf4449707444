"""Runs a part of the benchmarks: run.py PART [OPTIONS]. Use `cargo xtask bench` to start it.

Results go to `bench/results`, and `docs/benchmarks.md` is rendered from them. `check` runs every part at its smallest
size, writes nothing, and fails when something is broken, disagrees, or takes 10 % more or fewer instructions.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from types import ModuleType

from runner import instructions, machine, predict, render, score, serve, start, train
from runner.paths import BENCH, EMBEDDED, WORK
from runner.process import BenchError, Command, run

PARTS: dict[str, ModuleType] = {
    "train": train,
    "predict": predict,
    "score": score,
    "instructions": instructions,
    "serve": serve,
    "start": start,
}
#: Smallest size of each part.
SMALL = {
    "train": ["--factors", "1", "--rounds", "1", "--without", "vowpal-wabbit,fast-text,few-terms,linfa"],
    "predict": ["--sentences", "20000", "--peer-sentences", "2000", "--rounds", "1"],
    "score": ["--columns", "5000", "--seconds", "0.1"],
    "instructions": [],
    "serve": ["--rounds", "1", "--seconds", "1"],
    "start": ["--runs", "3", "--seconds", "1"],
}


def common() -> argparse.ArgumentParser:
    """Returns the options of every part; a new parser each time, since parts change defaults."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--data", type=Path, default=EMBEDDED, help="archive or SQLite file (the embedded archive)")
    options.add_argument("--relevance", type=Path, help="built command to measure, with `floor` beside it")
    options.add_argument("--check", action="store_true", help="print the results and leave the files as they are")
    return options


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cargo xtask bench", description=(__doc__ or "").split("\n\n")[1])
    parts = parser.add_subparsers(dest="part", required=True)
    for name, part in PARTS.items():
        summary = (part.__doc__ or "").split("\n")[0]
        part.add_arguments(parts.add_parser(name, help=summary, description=summary, parents=[common()]))
    parts.add_parser("check", help="run every part at its smallest size", parents=[common()])
    parts.add_parser("render", help="render the page from the results")
    return parser


def main(words: list[str]) -> None:
    arguments = parser().parse_args(words)
    WORK.mkdir(parents=True, exist_ok=True)
    if arguments.part == "render":
        render.write_page()
    elif arguments.part == "check":
        run(Command.new(sys.executable, "-m", "unittest", "--quiet", "test_runner"), BENCH)
        relevance = ["--relevance", str(arguments.relevance)] if arguments.relevance else []
        for name, options in SMALL.items():
            main([name, "--check", "--data", str(arguments.data), *relevance, *options])
    else:
        measure(arguments, words)


def measure(arguments: argparse.Namespace, words: list[str]) -> None:
    """Measures a part, prints it, and keeps the results unless this is a check."""
    result = PARTS[arguments.part].measure_part(arguments)
    shown = ["ARCHIVE" if word == str(arguments.data) else word for word in words]
    result = {"command": shlex.join(["cargo", "xtask", "bench", *shown]), "machine": machine.describe()} | result
    print(render.section(arguments.part, result))
    if not arguments.check:
        render.save(arguments.part, result)
        render.write_page()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BenchError as error:
        sys.exit(f"error: {error}")
