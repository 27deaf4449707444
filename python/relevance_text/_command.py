"""The command `relevance`, of which the package uses what it does not have itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig

from ._messages import in_python

#: Time in which the command may tidy up before it is killed.
_END_SECONDS = 5


def run(arguments: list[str]) -> str:
    """Runs the command and returns its output.

    Raises `FileNotFoundError` when it is not installed, and `RuntimeError` with its message when it fails. The command
    ends with the call, also when that is interrupted.
    """
    folders = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    program = shutil.which("relevance", path=folders)
    if program is None:
        raise FileNotFoundError(
            "`save` needs the command `relevance`, which is not installed: pip install relevance-text-command"
        )

    command = [program, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            output, errors = process.communicate()
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise RuntimeError(in_python(errors.strip().removeprefix("error: ")))
    return output


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a process, by force when it does not end soon."""
    process.terminate()
    try:
        process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
