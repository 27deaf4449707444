"""Processes: run, read, measure."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")
#: Settings of the caller that must not reach a measured process.
HIDDEN = ("PORT", "ORT_DYLIB_PATH", "PYTHONPATH", "PYTHONHOME")


class BenchError(Exception):
    """A benchmark that failed or disagreed."""


@dataclass(frozen=True)
class Command:
    """Program with its arguments and variables."""

    words: tuple[str, ...]
    variables: Mapping[str, str] | None = None

    @classmethod
    def new(cls, *words: object, **variables: str) -> Command:
        return cls(tuple(str(word) for word in words), variables)

    def with_arguments(self, *words: object) -> Command:
        return Command(self.words + tuple(str(word) for word in words), self.variables)

    def on_core(self, core: int) -> Command:
        """Returns the command bound to one core."""
        return Command(("taskset", "--cpu-list", str(core), *self.words), self.variables)

    def environment(self) -> dict[str, str]:
        """Returns the caller's environment without its settings of the service, plus this command's variables."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in HIDDEN and not name.startswith("RELEVANCE_")
        }
        return kept | {"ORT_DISABLE_TELEMETRY": "1"} | dict(self.variables or {})

    def __str__(self) -> str:
        return shlex.join(self.words)


@dataclass(frozen=True)
class Run:
    """Cost of one process: seconds on the clock and on processors, peak memory."""

    wall: float
    processor: float
    peak_kib: int


def run(command: Command, cwd: Path | None = None) -> str:
    """Runs a command to its end and returns its standard output."""
    print(f"$ {str(command)[:200]}", file=sys.stderr, flush=True)
    ended = subprocess.run(
        command.words, env=command.environment(), cwd=cwd, stdout=subprocess.PIPE, text=True, check=False
    )
    if ended.returncode != 0:
        raise BenchError(f"`{str(command)[:200]}` failed with {ended.returncode}")
    return ended.stdout


def measure(command: Command) -> tuple[Run, str]:
    """Runs a command to its end and returns its cost and its standard output."""
    with tempfile.NamedTemporaryFile("r") as report:
        launch = [sys.executable, "-I", "-S", str(LAUNCHER), report.name, *command.words]
        ended = subprocess.run(launch, env=command.environment(), capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise BenchError(f"`{command}` failed with {ended.returncode}\n{ended.stderr.rstrip()}")
        wall, processor, peak_kib = report.read().split()
    return Run(float(wall), float(processor), int(peak_kib)), ended.stdout


def summary(runs: Sequence[Run]) -> dict[str, float]:
    """Returns the fastest run with its processor time and memory, and the median wall time."""
    best = min(runs, key=lambda run: run.wall)
    return {
        "seconds": best.wall,
        "median": statistics.median(run.wall for run in runs),
        "processor": best.processor,
        "peak_mib": best.peak_kib / 1024,
    }


def cores() -> tuple[int, int]:
    """Returns the core of the load and the core of the server: one core twice where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]
