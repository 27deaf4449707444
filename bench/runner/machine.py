"""Machine that results were measured on."""

from __future__ import annotations

import os
import re
from pathlib import Path


def describe() -> str:
    """Returns the number of cores, the processor and the memory, as far as Linux has them in `/proc`."""
    cores = len(os.sched_getaffinity(0))
    described = f"{cores} {'core' if cores == 1 else 'cores'}"
    if processor := first_match(r"model name\s*: (.*)", "/proc/cpuinfo"):
        described += f" of {processor}"
    if memory := first_match(r"MemTotal:\s*(\d+) kB", "/proc/meminfo"):
        described += f", {round(int(memory) / 2**20)} GiB of memory"
    return described


def first_match(pattern: str, path: str) -> str | None:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"))
    return found[1] if found else None
