# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A demo stack of a test's own: its folder, project and ports, beside whatever else runs on the engine."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ports import free_ports

CLONE = Path(__file__).parents[2]
SCRIPT = CLONE / "demo" / "demo.sh"
PLATFORM = CLONE / "demo" / "platform" / "platform.sh"


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Return when ``condition`` holds, fail with ``what`` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def docker(*arguments: str) -> str:
    """What ``docker ARGUMENTS`` prints."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


@dataclass
class Demo:
    """One demo stack, driven by its script."""

    folder: Path
    project: str
    variant: str = "stack"
    ports: list[int] = field(default_factory=lambda: free_ports(3))

    @property
    def environment(self) -> dict[str, str]:
        edge, api, mongo = (str(port) for port in self.ports)
        own = {"DEMO_DIR": str(self.folder), "PROJECT": self.project, "DEMO_VARIANT": self.variant}
        return {**os.environ, **own, "EDGE_PORT": edge, "API_PORT": api, "MONGO_PORT": mongo}

    def run(self, *verb: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run the demo's script, with some variables of the environment changed."""
        return subprocess.run(
            [str(SCRIPT), *verb],
            capture_output=True, text=True, check=False, env={**self.environment, **changed},
        )  # fmt: skip

    def up(self) -> Demo:
        done = self.run("up")
        if done.returncode:
            raise AssertionError(done.stderr)
        return self

    def down(self) -> None:
        done = self.run("down", "--keep-images")
        if done.returncode:
            raise AssertionError(done.stderr)

    def info(self) -> dict[str, Any]:
        done = self.run("info")
        if done.returncode:
            raise AssertionError(done.stderr)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def get(self, path: str, *, edge: bool = False) -> tuple[int, str]:
        """Status and body of a GET at the API's listener or at the edge; 0 when nobody answers."""
        url = f"http://127.0.0.1:{self.ports[0 if edge else 1]}{path}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def containers(self) -> Mapping[str, str]:
        """Container name → id and start time, stopped ones included."""
        names = docker(
            "ps", "-a", "--filter", f"label=fr.benevoclic.demo.folder={self.folder}", "--format", "{{.Names}}"
        )
        return {name: docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name) for name in names.split()}

    def container(self, service: str) -> str:
        """The name of a service's container."""
        return f"{self.project}-{service}" if self.variant == "two-projects" else f"{self.project}-{service}-1"
