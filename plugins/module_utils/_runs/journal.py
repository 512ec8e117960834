# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a run: one JSON record a line, each fsynced, each carrying the hash of the one before.

A record is ``{"seq", "at", "kind", "data", "previous", "hash"}``; ``hash`` is the SHA-256 of the record without
it, in canonical JSON. A last line that a crash cut short never counted, and is cut off before the next is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.clock import Clock, iso
from .._core.errors import Failed
from .._core.files import RECORD_MODE, read_bytes, sha256_bytes, sync_folder

GENESIS = "0" * 64
Record = dict[str, Any]


def seal(record: Mapping[str, Any]) -> str:
    """The hash of a record, its own ``hash`` left out."""
    body = {key: value for key, value in record.items() if key != "hash"}
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256_bytes(canonical.encode(errors="surrogatepass"))


def read_chain(path: Path) -> list[Record]:
    """All whole records. Raises Failed ``journal.broken`` at the first that was edited, moved or removed."""
    content = read_bytes(path)
    whole = content[: content.rfind(b"\n") + 1]
    records: list[Record] = []
    previous = GENESIS
    for number, line in enumerate(whole.splitlines(), start=1):
        record = _parse(path, number, line)
        if record.get("previous") != previous or record.get("hash") != seal(record):
            raise Failed("journal.broken", path=str(path), line=number)
        previous = record["hash"]
        records.append(record)
    return records


def _parse(path: Path, number: int, line: bytes) -> Record:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise Failed("journal.broken", path=str(path), line=number) from error
    if not isinstance(record, dict):
        raise Failed("journal.broken", path=str(path), line=number)
    return record


class Chain:
    """Appends records to a hash-chained file (the journal of a run, the ledger of a stack)."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self.records: list[Record] = read_chain(path) if os.path.lexists(path) else []

    @property
    def head(self) -> str:
        """Hash of the last record."""
        return str(self.records[-1]["hash"]) if self.records else GENESIS

    def append(self, kind: str, data: Mapping[str, Any]) -> Record:
        """Write one record and make it durable before returning. Raises Failed ``file.unwritable``."""
        record: Record = {
            "seq": len(self.records) + 1,
            "at": iso(self._clock.now()),
            "kind": kind,
            "data": json.loads(json.dumps(dict(data))),
            "previous": self.head,
        }
        record["hash"] = seal(record)
        line = json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass") + b"\n"
        try:
            self._write(line)
        except OSError as error:
            raise Failed("file.unwritable", path=str(self._path), found=error.strerror or str(error)) from error
        self.records.append(record)
        return record

    def _write(self, line: bytes) -> None:
        created = not self._path.exists()
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, RECORD_MODE)
        try:
            whole = _whole_length(handle)
            os.ftruncate(handle, whole)
            os.pwrite(handle, line, whole)
            os.fsync(handle)
        finally:
            os.close(handle)
        if created:
            sync_folder(self._path.parent)


def _whole_length(handle: int) -> int:
    """Bytes up to the end of the last whole line."""
    size = os.fstat(handle).st_size
    while size:
        start = max(0, size - 4096)
        position = os.pread(handle, size - start, start).rfind(b"\n")
        if position >= 0:
            return start + position + 1
        size = start
    return 0
