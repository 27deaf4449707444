"""Load generators: wrk over HTTP, h2load over gRPC. Both are closed loops.

h2load sends one encoded message again and again, which costs it a fraction of what a gRPC client takes.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .paths import BENCH
from .process import BenchError, Command, run

Outcome = dict[str, float]
PERCENTILES = {"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999}
METHOD = "/inference.GRPCInferenceService/ModelInfer"


def http(url: str, bodies: Path, connections: int, seconds: int, core: int | None = None) -> Outcome:
    """Posts the lines of a file in turn and returns rate, latencies and bytes per response."""
    command = Command.new("wrk", "--threads", 1, "--connections", connections, "--duration", seconds)
    command = command.with_arguments("--script", BENCH / "load.lua", url, "--", bodies)
    outcome = json.loads(run(bound(command, core)).splitlines()[-1])
    if outcome["failures"] or not outcome["responses"]:
        raise BenchError(f"{outcome['failures']} of {outcome['responses']} requests failed")

    latencies = {name: outcome[name] for name in PERCENTILES}
    return result(outcome["responses"], outcome["seconds"], outcome["bytes"]) | latencies


def grpc(port: int, text: str, connections: int, streams: int, seconds: int, core: int | None = None) -> Outcome:
    """Calls `ModelInfer` with one text and returns rate, latencies and bytes per response."""
    with tempfile.TemporaryDirectory() as folder:
        message, log = Path(folder, "message"), Path(folder, "log")
        message.write_bytes(infer_request(text))
        call = Command.new("h2load", "--header", "content-type: application/grpc", "--header", "te: trailers")
        call = call.with_arguments(f"http://127.0.0.1:{port}{METHOD}", "--data", message)
        _, message_bytes = traffic(run(call.with_arguments("--requests", 1)))

        load = call.with_arguments("--clients", connections, "--max-concurrent-streams", streams)
        load = load.with_arguments("--duration", seconds, f"--log-file={log}")
        output = run(bound(load, core))
        calls = [line.split("\t") for line in log.read_text().splitlines()]

    return read_h2load(output, calls, message_bytes, seconds)


def read_h2load(output: str, calls: list[list[str]], message_bytes: int, seconds: int) -> Outcome:
    """Reads the summary and the log; a failed call has a status other than 200, or no message."""
    total, data = traffic(output)
    failures = sum(status != "200" for _, status, _ in calls)
    if failures or not calls or not message_bytes or data < message_bytes * len(calls):
        raise BenchError(f"{failures} of {len(calls)} calls failed, or responses lack messages:\n{output}")

    latencies = sorted(int(microseconds) / 1000 for _, _, microseconds in calls)
    percentiles = {name: latencies[int(part * (len(latencies) - 1))] for name, part in PERCENTILES.items()}
    return result(len(calls), seconds, total) | percentiles


def traffic(output: str) -> tuple[int, int]:
    """Returns the bytes that were received in all, and those of messages."""
    found = re.search(r"traffic: .*\((\d+)\) total, .*\((\d+)\) data", output)
    if found is None:
        raise BenchError(f"h2load printed no summary:\n{output}")
    return int(found[1]), int(found[2])


def result(responses: int, seconds: float, sent: int) -> Outcome:
    return {"rate": responses / seconds, "seconds": seconds, "bytes": sent / responses}


def bound(command: Command, core: int | None) -> Command:
    return command if core is None else command.on_core(core)


def infer_request(text: str) -> bytes:
    """Encodes a `ModelInferRequest` for the tensor `text`, with the prefix that gRPC puts before a message."""
    contents = field(8, text.encode())
    shape = field(3, b"\x01")
    tensor = field(1, b"text") + field(2, b"BYTES") + shape + field(5, contents)
    message = field(1, b"relevance") + field(5, tensor)
    return b"\0" + len(message).to_bytes(4, "big") + message


def field(number: int, value: bytes) -> bytes:
    """Encodes a length-delimited field of protocol buffers."""
    return bytes(varint(number << 3 | 2)) + bytes(varint(len(value))) + value


def varint(number: int) -> Iterator[int]:
    while number > 0x7F:
        yield number & 0x7F | 0x80
        number >>= 7
    yield number
