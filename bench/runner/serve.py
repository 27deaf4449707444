"""Serving: requests per second and latencies of the service, of a server of constants, and of Python frameworks."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import dataset, load, peer
from .paths import ROOT, WORK
from .process import BenchError, Command, cores, run
from .programs import Programs, build
from .server import Server, free_port, running

BATCH = 64
CONNECTIONS = 16
GRPC_CONNECTIONS, GRPC_STREAMS = 4, 16


@dataclass(frozen=True)
class Workload:
    """Load of a server over HTTP, or without `connections` over gRPC."""

    title: str
    path: str
    connections: int
    texts: int = 1


WORKLOADS = [
    Workload("1 connection, one sentence per request", "/v1/predict", 1),
    Workload("16 connections, one sentence per request", "/v1/predict", CONNECTIONS),
    Workload("64 connections, one sentence per request", "/v1/predict", 64),
    Workload("16 connections, 64 sentences per request", "/v1/predict/batch", CONNECTIONS, BATCH),
    Workload("gRPC: 4 connections with 16 calls at a time, one sentence per call", "/v1/predict", 0),
]
PEER_WORKLOAD = WORKLOADS[1]


@dataclass(frozen=True)
class Contender:
    """Server: its command on a port and where its response has the probability."""

    name: str
    command: Callable[[int], Command]
    about: dict[str, str]
    is_ours: bool = False
    path: str | None = None
    probability: tuple[str | int, ...] = ("probability",)


#: Peers by name; MLServer takes requests of the Open Inference Protocol.
PEERS = {
    "fast_api_onnxruntime": "FastAPI, onnxruntime",
    "fast_api_scikit_learn": "FastAPI, scikit-learn",
    "flask_gunicorn": "Flask, gunicorn",
    "ml_server": "MLServer",
    "bento_ml": "BentoML",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3, help="loads of each server (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="length of each load (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure the Python frameworks too")


def measure_part(arguments: argparse.Namespace) -> dict[str, Any]:
    """Loads every server in turn; fails when a response is not 200 or not what `relevance predict` gives."""
    programs = build(arguments.check, arguments.relevance)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        scratch = Path(folder)
        bodies = Bodies(arguments.data, scratch)
        ours = own_contenders(programs)
        peers = peer_contenders(arguments.data, scratch) if arguments.peers else []
        expected = predictions(programs, bodies)

        sections = [{"title": workload.title, "texts": workload.texts} for workload in WORKLOADS]
        best: list[dict[str, dict[str, Any]]] = [{} for _ in WORKLOADS]
        for _ in range(arguments.rounds):
            for workload, entries in zip(WORKLOADS, best, strict=True):
                for contender in ours + (peers if workload is PEER_WORKLOAD else []):
                    entry = measure_server(contender, workload, bodies, expected, arguments.seconds)
                    kept = entries.setdefault(contender.name, entry)
                    if entry["rate"] > kept["rate"]:
                        entries[contender.name] = entry

    for section, entries in zip(sections, best, strict=True):
        section["entries"] = list(entries.values())
    abouts = [contender.about for contender in ours + peers]
    peer_names = [contender.name for contender in peers]
    settings = {"rounds": arguments.rounds, "seconds": arguments.seconds, "cores": cores()}
    return settings | {"sections": sections, "contenders": abouts, "peers": peer_names}


class Bodies:
    """Request bodies of the archive's texts, one file per form."""

    def __init__(self, archive: Path, folder: Path) -> None:
        # The service rejects empty texts, and U+0000 cannot be an argument of `relevance predict`.
        self.texts = [row.text for row in dataset.read(archive) if row.text.strip() and "\0" not in row.text]
        self.folder = folder
        batches = (self.texts[start : start + BATCH] for start in range(0, len(self.texts) - BATCH + 1, BATCH))
        self.write("/v1/predict", (single(text) for text in self.texts))
        self.write("/v1/predict/batch", (encode({"texts": batch}) for batch in batches))
        self.write("/predict", (single(text) for text in self.texts))
        self.write("/v2/models/text/infer", (tensor(text) for text in self.texts))

    def write(self, path: str, bodies: Any) -> None:
        dataset.write(self.file(path), (f"{body}\n" for body in bodies))

    def file(self, path: str) -> Path:
        return self.folder / f"{path.strip('/').replace('/', '-')}.jsonl"

    def first(self, path: str) -> str:
        with self.file(path).open(encoding="utf-8", newline="\n") as lines:
            return next(lines).rstrip("\n")

    def typical(self) -> str:
        """Returns the text of median length."""
        return sorted(self.texts, key=len)[len(self.texts) // 2]


def encode(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def single(text: str) -> str:
    return encode({"text": text})


def tensor(text: str) -> str:
    inputs = [{"name": "text", "shape": [1], "datatype": "BYTES", "data": [text]}]
    return encode({"inputs": inputs, "outputs": [{"name": "predict_proba"}]})


def own_contenders(programs: Programs) -> list[Contender]:
    """Returns the service, with and without its access log, and the floor."""
    ours = "`relevance serve` at its defaults on the committed model; its log goes to `/dev/null`"
    floor = (
        "axum and tonic with the same routers and serialisers: reads the same bodies and responds with constants of "
        "the same shape, without model, limits, ids, log and metrics"
    )
    quiet = "relevance, errors logged"
    return [
        Contender("relevance", programs.serve, {"name": "relevance", "work": ours}, is_ours=True),
        Contender(
            quiet,
            lambda port: programs.serve(port, "--log", "error"),
            {"name": quiet, "work": "the same with `--log error`, which logs none of these requests"},
            is_ours=True,
        ),
        Contender("floor", programs.floor_server, {"name": "floor", "work": floor}),
    ]


def peer_contenders(archive: Path, folder: Path) -> list[Contender]:
    """Trains the peers' model and returns them."""
    examples = folder / "examples.jsonl"
    rows = dataset.decided(dataset.read(archive))
    dataset.write(examples, (f"{json.dumps({'text': row.text, 'relevant': bool(row.label)})}\n" for row in rows))
    run(peer.load("serving_model").command(examples, folder))
    return [peer_contender(file, name, folder) for file, name in PEERS.items()]


def peer_contender(file: str, name: str, folder: Path) -> Contender:
    program = peer.load(file)

    def command(port: int) -> Command:
        return program.command(folder, port)

    if file == "ml_server":
        place = ("outputs", 0, "data", 1)
        return Contender(name, command, program.about(name), path="/v2/models/text/infer", probability=place)
    return Contender(name, command, program.about(name), path="/predict")


def predictions(programs: Programs, bodies: Bodies) -> list[dict[str, Any]]:
    """Returns what `relevance predict` gives for the first texts."""
    command = Command.new(programs.relevance, "predict", "--store", ROOT / "models", "--format", "jsonl", "--")
    lines = run(command.with_arguments(*bodies.texts[:BATCH])).splitlines()
    return [json.loads(line) for line in lines]


def measure_server(
    contender: Contender, workload: Workload, bodies: Bodies, expected: list[dict[str, Any]], seconds: int
) -> dict[str, Any]:
    """Starts a server on its core, checks its first response, loads it from the other core."""
    load_core, server_core = cores()
    path, port = contender.path or workload.path, free_port()
    with running(contender.command(port).on_core(server_core), port) as server:
        server.wait(path, bodies.first(path))
        check(contender, server, path, bodies, expected)
        before = server.usage()
        if workload.connections:
            file = bodies.file(path)
            outcome = load.http(server.url(path), file, workload.connections, seconds, load_core)
        else:
            outcome = load.grpc(port, bodies.typical(), GRPC_CONNECTIONS, GRPC_STREAMS, seconds, load_core)
        after = server.usage()

    busy = (after.processor - before.processor) / outcome["seconds"]
    print(f"{contender.name}: {outcome['rate']:,.0f} responses/s, {busy:.0%} busy", file=sys.stderr)
    return {"name": contender.name, "busy": busy, "resident_mib": after.resident_kib / 1024} | outcome


def check(contender: Contender, server: Server, path: str, bodies: Bodies, expected: list[dict[str, Any]]) -> None:
    """Fails when ours differs from `relevance predict`, or another response has no probability."""
    response = server.post(path, bodies.first(path))
    results = response["predictions"] if path == "/v1/predict/batch" else [response]
    for result, want in zip(results, expected, strict=False):
        probability = result
        for key in contender.probability:
            probability = probability[key]
        same = all(result.get(field) == want[field] for field in ("label", "relevant", "probability"))
        if not 0 <= probability <= 1 or (contender.is_ours and not same):
            raise BenchError(f"{contender.name} responds with {result}, expected {want}")
