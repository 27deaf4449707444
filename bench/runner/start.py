"""Starting: time to the first response, memory, and sizes of the binary and of the image."""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import load
from .paths import EMBEDDED, ROOT, WORK
from .process import BenchError, Command
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
    sizes = [size(source, path) for source, path in layers(programs.relevance)]
    return {"runs": arguments.runs, "seconds": arguments.seconds, "entries": entries, "sizes": sizes}


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


def layers(binary: Path) -> Iterator[tuple[str, Path]]:
    """Yields what the last stage of the Dockerfile copies, and the file or folder it stands for on this machine."""
    stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rsplit("\nFROM ", 1)[1]
    base, *instructions = stage.splitlines()
    if base != "scratch":
        raise BenchError(f"the last stage begins with `{base}`, whose size is unknown here")
    for instruction in instructions:
        if copy := re.fullmatch(r"COPY (--from=\S+ )?(\S+) \S+", instruction):
            yield copy[2], binary if copy[1] else ROOT / copy[2]
        elif instruction.startswith(("COPY", "ADD", "RUN")):
            raise BenchError(f"the size of `{instruction}` is unknown here")


def size(source: str, path: Path) -> dict[str, Any]:
    """Returns the size of a layer, and its size with gzip as registries keep it; hidden files are not copied."""
    files = [path] if path.is_file() else [file for file in sorted(path.rglob("[!.]*")) if file.is_file()]
    content = b"".join(file.read_bytes() for file in files)
    return {"source": source, "mib": len(content) / 2**20, "compressed_mib": len(gzip.compress(content, 6)) / 2**20}
