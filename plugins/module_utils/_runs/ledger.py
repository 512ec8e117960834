# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger of a stack: one hash-chained line a finished run, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput, Refused
from .journal import Chain

Entry = dict[str, Any]
MIGRATION = "database_migration"
"""The flow that changes the schema under a release that stays."""


@dataclass(frozen=True)
class Landing:
    """A version that was verified, and where its release tuple is kept."""

    version: str
    run_id: str
    which: str
    """``before`` or ``after``: the tuple's file in the folder of ``run_id``."""


class Ledger:
    """Reads and appends; entries oldest first."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._chain = Chain(path, clock)

    @property
    def entries(self) -> list[Entry]:
        return [{**record["data"], "at": record["at"]} for record in self._chain.records]

    @property
    def head(self) -> str:
        return self._chain.head

    def append_once(self, entry: Mapping[str, Any]) -> None:
        """Add a finished run; adding it again changes nothing."""
        if all(known["run_id"] != entry["run_id"] for known in self.entries):
            self._chain.append("run", entry)


def last_of(entries: Iterable[Entry]) -> Entry | None:
    """The last run that had anything to do."""
    return next((entry for entry in reversed(list(entries)) if entry["outcome"] != "unchanged"), None)


def latched_by(entries: Iterable[Entry]) -> str | None:
    """The id of the run whose rollback failed, when nothing has gone well since."""
    last = last_of(entries)
    return last["run_id"] if last is not None and last["outcome"] == "rollback_failed" else None


def landings(entries: Iterable[Entry]) -> list[Landing]:
    """The verified versions as a stack, oldest first, the one served now last.

    An update puts its version on top, a migration alone renews the one that is there; a rollback takes everything
    above its target away, so that going back twice goes two releases back instead of to and fro. A rollback that
    failed adds what was there before the first run.
    """
    stack: list[Landing] = []
    for entry in entries:
        # A rehearsal looks at a copy: it verified nothing that serves.
        if entry["outcome"] not in ("succeeded", "rollback_failed") or entry.get("rehearsal"):
            continue
        if not stack and entry.get("from_version"):
            stack.append(Landing(entry["from_version"], entry["run_id"], "before"))
        # A restore brings data back and leaves the release that serves.
        if entry["outcome"] == "rollback_failed" or entry["flow"] == "restore":
            continue
        if entry["flow"] == "rollback":
            while len(stack) > 1 and stack[-1].version != entry["to_version"]:
                stack.pop()
        else:
            if entry["flow"] == MIGRATION and stack[-1:] and stack[-1].version == entry["to_version"]:
                stack.pop()
            stack.append(Landing(entry["to_version"], entry["run_id"], "after"))
    return stack


def refuse_latched(flow: str, entries: Iterable[Entry]) -> None:
    """After a failed rollback only a rollback starts. Raises Refused ``run.latched``."""
    latched = latched_by(entries)
    if flow != "rollback" and latched is not None:
        raise Refused("run.latched", run_id=latched)


def rollback_target(stack: list[Landing], version: str | None, *, latched: bool = False) -> Landing:
    """Where a rollback goes: ``version``, or the last verified before the one served now (the top of ``stack``).

    After a failed rollback (``latched``) nobody knows what is served: the top itself is a place to go back to.
    Raises BadInput ``rollback.no_target`` or ``rollback.unknown_version`` (with the versions there are).
    """
    earlier = stack if latched else stack[:-1]
    if version is None:
        if not earlier:
            raise BadInput("rollback.no_target")
        return earlier[-1]
    for landing in reversed(earlier):
        if landing.version == version:
            return landing
    known = ", ".join(dict.fromkeys(landing.version for landing in earlier)) or "-"
    raise BadInput("rollback.unknown_version", version=version, known=known)
