# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far each piece of a migration has come, in the database of our own: what a successor goes on from.

One document a piece: ``_id`` (database/version/direction/piece), ``checksum``, ``run`` (a number that only grows: the fence),
``batches``, ``done``, ``total``, ``last`` (the ``_id`` of the last document of a batch), ``included`` (whether that one is
before the mark), ``ended``. Work that must happen exactly once has one piece for both directions (``…/once/piece``, with
``direction``): a mark before which everything is done. ``up`` moves it forward and ``down`` back, so that what was cut off
in either direction can be gone on with in either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.errors import Failed
from .._mongo import client as connections

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    from .._mongo.client import Client

    Documents = Collection[dict[str, Any]]

COLLECTION = "migration_checkpoints"


class AlreadyDone(Exception):
    """This very batch was recorded before: the answer had been lost, not the work."""


class Checkpoints:
    """Those of one migration in one direction, taken over from whoever had them before."""

    def __init__(self, client: Client, database: str, version: str, direction: str, checksum: str) -> None:
        self._documents = documents_of(client)
        self._prefix = f"{database}/{version}/"
        self._whole = f"{self._prefix}whole"
        self._direction, self._checksum = direction, checksum
        self._run = self._next_run(database)

    def claim(self, piece: str) -> Point:
        """The checkpoint of ``piece``, ours from now on. Raises Failed ``database_lock.lost`` for a successor's."""
        identifier = f"{self._prefix}{self._direction}/{piece}"
        older = {"_id": identifier, "run": {"$lt": self._run}}
        self._documents.delete_one({**older, "checksum": {"$ne": self._checksum}})
        return self._take(identifier, {"checksum": self._checksum, "ended": False})

    def claim_once(self, piece: str) -> Point:
        """The mark of ``piece``, work that happens exactly once; a changed file does not make it happen again."""
        back = self._direction == "down"
        # A piece that left no trace: nothing of it was done, unless the migration was applied.
        fresh = {"direction": self._direction, "ended": self._is_whole() is not back}
        point = self._take(f"{self._prefix}once/{piece}", fresh)
        point.back = back
        if point.content["direction"] != self._direction:
            point.turn(self._direction)
        return point

    def _take(self, identifier: str, fresh: dict[str, Any]) -> Point:
        from pymongo.errors import DuplicateKeyError

        older = {"_id": identifier, "run": {"$lt": self._run}}
        change = {"$set": {"run": self._run}, "$setOnInsert": {"batches": 0, "done": 0, "total": None, **fresh}}
        try:
            self._documents.update_one(older, change, upsert=True)
        except DuplicateKeyError:
            raise _lost() from None
        return Point(self._documents, self._run, self._documents.find_one({"_id": identifier}) or {})

    def settle(self, status: str | None, taking_back: int | None) -> int | None:
        """Before anything runs: what earlier attempts left is of no use any more once they were finished.

        ``status`` is the record's: with "applied" everything counts as done, and goes on doing so while it is taken back.
        That this has begun is said by a number here and in the record (``taking_back``), which lives with the data: after a
        restore the two differ. Returns a new number for the record, None where it has the right one.
        """
        if status is None:
            self.forget()
        elif status == "applied":
            known = self._documents.find_one({"_id": self._whole}) or {}
            if known.get("run") is None or known["run"] != taking_back:
                self.forget()
                self._documents.update_one({"_id": self._whole}, {"$set": {"run": self._run}}, upsert=True)
                return self._run
        return None

    def _is_whole(self) -> bool:
        return self._documents.find_one({"_id": self._whole}) is not None

    def forget(self, direction: str | None = None) -> None:
        """Remove the migration's checkpoints, or those of one direction."""
        start = self._prefix + (f"{direction}/" if direction else "")
        # "0" is the character after "/"
        self._documents.delete_many({"_id": {"$gte": start, "$lt": start[:-1] + "0"}, "run": {"$lte": self._run}})

    def _next_run(self, database: str) -> int:
        from pymongo import ReturnDocument

        found: dict[str, Any] = self._documents.find_one_and_update(
            {"_id": f"{database}//run"}, {"$inc": {"run": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        ) or {"run": 0}
        return int(found["run"])


@dataclass
class Point:
    """One checkpoint. Every change of it names our run and the batch that it follows. ``back``: it moves backwards."""

    documents: Documents
    run: int
    content: dict[str, Any]
    back: bool = False

    @property
    def begun(self) -> bool:
        return self.content["total"] is not None

    @property
    def ended(self) -> bool:
        return bool(self.content["ended"])

    @property
    def done(self) -> int:
        return int(self.content["done"])

    def begin(self, total: int) -> None:
        """The piece has ``total`` documents."""
        self._change({"$set": {"total": total}}, {"total": total})

    def advance(self, last: Any, count: int, session: ClientSession | None) -> None:
        """A batch of ``count`` documents up to ``last`` is done. Raises AlreadyDone, or Failed ``database_lock.lost``.

        In a transaction it counts only once :meth:`agreed` is called after the commit.
        """
        expected = {**self._mine(), "batches": self.content["batches"]}
        change = {"$set": {"last": last, "included": not self.back}, "$inc": {"batches": 1, "done": count}}
        if self.documents.update_one(expected, change, session=session).matched_count == 1:
            return
        found = self.documents.find_one(self._mine(), session=session)
        if found is None:
            raise _lost()
        raise AlreadyDone

    def agreed(self, last: Any, count: int) -> None:
        """The server has the batch."""
        changed = {"batches": self.content["batches"] + 1, "done": self.content["done"] + count}
        self.content.update({"last": last, "included": not self.back, **changed})

    def turn(self, direction: str) -> None:
        """Go the other way: from where the mark is, from the far end when it got there, or nowhere when it never moved."""
        moved = "last" in self.content
        values = {"direction": direction, "done": 0, "total": None, "ended": not (moved or self.ended)}
        change: dict[str, Any] = {"$set": values}
        if self.ended:
            change["$unset"] = {"last": "", "included": ""}
            self.content.pop("last", None)
        self._change(change, values)

    def end(self) -> None:
        """Nothing of the piece is left to do."""
        self._change({"$set": {"ended": True}}, {"ended": True})

    def _change(self, update: dict[str, Any], values: dict[str, Any]) -> None:
        if self.documents.update_one(self._mine(), update).matched_count == 0:
            raise _lost()
        self.content.update(values)

    def _mine(self) -> dict[str, Any]:
        return {"_id": self.content["_id"], "run": self.run}


class Unwritten(Point):
    """In a transaction over the whole migration there is nothing to go on from."""

    def __init__(self) -> None:
        self.content, self.back = {"batches": 0, "done": 0, "total": None, "ended": False}, False

    def advance(self, last: Any, count: int, session: ClientSession | None) -> None:
        return

    def _change(self, update: dict[str, Any], values: dict[str, Any]) -> None:
        self.content.update(values)


def forget_database(client: Client, database: str) -> None:
    """Remove everything about a database that is only for a while."""
    # "0" is the character after "/"
    documents_of(client).delete_many({"_id": {"$gte": f"{database}/", "$lt": f"{database}0"}})


def documents_of(client: Client) -> Documents:
    """Written by a majority: a change of primary must not lose what was acknowledged."""
    from pymongo.write_concern import WriteConcern

    return client[connections.OWN_DATABASE].get_collection(COLLECTION, write_concern=WriteConcern("majority"))


def _lost() -> Failed:
    return Failed("database_lock.lost", seconds="-")
