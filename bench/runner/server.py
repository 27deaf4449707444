"""Servers that run while they are measured."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .process import BenchError, Command

#: Time-out for a server to start, and for one to stop.
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Usage:
    """Memory and processor time of a process and its children."""

    resident_kib: int
    peak_kib: int
    processor: float


class Server:
    """Server on a port of this machine; its standard output is discarded."""

    def __init__(self, command: Command, port: int, stderr: IO[str]) -> None:
        self.command, self.port, self.stderr = command, port, stderr
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command.words, env=command.environment(), stdout=subprocess.DEVNULL, stderr=stderr
        )

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, path: str, body: str) -> Any:
        """Returns the JSON that the server sends for a body."""
        request = urllib.request.Request(self.url(path), body.encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return json.load(response)

    def wait(self, path: str, body: str, pause: float = 0.005) -> float:
        """Returns the seconds from the start of the process to its first response with 200."""
        content = body.encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
        while time.perf_counter() - self.started < TIMEOUT_SECONDS:
            if self.responds(request):
                return time.perf_counter() - self.started
            self.check_runs()
            time.sleep(pause)
        raise BenchError(f"`{self.command}` does not respond at {path}")

    def responds(self, request: bytes) -> bool:
        """Returns whether the server sends 200; it may refuse connections, or not be ready yet."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), TIMEOUT_SECONDS) as client:
                client.sendall(request)
                return client.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def check_runs(self) -> None:
        if self.process.poll() is not None:
            self.stderr.seek(0)
            raise BenchError(f"`{self.command}` ended with {self.process.returncode}\n{self.stderr.read().rstrip()}")

    def usage(self) -> Usage:
        return usage(self.process.pid)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(command: Command, port: int) -> Iterator[Server]:
    """Runs a server for the length of a block; fails when it has ended before."""
    with tempfile.TemporaryFile("w+") as stderr:
        server = Server(command, port, stderr)
        try:
            yield server
            server.check_runs()
        finally:
            server.stop()


def free_port() -> int:
    """Returns a port that nobody listens on, below those that the system gives to clients."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise BenchError("no port is free")


def usage(process: int) -> Usage:
    """Reads the usage of a process and its children from `/proc`; shared memory counts for each."""
    folder = Path("/proc", str(process))
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    resident, peak = (int(status[name].split()[0]) for name in ("VmRSS", "VmHWM"))

    processor = 0.0
    for thread in (folder / "task").iterdir():
        processor += int((thread / "schedstat").read_text().split()[0]) / 1e9
        for child in (thread / "children").read_text().split():
            of_child = usage(int(child))
            resident += of_child.resident_kib
            peak += of_child.peak_kib
            processor += of_child.processor
    return Usage(resident, peak, processor)
