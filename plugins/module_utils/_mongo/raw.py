# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors whose documents are never decoded: bytes from the server's answer to the file, at constant memory."""

from __future__ import annotations

import struct
from collections.abc import Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

    from .client import Client

BATCH_DOCUMENTS = 3000
AHEAD_BYTES = 4 << 20
"""While a batch of up to so much is used, the server already works on the next one; larger ones are not worth their memory."""
_INT32 = struct.Struct("<i")
_INT64 = struct.Struct("<q")
_DOCUMENT, _ARRAY, _LONG = 0x03, 0x04, 0x12
_FIXED = {0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, _LONG: 8, 0x13: 16, 0x7F: 0, 0xFF: 0}
_LENGTH_INCLUDED = (_DOCUMENT, _ARRAY, 0x0F)
_LENGTH_BEFORE = {0x02: 4, 0x05: 5, 0x0D: 4, 0x0E: 4}


class Batch(NamedTuple):
    """Documents back to back, as BSON files hold them, and how many."""

    data: bytes
    documents: int


def read(
    client: Client,
    database: str,
    collection: str,
    session: ClientSession,
    read_concern: Mapping[str, Any] | None = None,
    batch_documents: int = BATCH_DOCUMENTS,
    query: Mapping[str, Any] | None = None,
) -> Generator[Batch, None, None]:
    """Every document of ``collection``, or those that ``query`` finds, in batches. The cursor belongs to ``session``.

    To be closed (contextlib.closing) by who may leave early: the server then forgets the cursor.
    """
    from bson.codec_options import CodecOptions
    from bson.int64 import Int64
    from bson.raw_bson import RawBSONDocument
    from pymongo.errors import PyMongoError

    options: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
    source = client[database]
    first: dict[str, Any] = {"find": collection, "batchSize": batch_documents}
    if query:
        first["filter"] = dict(query)
    if read_concern:
        first["readConcern"] = dict(read_concern)

    def ask(command: dict[str, Any]) -> bytes:
        return bytes(source.command(command, codec_options=options, session=session).raw)

    def more() -> Future[bytes] | None:
        command = {"getMore": Int64(cursor_id), "collection": collection, "batchSize": batch_documents}
        return ahead.submit(ask, command) if cursor_id else None

    cursor_id = 0
    with ThreadPoolExecutor(1) as ahead:
        coming: Future[bytes] | None = ahead.submit(ask, first)
        try:
            while coming is not None:
                cursor_id, batch = parse(coming.result())
                early = len(batch.data) <= AHEAD_BYTES
                coming = more() if early else None
                if batch.documents:
                    yield batch
                del batch
                coming = coming if early else more()
        except GeneratorExit:
            if cursor_id:
                wait([coming] if coming else [])
                # Whoever leaves early has a reason that counts more than a server that cannot be told.
                with suppress(PyMongoError):
                    source.command({"killCursors": collection, "cursors": [Int64(cursor_id)]}, session=session)
            raise


def parse(reply: bytes) -> tuple[int, Batch]:
    """Cursor id and documents of an answer to find or getMore."""
    kind, start = _find(reply, 0, (b"cursor",))
    if kind != _DOCUMENT:
        raise ValueError("an answer without a cursor")
    kind, array = _find(reply, start, (b"firstBatch", b"nextBatch"))
    id_kind, identifier = _find(reply, start, (b"id",))
    if kind != _ARRAY or id_kind != _LONG:
        raise ValueError("a cursor without a batch or an id")
    return _INT64.unpack_from(reply, identifier)[0], _documents(reply, array)


def _find(data: bytes, start: int, names: tuple[bytes, ...]) -> tuple[int, int]:
    """Type and place of the value of the first element called one of ``names``; (0, 0) when there is none."""
    position, end = start + 4, start + _INT32.unpack_from(data, start)[0] - 1
    while position < end:
        kind = data[position]
        name_end = data.index(0, position + 1)
        if data[position + 1 : name_end] in names:
            return kind, name_end + 1
        position = name_end + 1 + _size(data, kind, name_end + 1)
    return 0, 0


def _size(data: bytes, kind: int, place: int) -> int:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in _LENGTH_INCLUDED:
        return int(_INT32.unpack_from(data, place)[0])
    if kind in _LENGTH_BEFORE:
        return int(_INT32.unpack_from(data, place)[0]) + _LENGTH_BEFORE[kind]
    raise ValueError(f"BSON type {kind:#x} in a server's answer")


def _documents(data: bytes, start: int) -> Batch:
    """The documents of an array without its keys (a key is the place in decimal digits).

    The driver's C code does it four times faster; it is not public, hence the same in Python where it is missing.
    """
    try:
        from bson._cbson import _array_of_documents_to_buffer as strip
    except ImportError:
        return _stripped(data, start)
    end = start + _INT32.unpack_from(data, start)[0]
    found = strip(memoryview(data)[start:end])
    return Batch(found, _count(found))


def _count(data: bytes) -> int:
    """Documents back to back, counted by their lengths."""
    position, count, end, length = 0, 0, len(data), _INT32.unpack_from
    while position < end:
        position += length(data, position)[0]
        count += 1
    return count


def _stripped(data: bytes, start: int) -> Batch:
    view, pieces = memoryview(data), []
    position, end = start + 4, start + _INT32.unpack_from(data, start)[0] - 1
    while position < end:
        place = data.index(0, position + 1) + 1
        position = place + _INT32.unpack_from(data, place)[0]
        pieces.append(view[place:position])
    return Batch(b"".join(pieces), len(pieces))
