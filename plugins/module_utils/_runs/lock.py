# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lock a stack.

Two things in one file: an ``flock`` held by the process that works right now, whose descriptor its commands
inherit (so that a successor also waits for an orphaned ``docker compose``), and, as the file's content, the run that
owns the stack from its opening to its closing, between two module processes too.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.errors import Failed, LockHeld, Refused
from .._core.files import RECORD_MODE, read_bytes
from .layout import is_run_id

POLL_SECONDS = 0.2
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

Owner = dict[str, Any]


def boot_id() -> str:
    """Identifies this boot of this host; empty where the kernel does not tell."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def read_owner(path: Path) -> Owner | None:
    """The run that owns the stack, or None. Takes no lock, so it never waits.

    A content that is no owner (cut short by a crash) counts as none: the journals tell then. Raises Failed
    ``file.unreadable``.
    """
    if not os.path.lexists(path):
        return None
    try:
        owner = json.loads(read_bytes(path) or b"null")
    except ValueError:
        return None
    return owner if isinstance(owner, dict) and is_run_id(owner.get("run_id")) else None


class HeldLock:
    """The flock, held by this process; writes the owner."""

    def __init__(self, descriptor: int, path: Path, clock: Clock) -> None:
        self.descriptor = descriptor
        self._path = path
        self._clock = clock

    def write_owner(self, owner: Mapping[str, Any] | None) -> None:
        """Set the owner (with a heartbeat by boot clock) or, with None, set the stack free."""
        data = b""
        if owner is not None:
            heartbeat = {"boot_id": boot_id(), "heartbeat_boottime": round(self._clock.boottime(), 1)}
            data = json.dumps({**owner, **heartbeat}, ensure_ascii=False).encode() + b"\n"
        try:
            os.pwrite(self.descriptor, data, 0)
            os.ftruncate(self.descriptor, len(data))
            os.fsync(self.descriptor)
        except OSError as error:
            raise Failed("file.unwritable", path=str(self._path), found=error.strerror or str(error)) from error


@contextmanager
def hold(path: Path, clock: Clock, wait_seconds: float) -> Iterator[HeldLock]:
    """Hold the flock. Raises LockHeld ``lock.busy`` with the owner when it is not free within ``wait_seconds``."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, RECORD_MODE)
    except OSError as error:
        raise Refused("state.unusable", path=str(path), found=error.strerror or str(error)) from error
    try:
        deadline = clock.monotonic() + wait_seconds
        while not _try(descriptor):
            if clock.monotonic() >= deadline:
                raise LockHeld("lock.busy", **describe(read_owner(path), clock))
            clock.sleep(POLL_SECONDS)
        yield HeldLock(descriptor, path, clock)
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def describe(owner: Owner | None, clock: Clock) -> dict[str, Any]:
    """The owner as details for a message: who, where, since when, why, last sign of life (seconds, same boot only)."""
    known = owner or {}
    beat = known.get("heartbeat_boottime")
    silent: object = "?"
    if isinstance(beat, (int, float)) and known.get("boot_id") == boot_id():
        silent = round(clock.boottime() - beat)
    return {
        "run_id": known.get("run_id", "?"),
        "owner": known.get("owner", "?"),
        "host": known.get("host", "?"),
        "since": known.get("since", "?"),
        "reason": known.get("reason") or known.get("flow", "?"),
        "version": known.get("version", "?"),
        "silent_seconds": silent,
    }
