"""Contenders: programs that are measured beside each other, and those of other projects in `bench/peers`.

A peer names its packages in inline script metadata (PEP 723); its docstring begins with its name and its work.
"""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .paths import BENCH, WORK
from .process import Words, run

PACKAGES = re.compile(r"^# dependencies = (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Contender:
    """Program: its name, its command for the arguments of a part, and the description of a peer for the page."""

    name: str
    command: Callable[..., Words]
    work: str = ""

    def describe(self) -> dict[str, str]:
        return {"name": self.name, "work": self.work}


def peer(file_name: str) -> Contender:
    """Returns the program in `bench/peers/FILE_NAME.py`; its packages are installed when its command is asked for."""
    file = BENCH / "peers" / f"{file_name}.py"
    source = file.read_text(encoding="utf-8")
    packages = ast.literal_eval(PACKAGES.findall(source)[0])
    about = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0]
    name, work = " ".join(about.split()).removesuffix(".").split(": ", 1)

    def command(*arguments: object) -> Words:
        return [environment(packages), "-I", file, *arguments]

    return Contender(name, command, f"{work} ({', '.join(packages).replace('==', ' ')})")


def environment(packages: list[str]) -> Path:
    """Returns the Python of a virtual environment that holds `packages`, and installs it when it is missing."""
    pins = "\n".join(packages)
    folder = WORK / "python" / hashlib.sha256(pins.encode()).hexdigest()[:12]
    python, mark = folder / "bin/python", folder / "packages.txt"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        run(sys.executable, "-m", "venv", folder)
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:")
        run(*pip, *packages)
        mark.write_text(pins, encoding="utf-8")
    return python
