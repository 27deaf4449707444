"""Puts the program into the wheel: the one that RELEVANCE_PROGRAM names, or one that cargo builds."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Platform in the name of the wheel instead of that of this machine, as "manylinux_2_17_x86_64".
PLATFORM = "RELEVANCE_WHEEL_PLATFORM"
PROGRAM = "RELEVANCE_PROGRAM"


class ProgramHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Adds the program as a script, and names the platform that it runs on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the program, unless it is given."""
        program = Path(os.environ.get(PROGRAM) or self._build())
        if not program.is_file():
            raise FileNotFoundError(f"there is no program at {program}, which the variable {PROGRAM} names")

        platform = os.environ.get(PLATFORM) or sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["shared_scripts"][str(program)] = f"relevance{program.suffix}"
        build_data["tag"] = f"py3-none-{platform}"

    def _build(self) -> Path:
        """Builds the program as it is released, and returns its path."""
        workspace = Path(self.root).parents[1]
        command = ["cargo", "build", "--profile", "dist", "--locked", "--package", "relevance"]
        subprocess.run(command, cwd=workspace, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", workspace / "target"))
        return target / "dist" / f"relevance{sysconfig.get_config_var('EXE')}"
