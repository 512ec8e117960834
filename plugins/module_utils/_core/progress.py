# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far long work has come: told to a file that the controller looks at, since a module cannot stream."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from .clock import Clock
from .errors import EngineError
from .files import write_json

SCHEMA = 1
EVERY_SECONDS = 1.0
WORKS = ("dump", "proof", "load", "index", "copy", "migration", "build")
"""What can be under way: reading a database into a set, reading a set, filling a database, its indexes, keeping aside; a
migration's pass over a collection, an index that it builds."""
OF_DOCUMENTS = ("migration", "build")
"""Works that are counted in documents where the others are in bytes."""


class Progress(Protocol):
    """Told by the work, from any thread; telling is cheap."""

    def begin(self, work: str, total_bytes: int, done_bytes: int = 0) -> None:
        """A new piece of work of about ``total_bytes`` (0: unknown), of which ``done_bytes`` were done earlier."""

    def add(self, item: str, done_bytes: int) -> None:
        """``done_bytes`` more were done, of ``item`` (a collection)."""

    def end(self) -> None:
        """The work is over, well or not."""


class Silent:
    """Tells nobody."""

    def begin(self, work: str, total_bytes: int, done_bytes: int = 0) -> None:
        return

    def add(self, item: str, done_bytes: int) -> None:
        return

    def end(self) -> None:
        return


class FileProgress:
    """Keeps ``path`` (progress.json) at most a second behind.

    The file: ``schema``, ``state`` (running, ended), ``work``, ``item``, ``done_bytes``, ``total_bytes``, ``percent``
    (None: unknown), ``bytes_per_second``, ``elapsed_seconds``, ``remaining_seconds`` (None: unknown). Bytes are documents
    for the works in ``OF_DOCUMENTS``.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock
        self._guard = threading.Lock()
        self._work, self._item = "", ""
        self._done = self._before = self._total = 0
        self._started = self._written = clock.monotonic()

    def begin(self, work: str, total_bytes: int, done_bytes: int = 0) -> None:
        with self._guard:
            self._work, self._item, self._total = work, "", total_bytes
            self._done = self._before = done_bytes
            self._started = self._clock.monotonic()
            self._write("running")

    def add(self, item: str, done_bytes: int) -> None:
        with self._guard:
            self._item = item
            self._done += done_bytes
            if self._clock.monotonic() - self._written >= EVERY_SECONDS:
                self._write("running")

    def end(self) -> None:
        with self._guard:
            self._write("ended")

    def _write(self, state: str) -> None:
        self._written = self._clock.monotonic()
        # Who cannot be told of the progress must not lose the work.
        with suppress(EngineError):
            write_json(self._path, {"schema": SCHEMA, "state": state, **self._facts()})

    def _facts(self) -> dict[str, Any]:
        elapsed = self._clock.monotonic() - self._started
        rate = (self._done - self._before) / elapsed if elapsed > 0 else 0.0
        known = self._total > 0
        return {
            "work": self._work,
            "item": self._item,
            "done_bytes": self._done,
            "total_bytes": self._total,
            "percent": min(99, self._done * 100 // self._total) if known else None,
            "bytes_per_second": round(rate),
            "elapsed_seconds": round(elapsed, 1),
            "remaining_seconds": round(max(0, self._total - self._done) / rate, 1) if known and rate > 0 else None,
        }
