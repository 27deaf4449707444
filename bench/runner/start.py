"""Starting: time to the first response, and memory."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import load
from .paths import EMBEDDED, WORK
from .process import Command
from .programs import build
from .serve import Bodies
from .server import free_port, running

PATH = "/v1/predict"
CONNECTIONS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=50, help="starts of each server (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="length of the load (%(default)s)")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures the service and the floor on all cores."""
    programs = build(arguments.check, arguments.relevance)
    servers: dict[str, Callable[[int], Command]] = {"relevance": programs.serve, "floor": programs.floor_server}
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        bodies = Bodies(EMBEDDED, Path(folder))
        times: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(arguments.runs):
            for name, command in servers.items():
                times[name].append(time_start(command, bodies))
        entries = [
            {"name": name, "best_ms": 1000 * min(times[name]), "median_ms": 1000 * statistics.median(times[name])}
            | memory(command, bodies, arguments.seconds)
            for name, command in servers.items()
        ]
    return {"runs": arguments.runs, "seconds": arguments.seconds, "entries": entries}


def time_start(command: Callable[[int], Command], bodies: Bodies) -> float:
    port = free_port()
    with running(command(port), port) as server:
        return server.wait(PATH, bodies.first(PATH), pause=0)


def memory(command: Callable[[int], Command], bodies: Bodies, seconds: int) -> dict[str, float]:
    """Returns what a server holds after its first response and after a load."""
    port = free_port()
    with running(command(port), port) as server:
        server.wait(PATH, bodies.first(PATH))
        at_rest = server.usage()
        load.http(server.url(PATH), bodies.file(PATH), CONNECTIONS, seconds)
        loaded = server.usage()
    return {
        "at_rest_mib": at_rest.resident_kib / 1024,
        "loaded_mib": loaded.resident_kib / 1024,
        "peak_mib": loaded.peak_kib / 1024,
    }
