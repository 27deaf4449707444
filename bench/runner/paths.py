"""Folders of the repository."""

import os
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
TARGET = ROOT / os.environ.get("CARGO_TARGET_DIR", "target")
WORK = TARGET / "bench"
EMBEDDED = ROOT / "data/db.sqlite.base64.tar.gz"
