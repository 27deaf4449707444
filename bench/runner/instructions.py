"""Instructions per sentence, counted by gungraun under valgrind and compared with the committed counts."""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from typing import Any

from . import dataset
from .paths import BENCH, EMBEDDED, ROOT, WORK, committed_model
from .process import BenchError, Command, run
from .programs import CARGO, bench

COMMITTED = BENCH / "results/instructions.json"
#: Largest change of a committed count, in either direction.
TOLERANCE = 0.1
TEXTS = 512


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(check=True)
    parser.add_argument("--write", dest="check", action="store_false", help="replace the committed counts")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Counts instructions; fails when one differs from its committed count by more than 10 %."""
    counts = count()
    if arguments.check:
        print(json.dumps(counts, indent=1))
        check(json.loads(COMMITTED.read_text(encoding="utf-8"))["counts"], counts)
    return {"counts": counts}


def count() -> dict[str, int]:
    """Returns the instructions per sentence of each benchmark in `benches/instructions.rs`."""
    if platform.machine() != "x86_64":
        raise BenchError(f"the committed counts are those of x86_64, and this is {platform.machine()}")

    texts = WORK / "instructions.jsonl"
    number = dataset.sample(EMBEDDED, TEXTS, texts)
    variables = {
        "PATH": f"{gungraun_runner().parent}{os.pathsep}{os.environ['PATH']}",
        "BENCH_MODEL": str(committed_model()),
        "BENCH_TEXTS": str(texts),
    }
    output = bench("instructions", "--output-format=json", **variables)
    summaries = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return {name(summary): total(summary) // number for summary in summaries}


def gungraun_runner() -> Path:
    """Returns the runner of the version of gungraun in `Cargo.lock`, and installs it when it is missing."""
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    version = lock.split('name = "gungraun"\nversion = "')[1].split('"')[0]
    folder = WORK / f"gungraun-runner-{version}"
    runner = folder / "bin/gungraun-runner"
    if not runner.exists():
        install = Command.new(CARGO, "install", "gungraun-runner", "--version", version, "--locked", "--quiet")
        run(install.with_arguments("--root", folder))
    return runner


def name(summary: dict[str, Any]) -> str:
    return f"{summary['function_name']}-{summary['id']}".replace("_", "-")


def total(summary: dict[str, Any]) -> int:
    events = summary["profiles"][0]["data"]["total"]["metrics"]
    return int(events["Ir"]["values"]["new"])


def check(committed: dict[str, int], counts: dict[str, int]) -> None:
    """Fails when a count is new, missing or changed by more than the tolerance."""
    differences = []
    for key in sorted(committed.keys() | counts.keys()):
        before, now = committed.get(key), counts.get(key)
        if before is None or now is None:
            differences.append(f"{key}: {before} is committed, {now} was counted")
        elif abs(now - before) > TOLERANCE * before:
            differences.append(f"{key}: {now:,} where {before:,} is committed, {now / before - 1:+.0%}")

    if differences:
        raise BenchError(
            "the instructions per sentence changed:\n  "
            + "\n  ".join(differences)
            + "\nif that is intended, run `cargo xtask bench instructions --write` and commit the file with the cause"
        )
