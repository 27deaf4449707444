"""Ctrl-C during long calls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from relevance_text import _command

from conftest import MODEL

SCORING = """
import sys
from relevance_text import Model

model = Model(sys.argv[1])
texts = ["flood waters are rising, families evacuated " * 200] * 1_000_000
print("ready", flush=True)
model.score(texts)
"""
TRAINING = """
import random
from relevance_text import RelevanceClassifier

words = [f"w{number}" for number in range(2_000)]
texts = [" ".join(random.choices(words, k=20)) + f" c{row % 2}" for row in range(20_000)]
print("ready", flush=True)
RelevanceClassifier(search="300s").fit(texts, ["a", "b"] * 10_000)
"""


@pytest.mark.parametrize("program", [SCORING, TRAINING], ids=["scoring", "training"])
def test_an_interrupt_ends_a_long_call(program: str) -> None:
    command = [sys.executable, "-c", program, str(MODEL)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "ready\n"
            time.sleep(1)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_an_interrupt_ends_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "relevance"
    command.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sysconfig.get_path", lambda name: "")

    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        with pytest.raises(KeyboardInterrupt):
            _command.run(["models", "add"])
    finally:
        signal.signal(signal.SIGALRM, previous)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
