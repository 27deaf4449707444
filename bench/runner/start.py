"""Starting: time to the first response, and memory."""

from __future__ import annotations

import argparse
import statistics
from functools import partial
from pathlib import Path
from typing import Any

from . import load
from .contender import Contender
from .paths import EMBEDDED
from .process import Outcome, take_turns
from .programs import build
from .serve import PREDICT, own_contenders, read_texts, write_bodies
from .server import running

CONNECTIONS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=50, help="starts of each server (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="length of the load (%(default)s)")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Measures the service and the floor on all cores."""
    ours, _, floor = own_contenders(build(arguments.check, arguments.relevance))
    bodies = write_bodies(read_texts(EMBEDDED), scratch)[PREDICT]
    starts = take_turns({server: partial(time_start, server, bodies) for server in (ours, floor)}, arguments.runs)
    entries = []
    for server, outcomes in starts.items():
        times = [outcome["ms"] for outcome in outcomes]
        entry = {"server": server.name, "best ms": min(times), "median ms": statistics.median(times)}
        entries.append(entry | memory(server, bodies, arguments.seconds))
    return {"runs": arguments.runs, "seconds": arguments.seconds, "tables": [{"entries": entries}]}


def time_start(contender: Contender, bodies: Path) -> Outcome:
    with running(contender.command) as server:
        seconds, _ = server.first_response(PREDICT, bodies, pause=0)
    return {"ms": 1000 * seconds}


def memory(contender: Contender, bodies: Path, seconds: int) -> Outcome:
    """Returns the memory of a server after its first response and after a load."""
    with running(contender.command) as server:
        server.first_response(PREDICT, bodies)
        at_rest = server.usage()
        load.http(server.port, PREDICT, bodies, CONNECTIONS, seconds)
        loaded = server.usage()
    return {
        "MiB at rest": at_rest["resident MiB"],
        "MiB after load": loaded["resident MiB"],
        "peak MiB": loaded["peak MiB"],
    }
