# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was sent already, so that a run that is repeated or recovered repeats nothing.

One file a run (or whatever a message belongs to), ``sent.jsonl``: a line before the first attempt and one after the last.
A message with a first line only was cut off: it may have arrived.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core.clock import Clock, iso
from .._core.files import SECRET_MODE
from .channel import Channel
from .event import Event

TRYING, SENT, FAILED, UNCLEAR = "trying", "sent", "failed", "unclear"
KEPT_DAYS = 90
"""A file of the folder that nobody wrote to for so long is removed: its run is long over."""
_SAFE = re.compile(r"[^A-Za-z0-9._-]")


def message_key(scope: str, channel: Channel, event: Event, recipient: str) -> str:
    """The same for the same news, channel and recipient within ``scope``, whenever it is told."""
    news = [event.title, event.lead, event.message, event.log, event.fields, event.percent]
    parts = [scope, channel.entry.name, channel.entry.kind, event.audience, event.status.name, recipient, news]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def thread_key(scope: str, channel: Channel, event: Event) -> str:
    """The same for all messages of ``scope`` in a channel: they may take one another's place."""
    parts = [scope, channel.entry.name, channel.entry.kind, channel.target(), event.audience]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def ledger_path(folder: Path, stack: str, scope: str) -> Path:
    """A file name that people recognize and that no run id can lead astray."""
    digest = hashlib.sha256(f"{stack}\n{scope}".encode(errors="replace")).hexdigest()[:12]
    return folder / f"{_SAFE.sub('_', f'{stack}-{scope}')[:100]}-{digest}.jsonl"


class SentLedger:
    """``path`` None: nothing is remembered beyond ``known``, the messages of results that a journal holds.

    A ledger that cannot be read or written never keeps a message back: ``trouble`` says why it is of no use.
    """

    def __init__(self, path: Path | None, clock: Clock, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._path = path
        self._clock = clock
        self._outcomes: dict[str, str] = {}
        self._receipts: dict[str, str] = {}
        self._handle: int | None = None
        self.trouble = ""
        for record in known:
            self._learn(record)

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Read it, and keep other processes from sending for the same run, for ``patience`` seconds at most."""
        try:
            self._open(patience)
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
        try:
            yield
        finally:
            handle, self._handle = self._handle, None
            if handle is not None:
                os.close(handle)

    def outcome(self, key: str) -> str:
        """What became of it; empty when it was never tried."""
        return self._outcomes.get(key, "")

    def receipt(self, thread: str) -> str:
        """The provider's name of the last message of the thread."""
        return self._receipts.get(thread, "")

    def write(self, record: Mapping[str, Any]) -> None:
        """Remember ``record``: key, thread, channel, status, outcome, receipt."""
        self._learn(record)
        handle = self._handle
        if handle is None:
            return
        line = json.dumps({"at": iso(self._clock.now()), **record}, ensure_ascii=False).encode(errors="replace") + b"\n"
        try:
            os.write(handle, line)
            os.fsync(handle)
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__

    def _learn(self, record: Mapping[str, Any]) -> None:
        key, outcome = str(record.get("key", "")), str(record.get("outcome", ""))
        if not key or self._outcomes.get(key) == SENT:
            return
        self._outcomes[key] = outcome
        if outcome == SENT and record.get("receipt"):
            self._receipts[str(record.get("thread", ""))] = str(record["receipt"])

    def _open(self, patience: float) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, SECRET_MODE)
        deadline = self._clock.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if self._clock.monotonic() >= deadline:
                    self.trouble = "lock"
                    break
                self._clock.sleep(0.05)
        content = self._path.read_bytes()
        if content and not content.endswith(b"\n"):
            os.write(self._handle, b"\n")
        for line in content.splitlines():
            self._learn(_record(line))
        _prune(self._path.parent)


def _record(line: bytes) -> Mapping[str, Any]:
    """A line that was cut off says nothing."""
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _prune(folder: Path) -> None:
    oldest = time.time() - KEPT_DAYS * 86400
    for path in folder.glob("*.jsonl"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue
