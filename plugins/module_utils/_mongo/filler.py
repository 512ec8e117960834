# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that insert what an archive holds, and that read it back."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from .._core.progress import Progress
from . import raw
from .archive import Chunk, Namespace
from .catalogue import BUCKETS
from .compare import Content, split

if TYPE_CHECKING:
    from .client import Client
    from .load import Target

WAITING_CHUNKS = 4
"""Pieces of about a megabyte, or one large document, that wait to be inserted."""


class Filler:
    """Inserts chunks; counts and sums what it inserted."""

    def __init__(
        self, client: Client, target: Target, wanted: Sequence[Namespace], progress: Progress, workers: int
    ) -> None:
        self._client, self._target, self._progress, self._workers = client, target, progress, workers
        self._wanted = {item.collection: item for item in wanted if item.kind != "view"}
        self._found = {item.collection: Content() for item in wanted}
        self._guard = threading.Lock()

    def fill(self, chunks: Iterable[Chunk]) -> dict[str, Content]:
        """Insert all of it, durably. A capped collection is filled in its order, by this thread alone."""
        lanes = Lanes(self._insert, self._workers)
        try:
            for chunk in chunks:
                item = self._wanted.get(chunk.collection)
                if item is None:
                    continue
                if item.options.get("capped"):
                    self._insert(chunk)
                else:
                    lanes.put(chunk)
        finally:
            lanes.close()
        lanes.check()
        self._make_durable()
        return self._found

    def _insert(self, chunk: Chunk) -> None:
        from bson.raw_bson import RawBSONDocument
        from pymongo.errors import BulkWriteError

        item = self._wanted[chunk.collection]
        documents = list(split(chunk.data))
        # The command itself: insert_many looks at every document in Python, which costs as much again.
        reply = self._client[self._target.database].command(
            {
                "insert": place(item, self._target.rename),
                "documents": [RawBSONDocument(document) for document in documents],
                "ordered": bool(item.options.get("capped")),
                "bypassDocumentValidation": True,
                "writeConcern": {"w": 1, "j": False},
            }
        )
        if reply.get("writeErrors"):
            raise BulkWriteError(reply)
        content = Content.of(documents, len(chunk.data))
        with self._guard:
            self._found[chunk.collection] += content
        self._progress.add(chunk.collection, len(chunk.data))

    def _make_durable(self) -> None:
        """A write that changes nothing waits until everything before it is on a majority, in the journal."""
        from bson import ObjectId
        from pymongo.write_concern import WriteConcern

        for item in self._wanted.values():
            if item.kind == "collection":
                name = self._target.rename(item.collection)
                durable = WriteConcern(w="majority", j=True)
                self._client[self._target.database].get_collection(name, write_concern=durable).delete_one(
                    {"_id": ObjectId()}
                )
                return


def place(item: Namespace, rename: Callable[[str], str]) -> str:
    """The collection that takes the documents of ``item``."""
    name = rename(item.collection)
    return BUCKETS + name if item.kind == "timeseries" else name


def read_back(
    client: Client, target: Target, wanted: Sequence[Namespace], progress: Progress, workers: int
) -> dict[str, Content]:
    """What the server has now, by true name."""
    found: dict[str, Content] = {}

    def read(item: Namespace) -> None:
        content = Content()
        with (
            client.start_session(causal_consistency=False) as session,
            closing(raw.read(client, target.database, place(item, target.rename), session)) as batches,
        ):
            for batch in batches:
                content += Content.of(list(split(batch.data)), len(batch.data))
                progress.add(item.collection, len(batch.data))
        found[item.collection] = content

    lanes = Lanes(read, workers)
    try:
        for item in wanted:
            lanes.put(item)
    finally:
        lanes.close()
    lanes.check()
    return found


class Lanes:
    """Threads that do ``work`` on what is put in; the first failure stops them all."""

    def __init__(self, work: Callable[[Any], None], threads: int) -> None:
        self._work = work
        self._queue: queue.Queue[Any] = queue.Queue(WAITING_CHUNKS)
        self._failure: BaseException | None = None
        self._threads = [threading.Thread(target=self._go, daemon=True) for _thread in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, item: Any) -> None:
        """Waits for room. Raises the failure of a thread."""
        self.check()
        self._queue.put(item)

    def close(self) -> None:
        """No more: waits until everything that was put in is done, or passed over after a failure."""
        for _thread in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def check(self) -> None:
        """Raises the first failure."""
        if self._failure is not None:
            raise self._failure

    def _go(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._failure is not None:
                continue
            try:
                self._work(item)
            except BaseException as error:
                self._failure = self._failure or error
