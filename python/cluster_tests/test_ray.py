"""The program of the guide for Ray."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cluster import TOLERANCE
from conftest import guide_program


def test_the_program_of_the_guide_scores_a_table(folder: Path, expected: pa.Table) -> None:
    # Ray keeps a token in the home folder.
    environment = {**os.environ, "HOME": str(folder), "RAY_USAGE_STATS_ENABLED": "0"}
    subprocess.run([sys.executable, "-c", guide_program("ray")], cwd=folder, env=environment, check=True)

    scored = pq.read_table("ranked").sort_by("id")
    assert scored["id"].to_pylist() == expected["id"].to_pylist()
    difference = np.abs(scored["probability"].to_numpy() - expected["probability"].to_numpy())
    assert difference.max() <= TOLERANCE
