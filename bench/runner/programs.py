"""Programs of this workspace: the command and the floor server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .paths import TARGET
from .process import run

CARGO = os.environ.get("CARGO", "cargo")
#: Packages that are built together, so that shared dependencies have the same features.
PACKAGES = ("--package", "relevance", "--package", "relevance-bench")


@dataclass(frozen=True)
class Programs:
    """Files of the programs."""

    relevance: Path
    floor: Path


def build(check: bool, relevance: Path | None) -> Programs:
    """Builds the programs as they are shipped, or with `check` as continuous integration has built them already.

    With `relevance`, that file is measured instead and the floor is expected beside it.
    """
    if relevance:
        return Programs(relevance, relevance.with_name("floor"))

    profile = "release" if check else "dist"
    run(CARGO, "build", "--locked", "--profile", profile, *PACKAGES, "--bins")
    return Programs(TARGET / profile / "relevance", TARGET / profile / "floor")


def bench(name: str, *arguments: object, **variables: str) -> str:
    """Runs a benchmark in process and returns its standard output."""
    return run(CARGO, "bench", "--locked", "--quiet", *PACKAGES, "--bench", name, "--", *arguments, variables=variables)
