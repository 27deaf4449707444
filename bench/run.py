"""Runs a part of the benchmarks: run.py PART [OPTIONS]. Use `cargo xtask bench` to start it.

Results go to `bench/results`, and `docs/benchmarks.md` is rendered from them. `check` runs every part but `spark` at its
smallest size, writes nothing, and fails when something is broken, disagrees, or takes 10 % more or fewer instructions.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from runner import instructions, machine, predict, python, quality, render, score, serve, spark, start, train
from runner.paths import BENCH, EMBEDDED, WORK
from runner.process import BenchError, run

#: Parts, with the options of their smallest size, or without it those that `check` leaves out.
PARTS = {
    "train": (train, "--factors 1 --rounds 1 --without 'Vowpal Wabbit' fastText 'linfa-logistic, 2,000 terms'"),
    "quality": (quality, "--sets products --budget 3"),
    "predict": (predict, "--sentences 20000 --rounds 1"),
    "score": (score, "--columns 5000 --seconds 0.1"),
    "python": (python, "--texts 2000 --rounds 1"),
    "spark": (spark, None),
    "instructions": (instructions, ""),
    "serve": (serve, "--rounds 1 --seconds 1"),
    "start": (start, "--runs 3 --seconds 1"),
}


def absolute(path: str) -> Path:
    return Path(path).resolve()


def common_options() -> argparse.ArgumentParser:
    """Returns the options of every part. A part may change their defaults, which are its own."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=absolute, default=EMBEDDED, help="archive or SQLite file (the embedded archive)")
    common.add_argument("--relevance", type=absolute, help="built command to measure, with `floor` beside it")
    common.add_argument("--check", action="store_true", help="print the results and leave the files as they are")
    return common


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cargo xtask bench", description=(__doc__ or "").split("\n\n")[1])
    names = parser.add_subparsers(dest="part", required=True)
    for name, (part, _) in PARTS.items():
        options = [common_options()]
        part.add_arguments(names.add_parser(name, help=part.__doc__, description=part.__doc__, parents=options))
    names.add_parser("check", help="run every part at its smallest size", parents=[common_options()])
    names.add_parser("render", help="render the page from the results")
    return parser


def main(words: list[str]) -> None:
    arguments = parser().parse_args(words)
    WORK.mkdir(parents=True, exist_ok=True)
    if arguments.part == "render":
        render.write_page()
    elif arguments.part == "check":
        run(sys.executable, "-m", "unittest", "discover", "--quiet", "--start-directory", BENCH)
        for name, (_, smallest) in PARTS.items():
            if smallest is not None:
                main([name, "--check", *words[1:], *shlex.split(smallest)])
    else:
        measure(arguments, words)


def measure(arguments: argparse.Namespace, words: list[str]) -> None:
    """Measures a part, prints it, and keeps the results unless this is a check."""
    part, _ = PARTS[arguments.part]
    with tempfile.TemporaryDirectory(dir=WORK) as scratch:
        result = part.measure_part(arguments, Path(scratch))

    shown = ["ARCHIVE" if absolute(word) == arguments.data else word for word in without_program(words)]
    result = {"command": shlex.join(["cargo", "xtask", "bench", *shown]), "machine": machine.describe()} | result
    print(render.render(result)["tables"])
    if not arguments.check:
        render.save(arguments.part, result)
        render.write_page()


def without_program(words: list[str]) -> list[str]:
    """Leaves out `--relevance` and its file, which is one of this machine."""
    if "--relevance" not in words:
        return words
    flag = words.index("--relevance")
    return words[:flag] + words[flag + 2 :]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (BenchError, OSError) as error:
        sys.exit(f"error: {error}")
