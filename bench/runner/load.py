"""Load generators: wrk over HTTP, h2load over gRPC. Both are closed loops.

h2load sends one encoded message again and again, which costs it a fraction of the work of a gRPC client.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from .paths import BENCH
from .process import BenchError, Outcome, on_core, run

PERCENTILES = {"p50 ms": 0.5, "p99 ms": 0.99, "p99.9 ms": 0.999}
METHOD = "/inference.GRPCInferenceService/ModelInfer"


def http(port: int, path: str, bodies: Path, connections: int, seconds: int, core: int | None = None) -> Outcome:
    """Posts the lines of a file in turn and returns rate, latencies and bytes per response."""
    load = ("wrk", "--threads", 1, "--connections", connections, "--duration", seconds)
    target = ("--script", BENCH / "load.lua", f"http://127.0.0.1:{port}{path}", "--", bodies)
    outcome = json.loads(run(*on_core(core, *load, *target)).splitlines()[-1])
    if outcome["failures"] or not outcome["responses"]:
        raise BenchError(f"{outcome['failures']} of {outcome['responses']} requests failed")
    latencies = {name: outcome[name] for name in PERCENTILES}
    return result(outcome["responses"], outcome["seconds"], outcome["bytes"]) | latencies


def grpc(port: int, text: str, connections: int, streams: int, seconds: int, core: int, folder: Path) -> Outcome:
    """Calls `ModelInfer` with one text and returns rate, latencies and bytes per response."""
    message, log = folder / "message", folder / "calls.tsv"
    message.write_bytes(infer_request(text))
    headers = ("--header", "content-type: application/grpc", "--header", "te: trailers")
    call = ("h2load", *headers, f"http://127.0.0.1:{port}{METHOD}", "--data", message)
    _, message_bytes = traffic(run(*call, "--requests", 1))

    log.unlink(missing_ok=True)
    load = ("--clients", connections, "--max-concurrent-streams", streams, "--duration", seconds)
    output = run(*on_core(core, *call, *load, f"--log-file={log}"))
    return read_h2load(output, log.read_text(), message_bytes, seconds)


def read_h2load(output: str, log: str, message_bytes: int, seconds: int) -> Outcome:
    """Reads the summary and the log; a failed call has a status other than 200, or no message."""
    total, data = traffic(output)
    calls = [line.split("\t") for line in log.splitlines()]
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


def result(responses: int, seconds: float, received: int) -> Outcome:
    return {"rate": responses / seconds, "seconds": seconds, "bytes": received / responses}


def infer_request(text: str) -> bytes:
    """Encodes a `ModelInferRequest` for the tensor `text`, with the prefix that gRPC puts before a message."""
    contents = field(8, text.encode())
    tensor = field(1, b"text") + field(2, b"BYTES") + field(3, b"\x01") + field(5, contents)
    message = field(1, b"relevance") + field(5, tensor)
    return b"\0" + len(message).to_bytes(4, "big") + message


def field(number: int, value: bytes) -> bytes:
    """Encodes a length-delimited field of protocol buffers; two bytes hold every length below 16,384."""
    return bytes([number << 3 | 2, len(value) & 0x7F | 0x80, len(value) >> 7]) + value
