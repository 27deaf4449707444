"""Fixtures that the tests share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from relevance_text import Model

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models/relevance/1/model.onnx"


@pytest.fixture(scope="session")
def content() -> bytes:
    """Bytes of the committed model."""
    return MODEL.read_bytes()


@pytest.fixture(scope="session")
def model(content: bytes) -> Model:
    """The committed model."""
    return Model(content)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the path of the command that the classifier is compared with."""
    parser.addoption("--relevance", type=Path, required=True, help="path of the program `relevance`")


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Path:
    """Path of the command `relevance`."""
    path: Path = request.config.getoption("--relevance")
    return path.resolve()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of an S3 server with the bucket `bucket`, to which the environment leads."""
    server = ["-c", "import moto.server as s, sys; s.main(['-H', '127.0.0.1', '-p', sys.argv[1]])"]
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": os.environ["RELEVANCE_MOTO"]}
    command = [sys.executable, *server, str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            create_bucket(f"{address}/bucket")
            for name, value in {
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": address,
                "AWS_ALLOW_HTTP": "true",
            }.items():
                monkeypatch.setenv(name, value)
            yield address
        finally:
            process.kill()


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def create_bucket(url: str) -> None:
    """Creates a bucket as soon as the server answers."""
    for _ in range(300):
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="PUT")).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no answer from {url}")
