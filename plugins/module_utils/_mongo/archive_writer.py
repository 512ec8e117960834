# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an archive: pieces come compressed from several threads, one writer puts them into the file."""

from __future__ import annotations

import gzip
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from . import archive_format as form
from .output import LEVEL

if TYPE_CHECKING:
    from .catalogue import Collection

WAITING_BYTES = 8 << 20
"""Documents that wait to be compressed and written; one piece more is let in."""


def prelude(
    database: str,
    collections: Sequence[Collection],
    accounts: Sequence[str],
    server_version: str,
    tool: str,
    threads: int,
) -> bytes:
    """Everything before the first segment."""
    from bson import encode

    header = {
        "concurrent_collections": threads,
        "version": form.FORMAT_VERSION,
        "server_version": server_version,
        "tool_version": tool,
    }
    parts = [form.MAGIC, encode(header)]
    for item in collections:
        kind = "" if item.kind == "collection" else item.kind
        entry = {"db": database, "collection": item.name, "metadata": item.metadata(), "size": 0, "type": kind}
        parts.append(encode(entry))
    parts += [encode({"db": database, "collection": name, "metadata": "", "size": 0, "type": ""}) for name in accounts]
    return b"".join([*parts, form.TERMINATOR])


class Segments:
    """One namespace's segments, in order; ``source`` is the collection that holds the documents."""

    def __init__(self, database: str, source: str) -> None:
        self._database, self._source = database, source
        self._crc = 0
        self._head = self._header(eof=False, crc=0)

    def documents(self, data: bytes) -> bytes:
        """A segment with documents, back to back."""
        self._crc = form.crc64(data, self._crc)
        return b"".join((self._head, data, form.TERMINATOR))

    def end(self) -> bytes:
        """The namespace is whole."""
        return self._header(eof=True, crc=form.signed(self._crc)) + form.TERMINATOR

    def _header(self, *, eof: bool, crc: int) -> bytes:
        from bson import encode
        from bson.int64 import Int64

        return encode({"db": self._database, "collection": self._source, "EOF": eof, "CRC": Int64(crc)})


def member() -> Callable[[bytes], bytes]:
    """What makes a gzip member of a piece: isal where it can be imported, else the standard library. Frees the GIL."""
    try:
        from isal import igzip
    except ImportError:
        return lambda data: gzip.compress(data, LEVEL, mtime=0)
    return lambda data: bytes(igzip.compress(data, LEVEL, mtime=0))


class Pieces:
    """Between those who read and the one who writes: pieces are compressed by threads of their own and stay in order.

    What waits is bounded by bytes; the first failure ends it for all.
    """

    def __init__(self, compress: Callable[[bytes], bytes], threads: int) -> None:
        self._compress = compress
        self._pool = ThreadPoolExecutor(threads)
        self._queue: queue.SimpleQueue[tuple[int, Future[bytes]] | None] = queue.SimpleQueue()
        self._room = threading.Condition()
        self._waiting = 0
        self._failure: BaseException | None = None

    def put(self, piece: bytes) -> None:
        """Waits for room. Raises the failure of another thread."""
        with self._room:
            self._room.wait_for(lambda: self._waiting < WAITING_BYTES or self._failure is not None)
            self._raise()
            self._waiting += len(piece)
        self._queue.put((len(piece), self._pool.submit(self._compress, piece)))

    def fail(self, error: BaseException) -> None:
        """What stops everybody; the first one counts."""
        with self._room:
            self._failure = self._failure or error
            self._room.notify_all()
        self._queue.put(None)

    def finish(self) -> None:
        """Nothing more will come."""
        self._queue.put(None)

    def drain(self, write: Callable[[bytes], None]) -> None:
        """Write every piece until the end. Raises the failure of those who read, or of ``write``."""
        try:
            while (item := self._queue.get()) is not None:
                size, piece = item
                write(piece.result())
                with self._room:
                    self._waiting -= size
                    self._room.notify_all()
        except BaseException as error:
            self.fail(error)
            raise
        finally:
            self._pool.shutdown(cancel_futures=True)
        self._raise()

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure
