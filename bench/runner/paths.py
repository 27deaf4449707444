"""Folders of the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
WORK = TARGET / "bench"
EMBEDDED = ROOT / "data/db.sqlite.base64.tar.gz"


def committed_model() -> Path:
    """Returns the model file that the alias `production` names."""
    folder = ROOT / "models/relevance"
    aliases = json.loads((folder / "aliases.json").read_text())
    return folder / str(aliases["production"]) / "model.onnx"
