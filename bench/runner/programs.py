"""Programs of this workspace: the command and the floor server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .paths import ROOT, TARGET
from .process import Command, run

CARGO = os.environ.get("CARGO", "cargo")
#: Packages that are built together, so that shared dependencies have the same features.
PACKAGES = ("--package", "relevance", "--package", "relevance-bench")


@dataclass(frozen=True)
class Programs:
    """Where the programs are."""

    relevance: Path
    floor: Path

    def serve(self, port: int, *arguments: object) -> Command:
        """Returns the service on the committed model, at its defaults."""
        return Command.new(self.relevance, "serve", "--store", ROOT / "models", "--port", port, *arguments)

    def floor_server(self, port: int) -> Command:
        """Returns the server that answers with constants."""
        return Command.new(self.floor, "--port", port)


def build(check: bool, relevance: Path | None = None) -> Programs:
    """Builds the programs as they are shipped, or with `check` as continuous integration has built them already.

    With `relevance`, that file is measured instead and the floor is expected beside it.
    """
    if relevance is not None:
        return Programs(relevance.resolve(), relevance.resolve().with_name("floor"))

    profile = "release" if check else "dist"
    run(Command.new(CARGO, "build", "--locked", "--profile", profile, *PACKAGES, "--bins"), ROOT)
    folder = TARGET / profile
    return Programs(folder / "relevance", folder / "floor")


def bench(name: str, *arguments: str, **variables: str) -> str:
    """Runs a benchmark in process and returns its standard output."""
    command = Command.new(CARGO, "bench", "--locked", "--quiet", *PACKAGES, "--bench", name, "--", *arguments)
    return run(Command(command.words, variables), ROOT)
