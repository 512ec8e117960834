# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every attempt at a migration, the failed ones too, in the database of our own: a restore of the data loses none.

One document an attempt, never deleted: ``database``, ``version``, ``file``, ``checksum``, ``direction`` (up, down, rehearsal, or
an explicit act on the records: baseline, import, repair), ``status`` (running, applied, failed, rehearsed), ``started_at``,
``seconds``, ``run_id``, ``release``, ``host``, ``author``, ``error`` (``id``, ``details``), ``reason``.
An attempt that still says ``running`` while nobody holds the lock was cut off.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock
from .._core.errors import EngineError
from .._core.redaction import Redactor
from .._mongo import client as connections
from .._runs.context import HostContext
from .files import Migration

if TYPE_CHECKING:
    from pymongo.collection import Collection
    from pymongo.database import Database

    Documents = Collection[dict[str, Any]]

COLLECTION = "migration_attempts"
ACTS = ("baseline", "import", "repair")
REHEARSAL = "rehearsal"
SHOWN = 20


@dataclass(frozen=True)
class Act:
    """An explicit change of the records that runs no migration: which, who asked for it, and why."""

    kind: str
    requested_by: str
    reason: str


@contextmanager
def attempt(
    database: Database[dict[str, Any]], migration: Migration, direction: str, context: HostContext
) -> Iterator[None]:
    """Write the attempt down before it begins, and how it ended. An error is kept without the run's secrets."""
    from pymongo.errors import PyMongoError

    attempts = _attempts(database)
    started = context.clock.monotonic()
    entry = {
        **_subject(database, migration.version),
        "file": migration.file,
        "checksum": migration.sha256,
        "author": migration.author,
        "direction": direction,
        "status": "running",
        "started_at": context.clock.now(),
        "run_id": context.run_id,
        "release": context.plan.get("to_version"),
    }
    identifier = attempts.insert_one(entry).inserted_id

    def end(status: str, error: Mapping[str, Any] | None = None) -> None:
        seconds = round(context.clock.monotonic() - started, 3)
        attempts.update_one({"_id": identifier}, {"$set": {"status": status, "error": error, "seconds": seconds}})

    try:
        yield
    except Exception as error:
        # Whatever is wrong with the server now, the first error is the one to tell.
        with suppress(PyMongoError):
            end("failed", _plain(error, context))
        raise
    end("applied")


def _plain(error: Exception, context: HostContext) -> dict[str, Any]:
    if not isinstance(error, EngineError):
        return {"id": "module.unexpected", "details": {"found": type(error).__name__}}
    details = {key: str(value) for key, value in error.details.items()}
    return {"id": error.text_id, "details": Redactor(context.secrets.values()).data(details)}


def note(
    database: Database[dict[str, Any]], act: Act, version: str, clock: Clock, facts: Mapping[str, Any] | None = None
) -> None:
    """Write down an explicit act on the record of ``version``, with its reason."""
    entry = {
        **_subject(database, version),
        "direction": act.kind,
        "status": "applied",
        "started_at": clock.now(),
        "author": act.requested_by,
        "reason": act.reason,
        **(facts or {}),
    }
    _attempts(database).insert_one(entry)


def note_rehearsal(
    database: Database[dict[str, Any]], migration: Migration, facts: Mapping[str, Any], context: HostContext
) -> None:
    """Remember what a rehearsal on a copy found: ``seconds``, ``down_seconds``, ``done``, ``round_trip``, ``backup_id``."""
    entry = {
        **_subject(database, migration.version),
        "file": migration.file,
        "checksum": migration.sha256,
        "direction": REHEARSAL,
        "status": "rehearsed",
        "started_at": context.clock.now(),
        "run_id": context.run_id,
        **facts,
    }
    _attempts(database).insert_one(entry)


def rehearsal_of(database: Database[dict[str, Any]], migration: Migration) -> dict[str, Any] | None:
    """The newest rehearsal of this very file; None when there was none."""
    this = {"version": migration.version, "checksum": migration.sha256, "direction": REHEARSAL}
    return next(iter(latest(database, 1, **this)), None)


def latest(database: Database[dict[str, Any]], limit: int = SHOWN, **wanted: Any) -> list[dict[str, Any]]:
    """The newest attempts at ``database`` that match ``wanted``, newest first."""
    found = _attempts(database).find({"database": database.name, **wanted}, {"_id": 0, "database": 0})
    return list(found.sort("_id", -1).limit(limit))


def _subject(database: Database[dict[str, Any]], version: str) -> dict[str, Any]:
    return {"database": database.name, "version": version, "host": socket.gethostname()}


def _attempts(database: Database[dict[str, Any]]) -> Documents:
    from pymongo.write_concern import WriteConcern

    durable = WriteConcern("majority", wtimeout=round(connections.SOCKET_SECONDS * 1000))
    return database.client[connections.OWN_DATABASE].get_collection(COLLECTION, write_concern=durable)
