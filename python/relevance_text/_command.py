"""The command `relevance`, of which the package uses what it does not have itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig


def run(arguments: list[str]) -> str:
    """Runs the command and returns its output.

    Raises `FileNotFoundError` when it is not installed, and `RuntimeError` with its message when it fails.
    """
    folders = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    program = shutil.which("relevance", path=folders)
    if program is None:
        raise FileNotFoundError("the command `relevance` is not installed: pip install relevance-text-command")

    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stdout
