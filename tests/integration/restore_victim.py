# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restore in a process of its own that kills itself at a point.

Reads from standard input, as JSON: ``uri``, ``database``, ``folder``, ``backup_id``, ``confirm``, and ``point``: when (before,
after), what (the kind of a journal record, or a command to the database), and on what (an operation, or a collection).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pymongo.monitoring
from restore_site import RestoreSite

from ansible_collections.benevoclic.updates.plugins.module_utils._runs.journal import Chain


class Point(pymongo.monitoring.CommandListener):
    """Dies when it is passed."""

    def __init__(self, point: list[str]) -> None:
        self._point = point
        self._targets: dict[int, str] = {}
        genuine = Chain.append

        def append(chain: Chain, kind: str, data: Any) -> Any:
            self._pass("before", kind, str(data.get("name", "")))
            record = genuine(chain, kind, data)
            self._pass("after", kind, str(data.get("name", "")))
            return record

        Chain.append = append  # type: ignore[method-assign]

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        target = str(event.command[event.command_name]).removeprefix(f"{event.database_name}.")
        # A rename is a command to admin: what is renamed has the name of its database before it.
        self._targets[event.request_id] = (
            target.partition(".")[2] if event.command_name == "renameCollection" else target
        )
        self._pass("before", event.command_name, self._targets[event.request_id])

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        self._pass("after", event.command_name, self._targets.pop(event.request_id))

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        self._targets.pop(event.request_id)

    def _pass(self, *point: str) -> None:
        when, what, where = self._point
        # What a restore prepared or put aside is named after the run: its beginning tells which it is.
        if point[:2] == (when, what) and (point[2] == where or point[2].startswith(f"benevoclic_updates.{where}.")):
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    wanted = json.load(sys.stdin)
    pymongo.monitoring.register(Point(wanted["point"]))
    site = RestoreSite(SimpleNamespace(uri=wanted["uri"]), wanted["database"], Path(wanted["folder"]))
    site.restore(wanted["backup_id"], confirm=wanted["confirm"])


if __name__ == "__main__":
    main()
