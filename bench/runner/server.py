"""Servers that run while they are measured."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from .process import BenchError, Outcome, Words, environment, on_core

TIMEOUT_SECONDS = 60.0


class Server:
    """Server on a port of this machine; its standard output is discarded."""

    def __init__(self, words: Words, port: int) -> None:
        self.words, self.port = [str(word) for word in words], port
        self.started = time.perf_counter()
        self.process = subprocess.Popen(self.words, env=environment(), stdout=subprocess.DEVNULL)

    def first_response(self, path: str, bodies: Path, pause: float = 0.005) -> tuple[float, Any]:
        """Posts the first line of a file until the status is 200.

        Returns the seconds from the start of the process, and the JSON of the response.
        """
        with bodies.open(encoding="utf-8") as lines:
            body = next(lines).strip().encode()
        while time.perf_counter() - self.started < TIMEOUT_SECONDS:
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
                connection.request("POST", path, body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                if response.status == 200:
                    return time.perf_counter() - self.started, json.load(response)
            except (OSError, HTTPException):
                pass  # It does not listen yet.
            finally:
                connection.close()
            self.check_runs()
            time.sleep(pause)
        raise BenchError(f"`{self.words}` does not respond at {path}")

    def check_runs(self) -> None:
        if self.process.poll() is not None:
            raise BenchError(f"`{self.words}` ended with {self.process.returncode}")

    def usage(self) -> Outcome:
        """Returns memory and processor time from `/proc`."""
        folder = Path("/proc", str(self.process.pid))
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        resident, peak = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        nanoseconds = [int((thread / "schedstat").read_text().split()[0]) for thread in (folder / "task").iterdir()]
        return {"resident MiB": resident, "peak MiB": peak, "processor": sum(nanoseconds) / 1e9}


@contextmanager
def running(command: Callable[[int], Words], core: int | None = None) -> Iterator[Server]:
    """Runs a server on a free port for the length of a block; fails when it has ended before."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Server(on_core(core, *command(port)), port)
    try:
        yield server
        server.check_runs()
    finally:
        server.process.kill()
        server.process.wait()
