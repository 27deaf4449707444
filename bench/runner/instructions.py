"""Instructions per sentence, counted by gungraun under valgrind and compared with the committed counts."""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from typing import Any

from . import dataset
from .paths import BENCH, EMBEDDED, ROOT, WORK
from .process import BenchError, run
from .programs import CARGO, bench

COMMITTED = BENCH / "results/instructions.json"
#: Largest change of a committed count, in either direction.
TOLERANCE = 0.1
TEXTS = 512
COUNT = "instructions per sentence"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(check=True)
    parser.add_argument("--write", dest="check", action="store_false", help="replace the committed counts")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Counts instructions per sentence; fails when one differs from its committed count by more than 10 %."""
    if platform.machine() != "x86_64":
        raise BenchError(f"the committed counts are those of x86_64, and this is {platform.machine()}")

    models = ROOT / "models/relevance"
    production = json.loads((models / "aliases.json").read_text())["production"]
    texts = scratch / "texts.jsonl"
    number = dataset.sample(EMBEDDED, TEXTS, texts)
    variables = {
        "PATH": f"{runner_folder()}{os.pathsep}{os.environ['PATH']}",
        "BENCH_MODEL": str(models / str(production) / "model.onnx"),
        "BENCH_TEXTS": str(texts),
    }
    output = bench("instructions", "--output-format=json", **variables)
    counts = dict(read(line, number) for line in output.splitlines() if line.startswith("{"))
    if arguments.check:
        committed = json.loads(COMMITTED.read_text(encoding="utf-8"))["tables"][0]["entries"]
        check({entry["benchmark"]: entry[COUNT] for entry in committed}, counts)
    return {"tables": [{"entries": [{"benchmark": name, COUNT: count} for name, count in counts.items()]}]}


def runner_folder() -> Path:
    """Returns the folder of the runner of gungraun, of the version in `Cargo.lock`; installs it when it is missing."""
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    version = lock.split('name = "gungraun"\nversion = "')[1].split('"')[0]
    folder = WORK / f"gungraun-runner-{version}"
    if not (folder / "bin/gungraun-runner").exists():
        run(CARGO, "install", "gungraun-runner", "--version", version, "--locked", "--quiet", "--root", folder)
    return folder / "bin"


def read(line: str, texts: int) -> tuple[str, int]:
    """Returns the name of a benchmark in `benches/instructions.rs` and its instructions per text."""
    summary = json.loads(line)
    events = summary["profiles"][0]["data"]["total"]["metrics"]
    name = f"{summary['function_name']}-{summary['id']}".replace("_", "-")
    return name, int(events["Ir"]["values"]["new"]) // texts


def check(committed: dict[str, int], counts: dict[str, int]) -> None:
    """Fails when a count is new, missing or changed by more than the tolerance."""
    differences = []
    for key in sorted(committed.keys() | counts.keys()):
        before, now = committed.get(key, 0), counts.get(key, 0)
        if abs(now - before) > TOLERANCE * before:
            differences.append(f"\n  {key}: {now:,} where {before:,} is committed")

    if differences:
        raise BenchError(
            f"the instructions per sentence changed by more than {TOLERANCE:.0%}:{''.join(differences)}\n"
            "if that is intended, run `cargo xtask bench instructions --write` and commit the file with the cause"
        )
