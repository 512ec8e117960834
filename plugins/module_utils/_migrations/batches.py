# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on a whole collection, in batches by ``_id``: at constant memory, with a checkpoint each, to be gone on with.

On a replica set a batch and its checkpoint are one transaction, which names the run that it belongs to: nothing is lost,
nothing is done twice, and a runner that was replaced writes nothing any more. On a server without transactions the
checkpoint follows the batch, and a batch may happen twice: then work must be such that this does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.errors import BadInput, EngineError, Failed
from .checkpoints import AlreadyDone, Point
from .ground import Ground

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

Batch = list[dict[str, Any]]
Work = Callable[[Batch, "ClientSession | None"], Any]
"""What is done with a batch; the session is in a transaction, or None where there is none."""

BATCH_DOCUMENTS = 5000
BATCH_BYTES = 8 << 20
"""A batch of documents that are read as a whole takes about this much."""
RETRY_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds before another try; the last goes on until lock or deadline end it."""
MOST_ENDED = 5
"""A change of primary ends a batch's transaction once or twice; what ends it more often ends it always."""
NO_SUCH_TRANSACTION, INVALID_OPTIONS = 251, 72
"""Codes of the server: a transaction that it has ended; options that a transaction does not allow."""
RETRIABLE = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


IN_BATCHES, DERIVED = "batches in transactions", "derived identifiers"
"""What makes a pass such that it can be gone on with."""


class Duplicates(Exception):
    """Documents that are to be inserted are there already, which ends a transaction."""


