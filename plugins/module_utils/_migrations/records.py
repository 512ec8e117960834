# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the records that run no migration: baseline, import, repair. Foreseen first, made under the lock, noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock
from .._core.errors import BadInput, Refused
from .._mongo import client as connections
from .._mongo import database_lock
from . import history, state
from .files import Migration
from .history import Act
from .order import ordered

if TYPE_CHECKING:
    from pymongo.database import Database

    Live = Database[dict[str, Any]]

BASELINE = "baseline"
MIGRATE_MONGO = "migrate-mongo"
REPAIRS = ("rehash", "forget", "applied")


@dataclass(frozen=True)
class Change:
    """A record before and after; ``None``: there is none."""

    version: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


Foresee = Callable[["Live"], list[Change]]


def baseline(migrations: Iterable[Migration], version: str, act: Act) -> Foresee:
    """Everything up to ``version`` counts as applied, without running. Raises BadInput ``request.choice``."""
    known = list(migrations)

    def foresee(database: Live) -> list[Change]:
        there = _all(database)
        sequence = ordered(known, there)
        names = [migration.version for migration in sequence]
        if version not in names:
            raise BadInput("request.choice", name="version", value=version, known=", ".join(names) or "-")
        wanted = sequence[: names.index(version) + 1]
        _refuse_unfinished(there, [migration.version for migration in wanted])
        return [
            Change(migration.version, None, _made(migration, BASELINE, act))
            for migration in wanted
            if migration.version not in there
        ]

    return foresee


def imported(migrations: Iterable[Migration], collection: str, act: Act) -> Foresee:
    """What migrate-mongo wrote into its changelog counts as applied, in the order in which it was.

    A file that says ``REPLACES = ("20240101-name.js",)`` takes that entry's place; the others keep a record without a file.
    Raises Refused ``migrations.changelog`` when there is nothing to import.
    """
    replacing = {_stem(name): migration for migration in migrations for name in migration.replaces}

    def foresee(database: Live) -> list[Change]:
        entries = list(database[collection].find().sort([("appliedAt", 1), ("_id", 1)]))
        if not entries or any(not isinstance(entry.get("fileName"), str) for entry in entries):
            raise Refused("migrations.changelog", collection=f"{database.name}.{collection}", count=len(entries))
        there = _all(database)
        changes: dict[str, Change] = {}
        for entry in entries:
            migration = replacing.get(_stem(entry["fileName"]))
            record = _of_changelog(entry, act) if migration is None else _made(migration, MIGRATE_MONGO, act)
            applied_at = entry.get("appliedAt")
            record = {**record, "started_at": applied_at if isinstance(applied_at, datetime) else None}
            version = migration.version if migration else _stem(entry["fileName"])
            if version not in there:
                changes.setdefault(version, Change(version, None, record))
        return list(changes.values())

    return foresee


def repaired(migrations: Iterable[Migration], version: str, how: str) -> Foresee:
    """The record of ``version`` is put right.

    ``rehash``: the file as it is now is the one that was applied. ``forget``: the record goes, what the migration did
    stays. ``applied``: what was begun and cut off counts as applied. Raises BadInput ``migrations.no_record``, or Refused
    ``migrations.repair`` where that does not fit.
    """
    by_version = {migration.version: migration for migration in migrations}

    def foresee(database: Live) -> list[Change]:
        there = _all(database)
        record = there.get(version)
        if record is None:
            raise BadInput("migrations.no_record", version=version, known=", ".join(there) or "-")
        if how == "forget":
            return [Change(version, record, None)]
        if how == "applied":
            done = record["status"] == "applied"
            return [] if done else [Change(version, record, {**record, "status": "applied"})]
        if version not in by_version:
            raise Refused("migrations.repair", version=version, how=how, found="-")
        after = {**record, **state.facts_of(by_version[version])}
        return [] if after == record else [Change(version, record, after)]

    return foresee


def foreseen(uri: str, database: str, foresee: Foresee) -> list[Change]:
    """What would be changed. Changes nothing."""
    with connections.connect(uri) as client:
        return foresee(client[database])


def carry_out(uri: str, database: str, foresee: Foresee, act: Act, clock: Clock) -> list[Change]:
    """Make the changes under the lock of the database, each with a note in the history; what was changed."""
    with database_lock.hold(uri, database, "migration", clock) as lease, connections.connect(uri) as client:
        live = client[database]
        changes = foresee(live)
        documents = state.writable(live)
        for change in changes:
            lease.check()
            if change.after is None:
                state.forget(live, change.version, drop_when_empty=True)
            elif change.before is None:
                fresh = {"order": state.next_order(documents), "started_at": clock.now()}
                content = {**fresh, **{key: value for key, value in change.after.items() if value is not None}}
                documents.update_one({"_id": change.version}, {"$setOnInsert": content}, upsert=True)
            else:
                documents.replace_one({"_id": change.version}, dict(change.after))
            history.note(live, act, change.version, clock, {"before": change.before, "after": change.after})
        return changes


def _all(database: Live) -> dict[str, dict[str, Any]]:
    return {record["_id"]: record for record in [*state.records(database), *state.unfinished(database)]}


def _refuse_unfinished(there: Mapping[str, Mapping[str, Any]], versions: Sequence[str]) -> None:
    for version in versions:
        record = there.get(version)
        if record is not None and record["status"] != "applied":
            raise state.refuse_open(record)


def _made(migration: Migration, origin: str, act: Act) -> dict[str, Any]:
    return {**state.facts_of(migration), **_common(origin, act)}


def _of_changelog(entry: Mapping[str, Any], act: Act) -> dict[str, Any]:
    return {
        "description": entry["fileName"],
        "checksum": str(entry["fileHash"]) if entry.get("fileHash") else None,
        **_common(MIGRATE_MONGO, act),
    }


def _common(origin: str, act: Act) -> dict[str, Any]:
    return {"status": "applied", "origin": origin, "author": act.requested_by, "seconds": None, "run_id": None}


def _stem(name: str) -> str:
    return PurePath(name).stem
