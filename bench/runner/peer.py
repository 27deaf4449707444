"""Peers: programs in `bench/peers`, each with pinned packages in a virtual environment.

A peer names its packages in inline script metadata (PEP 723); its docstring begins with what it does.
"""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .paths import BENCH, WORK
from .process import Command, run

METADATA = re.compile(r"^# /// script\n(?P<body>(?:#.*\n)+?)# ///$", re.MULTILINE)


@dataclass(frozen=True)
class Peer:
    """Program of another project, or one that compares with it."""

    file: Path
    work: str
    packages: tuple[str, ...]

    def command(self, *arguments: object) -> Command:
        """Returns the program with arguments; its packages are installed first."""
        python = environment(self.packages)
        return Command.new(python, "-I", self.file, *arguments)

    def about(self, name: str) -> dict[str, str]:
        """Returns its description for the page."""
        packages = ", ".join(package.replace("==", " ") for package in self.packages)
        return {"name": f"{name} ({packages})", "work": self.work}


def load(name: str) -> Peer:
    """Reads the description and the packages of `bench/peers/NAME.py`."""
    file = BENCH / "peers" / f"{name}.py"
    source = file.read_text(encoding="utf-8")
    metadata = METADATA.search(source)
    if metadata is None:
        raise ValueError(f"{file} has no inline script metadata")

    body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in metadata["body"].splitlines())
    docstring = ast.get_docstring(ast.parse(source)) or ""
    work = " ".join(docstring.split("\n\n")[0].split()).removesuffix(".")
    return Peer(file, work, tuple(tomllib.loads(body)["dependencies"]))


@cache
def environment(packages: tuple[str, ...]) -> Path:
    """Returns the Python of a virtual environment that holds `packages`, and installs it when it is missing."""
    pins = "\n".join(packages)
    folder = WORK / "python" / hashlib.sha256(pins.encode()).hexdigest()[:12]
    python, mark = folder / "bin/python", folder / "packages.txt"
    if mark.exists():
        return python

    shutil.rmtree(folder, ignore_errors=True)
    run(Command.new(sys.executable, "-m", "venv", folder))
    pip = Command.new(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(pip.with_arguments("--only-binary", ":all:", *packages))
    mark.write_text(pins, encoding="utf-8")
    return python
