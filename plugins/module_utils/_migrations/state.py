# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was applied, kept in the application's own database: a restore brings it back with the data.

One document a version: ``_id`` (version), ``status`` (running, failed, applied; no document: pending), ``file``,
``checksum``, ``description``, ``dependencies``, ``order``, ``started_at``, ``seconds``, ``run_id``, ``release``, ``host``,
``author``; ``taking_back`` (a number, once that has begun: see ``checkpoints``); ``origin`` (baseline, or what was
imported) where nothing was run, or ``command`` where the application's own scripts ran, out of the image ``image``.
Records are changed in place, by a majority, never dropped and inserted again. ``history`` has every attempt.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock
from .._core.errors import Refused
from .._mongo import client as connections
from .files import Migration

if TYPE_CHECKING:
    from pymongo.collection import Collection
    from pymongo.database import Database

    Documents = Collection[dict[str, Any]]

COLLECTION = "benevoclic_migrations"
WRITE_SECONDS = 30
LONGEST = 80
"""Characters of an odd value that an error repeats."""
_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "_id": (str, "text"),
    "status": (str, "text"),
    "order": ((int, float), "number"),
    "checksum": (str, "text"),
    "file": (str, "text"),
    "dependencies": (list, "list"),
    "run_id": (str, "text"),
    "origin": (str, "text"),
}
"""What the fields of a record are, and how an error calls that."""


@dataclass(frozen=True)
class Origin:
    """Who applies: the run and the release."""

    run_id: str
    release: str | None


def applied(uri: str, database: str) -> list[str]:
    """The versions applied to ``database``, in the order in which they were."""
    return list(applied_checksums(uri, database))


def applied_checksums(uri: str, database: str) -> dict[str, str]:
    """Version → SHA-256 of its file when it was applied, in order."""
    with connections.connect(uri) as client:
        return read(client[database])


def read(database: Database[dict[str, Any]]) -> dict[str, str]:
    return {document["_id"]: document.get("checksum") or "" for document in records(database)}


