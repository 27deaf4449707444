"""Processes: run, read, measure."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from .paths import ROOT

LAUNCHER = Path(__file__).with_name("launch.py")
#: Settings of the caller that must not reach a measured process.
HIDDEN = ("PORT", "ORT_DYLIB_PATH", "PYTHONPATH", "PYTHONHOME")

#: Program with its arguments.
Words = Sequence[object]
#: Values that were measured, by their names.
Outcome = dict[str, float]
Key = TypeVar("Key", bound=Hashable)


class BenchError(Exception):
    """A benchmark that failed or disagreed."""


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns the caller's environment without its settings of the service, plus the given variables."""
    kept = {
        name: value for name, value in os.environ.items() if name not in HIDDEN and not name.startswith("RELEVANCE_")
    }
    return kept | {"ORT_DISABLE_TELEMETRY": "1"} | dict(variables or {})


def run(*words: object, variables: Mapping[str, str] | None = None, stderr: int | None = None) -> str:
    """Runs a command to its end and returns its standard output."""
    command = [str(word) for word in words]
    print(f"$ {shlex.join(command)[:200]}", file=sys.stderr, flush=True)
    ended = subprocess.run(
        command, env=environment(variables), cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False
    )
    if ended.returncode != 0:
        raise BenchError(f"`{shlex.join(command)[:200]}` failed with {ended.returncode}\n{ended.stderr or ''}".rstrip())
    return ended.stdout


def measure(*words: object) -> tuple[Outcome, str]:
    """Runs a command to its end and returns its cost and its standard output."""
    with tempfile.NamedTemporaryFile("r") as report:
        # A program shows no progress where it has no terminal.
        output = run(sys.executable, "-I", "-S", LAUNCHER, report.name, *words, stderr=subprocess.PIPE)
        return json.load(report), output


def take_turns(programs: Mapping[Key, Callable[[], Outcome]], rounds: int) -> dict[Key, list[Outcome]]:
    """Measures every program once in each round."""
    outcomes: dict[Key, list[Outcome]] = {key: [] for key in programs}
    for _ in range(rounds):
        for key, measure_once in programs.items():
            outcomes[key].append(measure_once())
    return outcomes


def fastest(costs: Sequence[Outcome]) -> Outcome:
    """Returns the fastest run."""
    return min(costs, key=lambda cost: cost["seconds"])


def on_core(core: int | None, *words: object) -> Words:
    """Returns a command bound to a core, if one is given."""
    return words if core is None else ("taskset", "--cpu-list", core, *words)
