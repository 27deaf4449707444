"""Serving: requests per second and latencies of the service, of a server of constants, and of FastAPI."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from . import dataset, load, machine
from .contender import Contender, peer
from .paths import ROOT
from .process import BenchError, Outcome, run, take_turns
from .programs import Programs, build
from .server import running

BATCH = 64
GRPC_CONNECTIONS, GRPC_STREAMS = 4, 16
PREDICT, PREDICT_BATCH = "/v1/predict", "/v1/predict/batch"
STORE = ("--store", ROOT / "models")


class Workload(NamedTuple):
    """Load of a server over HTTP, or without `connections` over gRPC."""

    title: str
    path: str
    connections: int
    texts: int = 1


WORKLOADS = [
    Workload("1 connection, one sentence per request", PREDICT, 1),
    Workload("16 connections, one sentence per request", PREDICT, 16),
    Workload("64 connections, one sentence per request", PREDICT, 64),
    Workload("16 connections, 64 sentences per request", PREDICT_BATCH, 16, BATCH),
    Workload("gRPC: 4 connections with 16 calls at a time, one sentence per call", PREDICT, 0),
]
PEER_WORKLOAD = WORKLOADS[1]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3, help="loads of each server (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="length of each load (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure FastAPI too")


def measure_part(arguments: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Loads every server in turn; fails when a response is not 200 or not what `relevance predict` gives."""
    programs = build(arguments.check, arguments.relevance)
    texts = read_texts(arguments.data)
    job = Job(scratch, texts, write_bodies(texts, scratch), predictions(programs, texts[:BATCH]), arguments.seconds)
    ours = own_contenders(programs)
    peers = peer_contenders(arguments.data, scratch) if arguments.peers else []

    tables = []
    for workload in WORKLOADS:
        contenders = ours + (peers if workload is PEER_WORKLOAD else [])
        loads = {contender.name: partial(job.measure, contender, workload) for contender in contenders}
        outcomes = take_turns(loads, arguments.rounds).items()
        best = {name: max(of_server, key=lambda outcome: outcome["rate"]) for name, of_server in outcomes}
        tables.append({"title": workload.title, "entries": [entry(name, workload, best) for name in best]})

    settings = {"seconds": arguments.seconds, "cores": machine.cores()}
    return settings | {"tables": tables, "peers": [server.describe() for server in peers]}


@dataclass(frozen=True)
class Job:
    """Loads of servers with the same texts."""

    folder: Path
    texts: list[str]
    bodies: dict[str, Path]
    expected: list[dict[str, Any]]
    seconds: int

    def measure(self, contender: Contender, workload: Workload) -> Outcome:
        """Starts a server on its core, checks its first response, loads it from the other core."""
        load_core, server_core = machine.cores()
        bodies = self.bodies[workload.path]
        with running(contender.command, server_core) as server:
            _, response = server.first_response(workload.path, bodies)
            check(contender.name, response, self.expected)
            before = server.usage()
            if workload.connections:
                connections = workload.connections
                outcome = load.http(server.port, workload.path, bodies, connections, self.seconds, load_core)
            else:
                typical = sorted(self.texts, key=len)[len(self.texts) // 2]
                calls = (GRPC_CONNECTIONS, GRPC_STREAMS, self.seconds, load_core, self.folder)
                outcome = load.grpc(server.port, typical, *calls)
            after = server.usage()

        busy = (after["processor"] - before["processor"]) / outcome["seconds"]
        return outcome | {"busy": busy, "resident MiB": after["resident MiB"]}


def check(name: str, response: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    """Fails when ours differs from `relevance predict`, or another response has no probability."""
    for result, want in zip(response.get("predictions", [response]), expected, strict=False):
        same = all(result.get(field) == want[field] for field in ("label", "relevant", "probability"))
        if not 0 <= result["probability"] <= 1 or (name.startswith("relevance") and not same):
            raise BenchError(f"{name} responds with {result}, expected {want}")


def entry(name: str, workload: Workload, best: dict[str, Outcome]) -> dict[str, Any]:
    """Returns a row of the page."""
    outcome = best[name]
    rates = {
        f"{'sentences' if workload.texts > 1 else 'requests'}/s": outcome["rate"] * workload.texts,
        "× floor": outcome["rate"] / best["floor"]["rate"],
        "ours / theirs": best["relevance"]["rate"] / outcome["rate"],
    }
    latencies = {key: outcome[key] for key in load.PERCENTILES}
    usage = {"busy": f"{100 * outcome['busy']:.0f} %", "resident MiB": outcome["resident MiB"]}
    return {"server": name} | rates | latencies | {"bytes": outcome["bytes"]} | usage


def read_texts(archive: Path) -> list[str]:
    """Returns texts that every program takes: not empty for the service, without U+0000 for a command line."""
    return [row.text for row in dataset.read(archive) if row.text.strip() and "\0" not in row.text]


def write_bodies(texts: list[str], folder: Path) -> dict[str, Path]:
    """Writes the request bodies of texts, and returns the files by the path of the requests."""
    batches = (texts[start : start + BATCH] for start in range(0, len(texts) - BATCH + 1, BATCH))
    files = {PREDICT: folder / "single.jsonl", PREDICT_BATCH: folder / "batch.jsonl"}
    dataset.write(files[PREDICT], (encode({"text": text}) for text in texts))
    dataset.write(files[PREDICT_BATCH], (encode({"texts": batch}) for batch in batches))
    return files


def encode(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def predictions(programs: Programs, texts: list[str]) -> list[dict[str, Any]]:
    lines = run(programs.relevance, "predict", *STORE, "--format", "jsonl", "--", *texts)
    return [json.loads(line) for line in lines.splitlines()]


def own_contenders(programs: Programs) -> list[Contender]:
    """Returns the service, with and without its access log, and the floor."""
    serve = (programs.relevance, "serve", *STORE, "--port")
    return [
        Contender("relevance", lambda port: [*serve, port]),
        Contender("relevance, errors logged", lambda port: [*serve, port, "--log", "error"]),
        Contender("floor", lambda port: [programs.floor, "--port", port]),
    ]


def peer_contenders(archive: Path, folder: Path) -> list[Contender]:
    """Trains the model of the peers, with scikit-learn at our settings, and returns them."""
    data, _ = dataset.training_set(archive, 1, folder)
    run(*peer("serving_model").command(data, folder))
    fast_api = peer("fast_api")
    models = {
        "onnxruntime": ("model.onnx", "onnxruntime with one thread on skl2onnx's graph"),
        "scikit-learn": ("model.joblib", "scikit-learn's pipeline in an `async def`"),
    }
    return [
        Contender(f"{fast_api.name}, {name}", partial(fast_api.command, folder / model), f"{work}; {fast_api.work}")
        for name, (model, work) in models.items()
    ]