def records(database: Database[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents of the applied versions, in the order in which they were applied."""
    return _sound(database[COLLECTION].find({"status": "applied"}).sort([("order", 1), ("_id", 1)]))


def unfinished(database: Database[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records of what was begun and is not applied: running now, failed, or cut off."""
    return _sound(database[COLLECTION].find({"status": {"$ne": "applied"}}).sort("order", 1))


def _sound(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Raises Refused ``migrations.odd_record`` for what we never wrote; a field that is missing was not kept at the time."""
    result = []
    for record in found:
        for field, (kinds, expected) in _TYPES.items():
            value = record.get(field)
            if value is not None and not isinstance(value, kinds) or (value is None and field in ("_id", "status")):
                raise Refused(
                    "migrations.odd_record",
                    collection=COLLECTION,
                    version=str(record["_id"])[:LONGEST],
                    field=field,
                    expected=expected,
                    found=repr(value)[:LONGEST],
                )
        result.append(record)
    return result


def refuse_open(record: Mapping[str, Any]) -> Refused:
    """The refusal because of a migration that was begun and is not applied."""
    started = record.get("started_at")
    return Refused(
        "migrations.unfinished",
        version=record["_id"],
        run_id=record.get("run_id") or "-",
        started_at=f"{started:%Y-%m-%d %H:%M:%S} UTC" if isinstance(started, datetime) else "-",
    )


def exists(database: Database[dict[str, Any]]) -> bool:
    """Whether the collection is there at all."""
    return bool(database.list_collection_names(filter={"name": COLLECTION}))


def settle(
    database: Database[dict[str, Any]], version: str, agree: Callable[[str | None, int | None], int | None]
) -> None:
    """Let the checkpoints ``agree`` with the record's ``status`` and ``taking_back``, and keep the number that they give."""
    documents = writable(database)
    record = documents.find_one({"_id": version}, {"status": 1, "taking_back": 1}) or {}
    number = agree(record.get("status"), record.get("taking_back"))
    if number is not None:
        documents.update_one({"_id": version}, {"$set": {"taking_back": number}})


def begin(database: Database[dict[str, Any]], migration: Migration, origin: Origin, clock: Clock) -> None:
    """Write down that ``migration`` begins. Raises Refused ``migrations.unfinished`` when another run left one open."""
    enter(database, migration.version, facts_of(migration), origin, clock)


def enter(
    database: Database[dict[str, Any]], version: str, facts: Mapping[str, Any], origin: Origin, clock: Clock
) -> None:
    """The same for a version of which the record keeps ``facts``."""
    documents = writable(database)
    open_one = documents.find_one({"status": {"$ne": "applied"}, "run_id": {"$ne": origin.run_id}})
    if open_one:
        raise refuse_open(open_one)
    content = {
        **facts,
        "order": next_order(documents),
        "run_id": origin.run_id,
        "release": origin.release,
    }
    fresh = {"status": "running", "started_at": clock.now(), "seconds": None, "host": socket.gethostname()}
    documents.update_one({"_id": version}, {"$setOnInsert": {**content, **fresh}}, upsert=True)
    documents.update_one({"_id": version, "status": "failed"}, {"$set": fresh})


def facts_of(migration: Migration) -> dict[str, Any]:
    """What a record keeps of the file, to notice later that it was changed."""
    return {
        "file": migration.file,
        "checksum": migration.sha256,
        "description": migration.description,
        "dependencies": list(migration.dependencies),
        "author": migration.author,
    }


def next_order(documents: Documents) -> int:
    """The place of the next one in the order in which they were applied."""
    last = documents.find_one(sort=[("order", -1)], projection={"order": 1})
    return int((last or {}).get("order", 0)) + 1


def finish(database: Database[dict[str, Any]], version: str, seconds: float) -> None:
    writable(database).update_one({"_id": version}, {"$set": {"status": "applied", "seconds": seconds}})


def fail(database: Database[dict[str, Any]], version: str) -> None:
    """The migration ended with an error; what it did is still there, for ``down`` to take back."""
    writable(database).update_one({"_id": version, "status": "running"}, {"$set": {"status": "failed"}})


def status(database: Database[dict[str, Any]], version: str) -> str | None:
    """running, failed, applied, or None: never begun, or undone."""
    found = database[COLLECTION].find_one({"_id": version}, {"status": 1})
    return str(found["status"]) if found else None


def belongs_to(database: Database[dict[str, Any]], version: str, run_id: str) -> bool:
    """Whether this run began ``version`` and nobody has undone it."""
    return database[COLLECTION].find_one({"_id": version, "run_id": run_id}) is not None


def forget(database: Database[dict[str, Any]], version: str, *, drop_when_empty: bool) -> None:
    """Take the record of ``version`` away, and the collection with the last one when it was not there before."""
    writable(database).delete_one({"_id": version})
    if drop_when_empty:
        drop_empty(database)


def drop_empty(database: Database[dict[str, Any]]) -> None:
    """Take the collection away when there is no record in it."""
    documents = writable(database)
    if documents.find_one() is None:
        documents.drop()


def kept(database: Database[dict[str, Any]], version: str) -> str | None:
    """The record of ``version`` as JSON that loses nothing, for a journal; None when there is none."""
    from bson import json_util

    found = database[COLLECTION].find_one({"_id": version})
    return json_util.dumps(found, json_options=json_util.CANONICAL_JSON_OPTIONS) if found else None


def bring_back(database: Database[dict[str, Any]], record: str) -> None:
    """Make the record as it was when it was ``kept``."""
    from bson import json_util

    document = json_util.loads(record, json_options=json_util.CANONICAL_JSON_OPTIONS.with_options(tz_aware=False))
    writable(database).replace_one({"_id": document["_id"]}, document, upsert=True)


def writable(database: Database[dict[str, Any]]) -> Documents:
    """The records, for writing. Acknowledged by a majority: a record must not be lost by a change of primary."""
    from pymongo.write_concern import WriteConcern

    return database.get_collection(COLLECTION, write_concern=WriteConcern("majority", wtimeout=WRITE_SECONDS * 1000))
