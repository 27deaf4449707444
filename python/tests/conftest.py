"""Fixtures that the tests share."""

from __future__ import annotations

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
