# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads an archive of ``mongodump``, ours or the stock tool's: as a stream, and nothing that is wrong with it passes."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from .._core.errors import Failed
from . import archive_format as form
from .catalogue import BUCKETS

READ_BYTES = 1 << 20
LARGEST = 48 << 20
"""Bytes of the largest document that a server could have stored, with room; anything beyond is damage."""
SMALLEST = 5
ACCOUNTS = "$admin."
_LENGTH = struct.Struct("<i")
_END = -1


@dataclass(frozen=True)
class Namespace:
    """A collection, view or time series of the archive: ``kind`` says which; ``source`` is the name of its segments."""

    database: str
    collection: str
    kind: str
    metadata: Mapping[str, Any]

    @property
    def source(self) -> str:
        return BUCKETS + self.collection if self.kind == "timeseries" else self.collection

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.metadata.get("options") or {})

    @property
    def indexes(self) -> list[dict[str, Any]]:
        return [dict(index) for index in self.metadata.get("indexes") or []]

    @property
    def accounts(self) -> bool:
        """Whether it holds users or roles of the database instead of its data."""
        return self.collection.startswith(ACCOUNTS)


class Chunk(NamedTuple):
    """Documents of ``collection`` back to back, and how many."""

    collection: str
    data: bytes
    documents: int


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive at ``path``. Raises Failed ``archive.…``, which says what is wrong, also while it is read."""
    try:
        with _decompressed(path) as stream:
            yield Archive(stream, path)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _unreadable(path, error) from error
    except Exception as error:
        # isal has an error class of its own, which cannot be named where it is not installed
        if type(error).__module__.startswith(("isal", "igzip")):
            raise _unreadable(path, error) from error
        raise


def _decompressed(path: Path) -> BinaryIO:
    try:
        from isal import igzip
    except ImportError:
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return igzip.open(path, "rb")  # type: ignore[no-any-return, no-untyped-call]


def _unreadable(path: Path, error: Exception) -> Failed:
    return Failed("archive.unreadable", path=str(path), found=f"{type(error).__name__}: {error}")


class Archive:
    """Header and namespaces at once, the documents as they are asked for."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream, self._path = stream, path
        self._data, self._at = b"", 0
        begin = self._take(4)
        if begin != form.MAGIC:
            raise self._wrong("foreign", found=begin.hex())
        header = self._decoded()
        self.server_version = str(header.get("server_version"))
        self.tool_version = str(header.get("tool_version"))
        if header.get("version") != form.FORMAT_VERSION:
            raise self._wrong("foreign", found=header.get("version"))
        self.namespaces = tuple(self._prelude())

    def chunks(self) -> Iterator[Chunk]:
        """All documents, in the order of the archive; at the end every namespace was whole, or Failed was raised."""
        by_source = {item.source: item for item in self.namespaces}
        checksums = dict.fromkeys(by_source, 0)
        left = set(by_source)
        while not self._ended():
            header = self._decoded()
            name = header.get("collection")
            if set(header) != {"db", "collection", "EOF", "CRC"} or name not in left:
                raise self._wrong("order", collection=name)
            if header["EOF"]:
                if form.signed(checksums[name]) != header["CRC"]:
                    raise self._wrong("checksum", collection=name)
                if self._take(4) != form.TERMINATOR:
                    raise self._wrong("order", collection=name)
                left.remove(name)
                continue
            for data, documents in self._segment():
                checksums[name] = form.crc64(data, checksums[name])
                yield Chunk(by_source[name].collection, data, documents)
        if left:
            raise self._wrong("incomplete", collections=", ".join(sorted(left)))

    def _prelude(self) -> Iterator[Namespace]:
        from bson import json_util

        while self._peek() != _END:
            entry = self._decoded()
            text = entry.get("metadata") or "{}"
            metadata = json_util.loads(text, json_options=json_util.CANONICAL_JSON_OPTIONS)
            yield Namespace(str(entry["db"]), str(entry["collection"]), entry.get("type") or "collection", metadata)
        self._take(4)

    def _segment(self) -> Iterator[tuple[bytes, int]]:
        """The documents up to the terminator, in pieces that end at a document's end."""
        while True:
            start, position, count, end = self._at, self._at, 0, len(self._data)
            data, unpack = self._data, _LENGTH.unpack_from
            length = 0
            while position + 4 <= end:
                (length,) = unpack(data, position)
                if length == _END or position + length > end:
                    break
                if length < SMALLEST or data[position + length - 1]:
                    raise self._wrong("document", size=length)
                position += length
                count += 1
                length = 0
            if count:
                self._at = position
                yield data[start:position], count
            if length == _END:
                self._take(4)
                return
            self._need(max(length, 4))

    def _decoded(self) -> dict[str, Any]:
        from bson import decode
        from bson.errors import BSONError

        raw = self._take(self._peek())
        try:
            return dict(decode(raw))
        except BSONError as error:
            raise self._wrong("unreadable", found=error) from error

    def _peek(self) -> int:
        """The length that comes next, or -1 for a terminator."""
        self._need(4)
        return int(_LENGTH.unpack_from(self._data, self._at)[0])

    def _take(self, size: int) -> bytes:
        self._need(size)
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def _need(self, size: int) -> None:
        if not 0 < size <= LARGEST:
            raise self._wrong("document", size=size)
        while len(self._data) - self._at < size:
            more = self._stream.read(max(READ_BYTES, size - len(self._data) + self._at))
            if not more:
                raise self._wrong("truncated")
            self._data = self._data[self._at :] + more
            self._at = 0

    def _ended(self) -> bool:
        if self._at < len(self._data):
            return False
        self._data, self._at = self._stream.read(READ_BYTES), 0
        return not self._data

    def _wrong(self, what: str, **details: object) -> Failed:
        return Failed(f"archive.{what}", path=str(self._path), **details)
