# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lock a database, in a database of our own: backup, restore and migration exclude one another.

A lease by the server's time, renewed while its holder lives. The document names the holder's session, so that a
successor ends what a dead holder left open instead of waiting for it.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock, iso
from .._core.errors import Failed, Refused
from .._runs.lock import boot_id
from . import client as connections

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    from .client import Client

LOCKS = "locks"
LEASE_SECONDS = 30.0
BEATS = 3
"""Renewals within a lease."""
WAIT_STEP_SECONDS = 0.5
WORKS = ("backup", "restore", "migration")


class Lease:
    """The lock is ours until it is lost."""

    def __init__(self, clock: Clock, seconds: float, session: ClientSession) -> None:
        self.session = session
        """Work that must end with its holder runs in this session: a successor kills it."""
        self._clock, self._seconds = clock, seconds
        self._good_until = clock.monotonic() + seconds
        self._lost = False

    def check(self) -> None:
        """Raises Failed ``database_lock.lost`` once the lease is not ours any more, or may not be."""
        if self._lost or self._clock.monotonic() > self._good_until:
            raise Failed("database_lock.lost", seconds=self._seconds)

    def renewed(self, began: float) -> None:
        """The server prolonged it, asked at ``began`` (monotonic)."""
        self._good_until = began + self._seconds

    def lost(self) -> None:
        """Somebody else has it."""
        self._lost = True


@contextmanager
def hold(
    uri: str,
    database: str,
    work: str,
    clock: Clock,
    *,
    run_id: str | None = None,
    wait_seconds: float = 0.0,
    lease_seconds: float = LEASE_SECONDS,
) -> Iterator[Lease]:
    """Hold the lock of ``database`` for ``work``; waits up to ``wait_seconds`` for another holder.

    Raises Refused ``database_lock.held``, which names the holder. A holder on this host whose process is dead is replaced at
    once, any other when its lease has run out.
    """
    token = secrets.token_hex(16)
    with connections.connect_for_work(uri) as client, client.start_session(causal_consistency=False) as session:
        locks = _locks(client)
        holder = {
            "token": token,
            "work": work,
            "run_id": run_id,
            "lsid": session.session_id["id"],
            **_this_process(),
        }
        deadline = clock.monotonic() + wait_seconds
        began = clock.monotonic()
        while not _acquire(client, locks, database, holder, lease_seconds):
            if clock.monotonic() >= deadline:
                raise _held(locks, database)
            clock.sleep(min(WAIT_STEP_SECONDS, wait_seconds))
            began = clock.monotonic()
        lease = Lease(clock, lease_seconds, session)
        lease.renewed(began)
        over = threading.Event()
        beat = threading.Thread(
            target=_beat, args=(locks, database, token, lease, lease_seconds, clock, over), daemon=True
        )
        beat.start()
        try:
            yield lease
        finally:
            over.set()
            beat.join()
            _release(locks, database, token)


def _locks(client: Client) -> Collection[dict[str, Any]]:
    from pymongo.write_concern import WriteConcern

    durable = WriteConcern(w="majority", wtimeout=round(connections.SOCKET_SECONDS * 1000))
    return client[connections.OWN_DATABASE].get_collection(LOCKS, write_concern=durable)


def _acquire(
    client: Client, locks: Collection[dict[str, Any]], database: str, holder: dict[str, Any], lease: float
) -> bool:
    """Take the lock if it is free, its lease has run out, or its holder is known to be dead."""
    claim = _claim(holder, lease)
    now = locks.find_one({"_id": database})
    if now is None:
        return _insert(locks, database, claim)
    mine = {"_id": database, "token": now["token"]}
    if not _dead(now):
        mine["$expr"] = {"$lt": ["$until", "$$NOW"]}
    if locks.update_one(mine, claim).matched_count == 0:
        return False
    _kill_session(client, now.get("lsid"))
    return True


def _insert(locks: Collection[dict[str, Any]], database: str, claim: list[dict[str, Any]]) -> bool:
    """By an update that matches nothing, since only an update can use the server's time."""
    from pymongo.errors import DuplicateKeyError

    try:
        locks.update_one({"_id": database, "token": None}, claim, upsert=True)
    except DuplicateKeyError:
        return False
    return True


def _claim(holder: dict[str, Any], lease: float) -> list[dict[str, Any]]:
    fields: dict[str, Any] = {key: {"$literal": value} for key, value in holder.items()}
    return [{"$set": {**fields, "since": "$$NOW", "until": _until(lease)}}]


def _until(lease: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", round(lease * 1000)]}


def _kill_session(client: Client, lsid: Any) -> None:
    """What the former holder left open would block us for a minute."""
    from pymongo.errors import PyMongoError

    if lsid is not None:
        # Without the right to, or on a server without sessions, nothing is left to kill.
        with suppress(PyMongoError):
            client.admin.command({"killSessions": [{"id": lsid}]})


def _beat(
    locks: Collection[dict[str, Any]],
    database: str,
    token: str,
    lease: Lease,
    seconds: float,
    clock: Clock,
    over: threading.Event,
) -> None:
    """Renew until it is over. A server that cannot be asked is asked again; the lease ends by its own time."""
    from pymongo.errors import PyMongoError

    while not over.wait(seconds / BEATS):
        began = clock.monotonic()
        try:
            found = locks.update_one({"_id": database, "token": token}, [{"$set": {"until": _until(seconds)}}])
        except PyMongoError:
            continue
        if found.matched_count == 0:
            lease.lost()
            return
        lease.renewed(began)


def _release(locks: Collection[dict[str, Any]], database: str, token: str) -> None:
    """When it cannot be given back now, its lease runs out."""
    from pymongo.errors import PyMongoError

    with suppress(PyMongoError):
        locks.delete_one({"_id": database, "token": token})


def _held(locks: Collection[dict[str, Any]], database: str) -> Refused:
    found = locks.find_one({"_id": database}) or {}
    times = {key: iso(found[key].replace(tzinfo=timezone.utc)) if found.get(key) else "-" for key in ("since", "until")}
    names = {key: found.get(key) or "-" for key in ("work", "run_id", "host")}
    return Refused("database_lock.held", database=database, **names, **times)


def _this_process() -> dict[str, Any]:
    return {
        "host": socket.gethostname(),
        "boot_id": boot_id(),
        "pid": os.getpid(),
        "started": _start_of(os.getpid()),
    }


def _dead(holder: dict[str, Any]) -> bool:
    """Whether the holder was a process of this very host that does not live any more."""
    here = _this_process()
    if any(holder.get(key) != here[key] for key in ("host", "boot_id")):
        return False
    return _start_of(int(holder.get("pid", 0))) != holder.get("started")


def _start_of(pid: int) -> str:
    """When the process began, in ticks since boot; empty when there is none (a zombie counts as none)."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return "" if not fields or fields[0] == "Z" else fields[19]


def _text(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
