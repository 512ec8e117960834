# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration is handed as ``step``: helpers that can be repeated, gone on with after a kill, and taken back.

Each writes down what it is about to do (``made``), so that ``step.reverse()`` in ``down`` takes back exactly what happened.
Those that go over documents do so in batches with a checkpoint (``batches``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .._core.errors import BadInput, Refused
from . import inserting, reversing, structure
from .batches import Batch, Reading, Walk, Work, again
from .building import Building
from .checkpoints import Checkpoints, Point, Unwritten
from .ground import Ground
from .made import Made, kept, packed

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

Transform = Callable[[dict[str, Any]], "Mapping[str, Any] | None"]
Query = Mapping[str, Any]


class Step(Building):
    """Helpers for one migration in one direction.

    ``size`` is documents a batch (default: by their size, 5000 at most); ``fields`` what is read of them besides ``_id``
    (None: everything). Errors of the helpers are ``step.…``, those of the server pymongo's.
    """

    def __init__(self, ground: Ground, checkpoints: Checkpoints, made: Made) -> None:
        super().__init__(ground, made)
        self._checkpoints = checkpoints
        self._walks: list[Walk] = []
        self._once_only = False

    @property
    def session(self) -> ClientSession:
        """The session in which everything happens; pymongo 4.17 and newer put it under each operation by themselves."""
        return self._ground.session

    def batches(
        self,
        collection: Documents,
        query: Query | None = None,
        size: int | None = None,
        fields: Iterable[str] | None = None,
    ) -> Iterator[Batch]:
        """The documents that match ``query``, in lists by ``_id``. A list is recorded as done when the next is asked for.

        After a kill the last list comes again, so what is done with it must be such that twice is as good as once.
        """
        reading = Reading(collection, dict(query or {}), _names(fields), size)
        return self._walk(reading, f"batches {collection.name}").give()

    def each(
        self,
        collection: Documents,
        work: Work,
        query: Query | None = None,
        size: int | None = None,
        fields: Iterable[str] | None = None,
        *,
        exactly_once: bool = False,
        name: str | None = None,
    ) -> None:
        """Call ``work(documents, session)`` for every batch; on a replica set in a transaction with its checkpoint.

        ``session`` is None where there is no transaction. ``exactly_once``: raises Refused ``step.no_transactions`` there,
        for work that must not happen twice; in ``down`` such work goes over what ``up`` had done and nothing else. The two
        are matched by ``name``, by default the collection's; BadInput ``step.same_name`` for one that was used already.
        """
        reading = Reading(collection, dict(query or {}), _names(fields), size)
        if exactly_once:
            self._once(reading, name or collection.name).each(self._remembering(work))
        else:
            self._walk(reading, f"each {name or collection.name}").each(work)

    def copy(
        self,
        source: Documents,
        target: Documents,
        transform: Transform,
        query: Query | None = None,
        size: int | None = None,
        fields: Iterable[str] | None = None,
        undo: Query | None = None,
    ) -> None:
        """Insert ``transform(document)`` (None: nothing) into ``target`` for every document of ``source``.

        Its ``_id`` must be derived from the source's: one that is there already is left alone. ``target`` is created
        when it is not there. ``undo`` selects what the copy makes, for ``reverse``; by default all in ``target`` that
        was not there before.
        """
        self._will_copy(target, undo or {})

        def work(batch: Batch, session: ClientSession | None) -> None:
            made = [document for document in map(transform, batch) if document is not None]
            if any("_id" not in document for document in made):
                raise BadInput("step.no_id", collection=target.name)
            inserting.insert(target, made, session, indivisible=self._ground.whole)

        reading = Reading(source, dict(query or {}), _names(fields), size)
        self._walk(reading, f"copy {target.name}").each(work)

    def fill(self, collection: Documents, field: str, value: Any = None, *, expression: Any = None) -> None:
        """Give ``field`` the ``value`` where it is missing, or what the aggregation ``expression`` makes of the document.

        What a field with dots lies in is made too. Raises Refused ``step.no_document`` where that is no document."""
        name, missing = self._own(collection), {field: {"$exists": False}}
        if not self._made.find("fill", collection=name, field=field):
            structure.require_documents(collection, field, missing)
            left = kept(collection, {field: {"$exists": True}})
            hollow = [kept(collection, structure.hollow(parent)) for parent in structure.around(field)]
            self._made.add("fill", collection=name, field=field, kept=left, hollow=hollow)
        change: Any = {"$set": {field: value}} if expression is None else [{"$set": {field: expression}}]

        def work(batch: Batch, session: ClientSession | None) -> None:
            wanted = {"_id": {"$in": [document["_id"] for document in batch]}, **missing}
            collection.update_many(wanted, change, session=session)

        self._walk(Reading(collection, missing, ()), f"fill {collection.name}.{field}").each(work)

    def rename_field(self, collection: Documents, old: str, new: str) -> None:
        """Rename a field of the top level, in its place. Raises Refused ``step.field_taken`` where ``new`` is there."""
        self._own(collection)
        if "." in old + new or "$" in old[:1] + new[:1] or "_id" in (old, new):
            raise BadInput("step.field_name", old=old, new=new)
        if not self._made.find("rename", collection=collection.name, old=old, new=new):
            taken = collection.count_documents({new: {"$exists": True}})
            if taken:
                raise Refused("step.field_taken", collection=collection.name, field=new, documents=taken)
            self._made.add("rename", collection=collection.name, old=old, new=new)
        reading = Reading(collection, {old: {"$exists": True}}, ())
        self._walk(reading, f"rename {collection.name}.{old}").each(reversing.renaming(collection, old, new))

    def merge(
        self, source: Documents, pipeline: Sequence[Query], target: Documents, query: Query | None = None,
        size: int | None = None, undo: Query | None = None,
    ) -> None:  # fmt: skip
        """Let the server make documents by ``pipeline`` and put those that are not there yet into ``target``.

        As ``copy``, without the documents' leaving the server; ``_id`` must be derived there too. No transactions.
        """
        if self._ground.whole:
            raise Refused("step.merge_in_transaction", collection=target.name)
        self._own(source)
        self._will_copy(target, undo or {})
        collation = structure.collation_between(self._ground, source.name, target.name)
        walk = self._walk(Reading(source, dict(query or {}), (), size), f"merge {target.name}")
        for batch in walk.give():
            wanted = {"$match": {"_id": {"$in": [document["_id"] for document in batch]}}}
            work = partial(inserting.merge, source, [wanted, *pipeline], target, collation)
            again(self._ground, work)

    def insert_ignoring_duplicates(self, collection: Documents, documents: Iterable[Mapping[str, Any]]) -> int:
        """Insert those whose ``_id`` (or unique key) is not there yet. Returns how many were new.

        Give each document an ``_id`` derived from what it is made of: then a repetition adds nothing. In a transaction that
        cannot be repeated without (``TRANSACTION``, ``exactly_once``) only a duplicate ``_id`` is ignored.
        """
        session = self.session if self.session.in_transaction else None
        indivisible = self._ground.whole or self._once_only
        return inserting.insert(collection, list(documents), session, indivisible=indivisible)

    def reverse(self) -> None:
        """For ``down``: take back what the helpers did in ``up``, newest first."""
        for entry in reversed(list(self._made.entries)):
            reversing.reverse(entry, self._made, self._ground, self._each_for_reversal)
            self._made.remove(entry)

    @property
    def done(self) -> int:
        """Documents that are done."""
        return sum(walk.done for walk in self._walks)

    @property
    def total(self) -> int:
        """Documents there are to do."""
        return sum(walk.total for walk in self._walks)

    @property
    def resumed(self) -> int:
        """Documents that an earlier attempt had done."""
        return sum(walk.resumed for walk in self._walks)

    @property
    def schemes(self) -> list[str]:
        """How batches were done by this attempt (``batches.IN_BATCHES``, ``batches.DERIVED``)."""
        return sorted({scheme for walk in self._walks for scheme in walk.schemes})

    @property
    def place(self) -> str | None:
        """The last checkpoint, as people read it; None when there is none."""
        begun = [walk for walk in self._walks if walk.done]
        return f"{begun[-1].label}: {begun[-1].done} / {begun[-1].total}" if begun else None

    def _walk(self, reading: Reading, label: str) -> Walk:
        earlier = sum(walk.label.partition(" #")[0] == label for walk in self._walks)
        name = f"{label} #{earlier + 1}" if earlier else label
        return self._begin(reading, name, lambda: self._checkpoints.claim(name))

    def _once(self, reading: Reading, name: str) -> Walk:
        if not self._ground.transactions:
            raise Refused("step.no_transactions", collection=reading.collection.name)
        label = f"once {name}"
        if any(walk.label == label for walk in self._walks):
            raise BadInput("step.same_name", collection=reading.collection.name, name=name)
        return self._begin(reading, label, lambda: self._checkpoints.claim_once(name))

    def _begin(self, reading: Reading, label: str, claim: Callable[[], Point]) -> Walk:
        structure.require_identifiers(self._ground, reading.collection.name)
        walk = Walk(self._ground, Unwritten() if self._ground.whole else claim(), reading, label)
        self._walks.append(walk)
        return walk

    def _remembering(self, work: Work) -> Work:
        """Work that must not be done again outside its transaction."""

        def once_only(batch: Batch, session: ClientSession | None) -> None:
            self._once_only = True
            try:
                work(batch, session)
            finally:
                self._once_only = False

        return once_only

    def _will_copy(self, target: Documents, undo: Query) -> None:
        self.ensure_collection(self._own(target))
        if not self._made.find("copy", collection=target.name):
            left = packed([]) if self._made.find("collection", name=target.name) else kept(target, undo)
            self._made.add("copy", collection=target.name, query=packed(dict(undo)), kept=left)

    def _each_for_reversal(self, collection: str, query: Query, work: Work, label: str) -> None:
        self._walk(Reading(self._ground.database[collection], query, ()), label).each(work)


def _names(fields: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if fields is None else tuple(fields)
