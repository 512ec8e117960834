# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that read a database's documents and hand them on as pieces of an archive."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.progress import Progress
from . import client as connections
from . import fingerprint, raw
from .archive_writer import Pieces, Segments, member, prelude

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

    from .catalogue import Collection
    from .client import Client

TOOL = "benevoclic.updates"
USERS = {
    "$admin.system.users": "system.users",
    "$admin.system.roles": "system.roles",
    "$admin.system.version": "system.version",
}
"""Accounts of a database in an archive: the namespace's name, and the collection of ``admin`` it comes from."""
THREADS = 4
BATCH_BYTES = 2 << 20
"""Documents of about so much are asked for at once."""
FEWEST, MOST = 1, 5000


@dataclass(frozen=True)
class _Namespace:
    """What one thread reads: ``database``.``collection``, all of it or what ``query`` finds, as ``name`` in the archive."""

    name: str
    database: str
    collection: str | None
    concern: dict[str, Any] | None = None
    query: dict[str, Any] | None = None


class Reading:
    """Threads that read and compress, and the counts of what they read."""

    def __init__(
        self, client: Client, database: str, collections: Sequence[Collection], moment: Any | None, progress: Progress
    ) -> None:
        self._client, self._database, self._collections = client, database, collections
        self._progress = progress
        self._moment = moment
        self._threads = min(THREADS, (os.cpu_count() or 1) + 1)
        self._pieces = Pieces(member(), self._threads)
        self._counts: dict[str, tuple[int, int]] = {}
        self._accounts = readable_accounts(client)
        self._sizes = _sizes(client, database, collections)

    @property
    def accounts(self) -> dict[str, int] | None:
        """Users and roles in the archive; None where the account may not read them."""
        if not self._accounts:
            return None
        return {key: self._counts[f"$admin.system.{key}"][0] for key in ("users", "roles")}

    def facts(self, collection: Collection) -> dict[str, Any]:
        documents, size = self._counts[collection.source or collection.name]
        indexes = [index["name"] for index in collection.indexes]
        return {
            "name": collection.name,
            "type": collection.kind,
            "documents": documents,
            "bytes": size,
            "indexes": indexes,
        }

    def run(self, write: Callable[[bytes], None]) -> None:
        self._progress.begin("dump", sum(size for _documents, size in self._sizes.values()))
        head = prelude(
            self._database,
            self._collections,
            self._accounts,
            connections.server_version(self._client),
            TOOL,
            self._threads,
        )
        self._pieces.put(head)
        threading.Thread(target=self._read_everything, daemon=True).start()
        self._pieces.drain(write)

    def _read_everything(self) -> None:
        """Accounts first, one after the other: the stock mongorestore finds them nowhere else. Then several at once."""
        guard = threading.Lock()
        self._read_all(iter(self._accounts_of_it()), guard)
        # the biggest first, so that no thread is left alone with it at the end
        left = sorted(self._data(), key=lambda item: -self._sizes.get(item.name, (0, 0))[1])
        work = iter(left)
        readers = [
            threading.Thread(target=self._read_all, args=(work, guard), daemon=True) for _reader in range(self._threads)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self._pieces.finish()

    def _data(self) -> list[_Namespace]:
        return [
            _Namespace(item.source or item.name, self._database, item.source, fingerprint.snapshot(self._moment, item))
            for item in self._collections
        ]

    def _accounts_of_it(self) -> list[_Namespace]:
        whose = {"db": self._database}
        return [
            _Namespace(name, "admin", USERS[name], None, {} if name.endswith("version") else whose)
            for name in self._accounts
        ]

    def _read_all(self, work: Iterable[_Namespace], guard: threading.Lock) -> None:
        try:
            with self._client.start_session(causal_consistency=False) as session:
                while True:
                    with guard:
                        namespace = next(iter(work), None)
                    if namespace is None:
                        return
                    self._read(namespace, session)
        except BaseException as error:
            self._pieces.fail(error)

    def _read(self, namespace: _Namespace, session: ClientSession) -> None:
        segments = Segments(self._database, namespace.name)
        documents = size = 0
        if namespace.collection is not None:
            batches = raw.read(
                self._client,
                namespace.database,
                namespace.collection,
                session,
                namespace.concern,
                self._batch(namespace.name),
                namespace.query,
            )
            with closing(batches):
                for batch in batches:
                    self._pieces.put(segments.documents(batch.data))
                    documents += batch.documents
                    size += len(batch.data)
                    self._progress.add(namespace.name, len(batch.data))
                    del batch  # one of 16 MiB would lie there while the next one comes
        self._pieces.put(segments.end())
        self._counts[namespace.name] = (documents, size)

    def _batch(self, name: str) -> int:
        """How many documents make a batch of some megabytes."""
        documents, size = self._sizes.get(name, (0, 0))
        return max(FEWEST, min(MOST, BATCH_BYTES * documents // size)) if size else MOST


def _sizes(client: Client, database: str, collections: Sequence[Collection]) -> dict[str, tuple[int, int]]:
    """Documents and bytes by source, as the server estimates them; what it does not tell counts as nothing."""
    from pymongo.errors import OperationFailure

    found = {}
    for collection in collections:
        if collection.source is None:
            continue
        try:
            stats = client[database].command("collStats", collection.source)
            found[collection.source] = (int(stats.get("count", 0)), int(stats.get("size", 0)))
        except OperationFailure:
            found[collection.source] = (0, 0)
    return found


def readable_accounts(client: Client) -> tuple[str, ...]:
    """The namespaces of accounts, or none where this account may not read them."""
    from pymongo.errors import OperationFailure

    try:
        for collection in USERS.values():
            client.admin[collection].find_one({}, {"_id": 1})
    except OperationFailure as error:
        if error.code != connections.UNAUTHORIZED:
            raise
        return ()
    return tuple(USERS)
