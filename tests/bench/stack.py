# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo stack that a side is measured on: its own folder, project and ports, from the same start every time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from demo_stack import CLONE
from ports import free_ports

FOLDER = CLONE / "build" / "bench"


class BenchError(Exception):
    """What went wrong, in a line or two."""


def finish(argv: list[str], what: str, env: dict[str, str] | None = None) -> str:
    """Run a command to its end; its output, or a BenchError with the last lines of it."""
    done = subprocess.run(
        argv, cwd=CLONE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise BenchError(f"{what} failed (status {done.returncode}):\n" + "\n".join(done.stdout.splitlines()[-15:]))
    return done.stdout


def project_name(side: str) -> str:
    """One per clone and side, so that two clones can be measured on one machine."""
    return f"bench-{side}-{hashlib.sha256(str(CLONE).encode()).hexdigest()[:6]}"


@dataclass
class Stack:
    """Used as a context: up at 1.0.0, removed at the end whatever happens."""

    side: str
    ports: list[int] = field(default_factory=lambda: free_ports(3))

    @property
    def folder(self) -> Path:
        return FOLDER / self.side

    @property
    def environment(self) -> dict[str, str]:
        edge, api, mongo = (str(port) for port in self.ports)
        own = {"DEMO_DIR": str(self.folder), "PROJECT": project_name(self.side), "DEMO_VARIANT": "stack"}
        return {**os.environ, **own, "EDGE_PORT": edge, "API_PORT": api, "MONGO_PORT": mongo}

    def _demo(self, *verb: str) -> str:
        return finish([str(CLONE / "demo" / "demo.sh"), *verb], f"demo.sh {verb[0]}", self.environment)

    def __enter__(self) -> Stack:
        try:
            if self.folder.exists():  # what a bench that was killed left
                self._demo("down", "--keep-images")
            self._demo("up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_details: object) -> None:
        if self.folder.exists():
            self._demo("down", "--keep-images")

    def info(self) -> dict[str, Any]:
        """Addresses and folders, as ``make demo-info`` prints them."""
        answer: dict[str, Any] = json.loads(self._demo("info"))
        return answer
