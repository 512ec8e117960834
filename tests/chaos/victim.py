# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module of the collection in a process that is killed: by who started it, or by itself at a given point of its work.

Reads from standard input, as JSON: ``module`` and ``args``; ``watch``, a folder; ``kill_at``, the point (None: never). A
point is a use of a file in that folder, or a command to the database. Says "ready" on standard output when its work
begins, and at its end, on standard error, how many points it passed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / ".ansible" / "collections"))

import pymongo.monitoring
from ansible.module_utils import basic

FILE_EVENTS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree")


class Points(pymongo.monitoring.CommandListener):
    """Counts the points, and dies at the one that was asked for."""

    def __init__(self, watch: str, kill_at: int | None) -> None:
        self._watch, self._kill_at = watch, kill_at
        self._guard = threading.Lock()
        self.passed = 0

    def used(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit event of the interpreter."""
        if event in FILE_EVENTS and arguments and str(arguments[0]).startswith(self._watch):
            self._pass()

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        self._pass()

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        return

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        return

    def _pass(self) -> None:
        with self._guard:
            self.passed += 1
            if self.passed == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    wanted = json.load(sys.stdin)
    module = importlib.import_module(f"ansible_collections.benevoclic.updates.plugins.modules.{wanted['module']}")
    points = Points(wanted["watch"], wanted["kill_at"])
    pymongo.monitoring.register(points)
    sys.addaudithook(points.used)
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": wanted["args"]}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        module.main()
    finally:
        sys.stderr.write(f"{points.passed}\n")


if __name__ == "__main__":
    main()
