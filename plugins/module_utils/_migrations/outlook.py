# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files beside the database: what is applied, what would be done, what is wrong. Reads, without any lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from .._core.clock import iso
from .._core.errors import EngineError, Refused
from .._mongo import client as connections
from .._mongo.database_lock import LOCKS
from . import exposure, files, history, state, validation
from .selection import Selection, Wish, select

if TYPE_CHECKING:
    from pymongo.database import Database

FAILED_SHOWN = 5
_RECORD = ("file", "description", "order", "seconds", "run_id", "release", "host", "author", "origin", "checksum")


@dataclass
class Outlook:
    """What was found. ``problems`` and ``selection`` need files; times are ISO 8601 UTC."""

    applied: list[dict[str, Any]] = field(default_factory=list)
    unfinished: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    holder: dict[str, Any] | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)
    selection: Selection = field(default_factory=Selection)
    rehearsals: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Version of what would be applied → its newest rehearsal, of this very file."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    problems: list[EngineError] = field(default_factory=list)
    unreadable: bool = False
    """The database could not be looked at; the one problem says why."""

    def refuse(self) -> None:
        """Raises what stops a run: the first problem of the set, or the first finding that is neither allowed nor harmless."""
        for problem in self.problems:
            raise problem
        stopping = exposure.refused(self.findings)
        for first in stopping:
            shown = {key: "?" if first[key] is None else first[key] for key in ("collection", "documents")}
            names = {key: first[key] for key in ("version", "file", "line", "rule")}
            raise Refused("migrations.risky", count=len(stopping), **names, **shown)


def look(uri: str, database: str, contents: Mapping[str, bytes] | None, wish: Wish, *, lint: bool) -> Outlook:
    """Look at ``database`` with the files (name → content; None: without any). Raises the errors of a connection."""
    with connections.connect(uri) as client:
        live = client[database]
        records = state.records(live)
        found = Outlook(
            applied=[_record(record) for record in records],
            unfinished=[_record(record) for record in state.unfinished(live)],
            failed=[_timed(item) for item in history.latest(live, FAILED_SHOWN, status="failed")],
            holder=holder(live),
        )
        if contents is None:
            return found
        try:
            migrations = files.described(contents)
            found.problems = validation.problems(migrations, records)
            applied = {record["_id"] for record in records}
            found.pending = files.summaries([item for item in migrations if item.version not in applied])
            if not found.problems:
                found.selection = select(migrations, records, wish)
        except EngineError as error:
            found.problems = [error]
            return found
        rehearsals = {item.version: history.rehearsal_of(live, item) for item in found.selection.up}
        found.rehearsals = {version: _timed(item) for version, item in rehearsals.items() if item}
        if lint:
            found.findings = exposure.look(live, found.selection.up, contents)
    return found


def holder(database: Database[dict[str, Any]]) -> dict[str, Any] | None:
    """Who holds the lock of ``database``: ``work``, ``run_id``, ``host``, ``pid``, ``since``, ``until``, ``expired``; or None."""
    names = ("work", "run_id", "host", "pid", "since", "until")
    fields: dict[str, Any] = {**dict.fromkeys(names, 1), "_id": 0, "expired": {"$lt": ["$until", "$$NOW"]}}
    locks = database.client[connections.OWN_DATABASE][LOCKS]
    found = list(locks.aggregate([{"$match": {"_id": database.name}}, {"$project": fields}]))
    return _timed(found[0]) if found else None


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: record.get(key) for key in _RECORD}
    return _timed(
        {"version": record["_id"], "status": record["status"], "started_at": record.get("started_at"), **kept}
    )


def _timed(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: iso(value.replace(tzinfo=timezone.utc)) if isinstance(value, datetime) else value
        for key, value in document.items()
    }