@dataclass(frozen=True)
class Reading:
    """Which documents, and what of them. ``size`` None: by the size of the documents."""

    collection: Documents
    query: Mapping[str, Any]
    fields: Sequence[str] | None = None
    size: int | None = None

    def count(self, *, whole: bool) -> int:
        """How many there are; without a query, and outside a transaction, as the server remembers it."""
        if self.query or whole:
            return self.collection.count_documents(dict(self.query))
        return self.collection.estimated_document_count()

    def batch_size(self, ground: Ground) -> int:
        if self.size is not None:
            return self.size
        if self.fields is not None and not self.fields:
            return BATCH_DOCUMENTS
        stats = {"collStats": self.collection.name}
        average = ground.apart(lambda: self.collection.database.command(stats).get("avgObjSize", 0))
        return max(1, min(BATCH_DOCUMENTS, BATCH_BYTES // int(average))) if average else BATCH_DOCUMENTS

    def next_batch(self, size: int, point: Point) -> Batch:
        """The ``size`` documents by ``_id`` that come next from the checkpoint; empty at the end.

        A query of its own, so nothing depends on a cursor that stays open. The bound is an index bound, not a comparison in
        the query: comparisons never leave the type of the value, and would end at the last ObjectId of a collection that
        also has text as ``_id``.
        """
        content = point.content
        begun, last = "last" in content, content.get("last")
        projection = {"_id": 1, **dict.fromkeys(self.fields, 1)} if self.fields is not None else None
        query = dict(self.query)
        if not point.back:
            if begun and content["included"]:
                rest = {"_id": {"$ne": last}}
                query = {"$and": [query, rest]} if query else rest
            cursor = self.collection.find(query, projection).sort("_id", 1).hint([("_id", 1)]).limit(size)
            return list(cursor.min([("_id", last)]) if begun else cursor)
        if begun and content["included"]:
            # An upper bound leaves out what it names.
            alone = {"_id": {"$eq": last}}
            found = list(self.collection.find({"$and": [query, alone]} if query else alone, projection))
            if found:
                return found
        cursor = self.collection.find(query, projection).sort("_id", -1).hint([("_id", 1)]).limit(size)
        return list(cursor.max([("_id", last)]) if begun else cursor)


class Walk:
    """One piece of a migration: a pass over a collection. ``label`` is what progress and errors call it."""

    def __init__(self, ground: Ground, point: Point, reading: Reading, label: str) -> None:
        self._ground, self._point, self._reading, self.label = ground, point, reading, label
        self.resumed = point.done
        self.schemes: set[str] = set()
        """How its batches were done, where they were not in one transaction with everything else."""

    @property
    def done(self) -> int:
        return self._point.done

    @property
    def total(self) -> int:
        return max(self._point.content["total"] or 0, self.done)

    def each(self, work: Work) -> None:
        """Do ``work`` with every batch that is not done yet."""
        for batch in self._batches():
            self._try(lambda batch=batch: self._one(batch, work))  # type: ignore[misc]
            self._told(batch)
        self._end()

    def give(self) -> Iterator[Batch]:
        """The batches that are not done yet; each is recorded when the next is asked for."""
        for batch in self._batches():
            yield batch
            self._try(lambda batch=batch: self._apart(batch))  # type: ignore[misc]
            self._told(batch)
        self._end()

    def _batches(self) -> Iterator[Batch]:
        if self._point.ended:
            return
        if not self._point.begun:
            self._point.begin(self._try(lambda: self._reading.count(whole=self._ground.whole)))
        size = self._try(lambda: self._reading.batch_size(self._ground))
        self._ground.progress.begin("migration", self.total, self.done)
        began, before = self._ground.clock.monotonic(), self.done
        while True:
            self._ground.check()
            batch = self._try(lambda: self._reading.next_batch(size, self._point))
            if not batch:
                return
            yield batch
            self._slow_down(began, self.done - before)

    def _one(self, batch: Batch, work: Work) -> None:
        session = self._ground.session
        if self._ground.whole:
            work(batch, session)
            self._record(batch)
        elif self._ground.transactions:
            try:
                with session.start_transaction(write_concern=self._ground.database.write_concern):
                    work(batch, session)
                    self._point.advance(batch[-1]["_id"], len(batch), session)
            except Duplicates:
                work(batch, None)
                self._apart(batch)
                return
            except AlreadyDone:
                pass
            self.schemes.add(IN_BATCHES)
            self._point.agreed(batch[-1]["_id"], len(batch))
        else:
            work(batch, None)
            self._apart(batch)

    def _apart(self, batch: Batch) -> None:
        """The batch was done; its checkpoint follows it."""
        self._record(batch)
        if not self._ground.whole:
            self.schemes.add(DERIVED)

    def _record(self, batch: Batch) -> None:
        with suppress(AlreadyDone):
            self._point.advance(batch[-1]["_id"], len(batch), None)
        self._point.agreed(batch[-1]["_id"], len(batch))

    def _told(self, batch: Batch) -> None:
        self._ground.progress.add(self.label, len(batch))

    def _end(self) -> None:
        if not self._point.ended:
            self._point.end()

    def _slow_down(self, began: float, done: int) -> None:
        """No more documents a second than allowed, over the whole pass."""
        rate = self._ground.limits.per_second
        while rate and (ahead := done / rate - (self._ground.clock.monotonic() - began)) > 0:
            self._ground.check()
            self._ground.clock.sleep(min(ahead, 1.0))

    def _try(self, attempt: Callable[[], Any]) -> Any:
        return again(self._ground, attempt)


def again(ground: Ground, attempt: Callable[[], Any]) -> Any:
    """``attempt`` until it succeeds, where a server that restarts or a change of primary is all that is wrong with it.

    Ends once lock or deadline are over. Inside a transaction there is one try. Raises BadInput ``step.without_session``, or
    Failed ``step.transaction_ended`` for what no repetition mends.
    """
    from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

    tries = ended = 0
    while True:
        try:
            return attempt()
        except PyMongoError as error:
            code = error.code if isinstance(error, OperationFailure) else None
            ended += code == NO_SUCH_TRANSACTION
            if ended > (0 if ground.whole else MOST_ENDED):
                raise Failed("step.transaction_ended", times=ended) from error
            if code == INVALID_OPTIONS and "writeConcern" in str(error):
                raise BadInput("step.without_session") from error
            if ground.whole or not _passing(error):
                raise
            try:
                ground.check()
            except EngineError as over:
                # A server that is gone tells more than the lock that was lost with it.
                raise (error if isinstance(error, ConnectionFailure) else over) from None
            ground.clock.sleep(RETRY_STEPS[min(tries, len(RETRY_STEPS) - 1)])
            tries += 1


def _passing(error: Any) -> bool:
    from pymongo.errors import ConnectionFailure

    return isinstance(error, ConnectionFailure) or any(error.has_error_label(label) for label in RETRIABLE)
