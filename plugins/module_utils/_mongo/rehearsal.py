# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restore that touches nothing: into a throwaway MongoDB, or into a database of its own on the same server."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote_plus

from .._core.clock import Clock
from .._core.errors import EngineError, Failed
from .._core.files import make_folder
from .._core.gentle import gently
from .._core.progress import Progress
from .._core.runner import Runner
from .._stack.containers import CALL_SECONDS, inspect
from . import archive_format as form
from . import client as connections
from . import leftovers, workspace
from .load import Target, load

SCRATCH = "benevoclic_updates_rehearsal_"
READY_SECONDS = 60.0
LOOK_SECONDS = 0.1
SOCKET = "mongodb-27017.sock"
INSIDE = "/run/benevoclic"
IN_CONTAINER = Path("/.dockerenv")
"""Where this is, the engine's file system is not ours, and there would be no socket to meet at."""
SET = "rehearsal"
SERVER = (
    "--dbpath", "/data/db", "--bind_ip", "127.0.0.1", "--unixSocketPrefix", INSIDE, "--quiet",
    "--wiredTigerCacheSizeGB", "0.25",
    "--setParameter", "ttlMonitorEnabled=false", "--setParameter", "diagnosticDataCollectionEnabled=false",
)  # fmt: skip
GENTLE = ("--cpu-shares", "256")
"""A quarter of what others get, where the processor is scarce: the site goes on."""


class Place(Protocol):
    """Where a rehearsal happens; ``name`` is container or database."""

    @property
    def name(self) -> str: ...

    def open(self, folder: Path) -> AbstractContextManager[tuple[str, str]]:
        """An empty database for the set in ``folder``, as URI and name; gone afterwards."""


def choose_place(
    runner: Runner, clock: Clock, container: str | None, uri: str, database: str, *, replica_set: bool = False
) -> Place:
    """A throwaway server of the same image where MongoDB runs on this engine, else a database beside.

    ``replica_set``: the throwaway server has transactions; a database beside has what the server has.
    """
    found = inspect(runner, [container]) if container else []
    if found and not IN_CONTAINER.exists():
        return ThrowawayServer(runner, clock, found[0].image_id, replica_set=replica_set)
    return ScratchDatabase(uri, SCRATCH + hashlib.sha256(database.encode()).hexdigest()[:12])


def rehearse(folder: Path, content: Mapping[str, Any], place: Place, clock: Clock, progress: Progress) -> float:
    """Restore the set in ``folder`` and compare it with the manifest's ``content``; the seconds that a restore takes."""
    with place.open(folder) as (uri, database):
        target = Target(uri, database, rename=lambda name: name, views=True)
        # At an ordinary priority the site's writers wait several times as long (make bench, writers).
        loaded = gently(lambda: load(folder / form.ARCHIVE, target, expectations(content), clock, progress))
    return loaded.total_seconds


def expectations(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By collection what the manifest says, and the server's hash of the source where it is of the same moment."""
    of_source = (content.get("fingerprint") or {}).get("collections") or {}
    apart = set(content["consistency"]["exceptions"])
    return {
        item["name"]: {
            "documents": item["documents"],
            "bytes": item["bytes"],
            "hash": None if item["name"] in apart else of_source.get(item["name"], {}).get("hash"),
        }
        for item in content["collections"]
    }


@dataclass(frozen=True)
class ScratchDatabase:
    """A database on the server itself. Its name belongs to the application's database, on which we hold the lock."""

    uri: str = field(repr=False)
    database: str
    name: str = "database"

    @contextmanager
    def open(self, folder: Path) -> Iterator[tuple[str, str]]:
        self._drop()
        try:
            yield self.uri, self.database
        finally:
            self._drop()

    def _drop(self) -> None:
        with connections.connect(self.uri) as client:
            client.drop_database(self.database)


@dataclass(frozen=True)
class ThrowawayServer:
    """A MongoDB of ``image`` without network, reached by a socket in a private folder; its data lies in the set's folder."""

    runner: Runner
    clock: Clock
    image: str
    name: str = "container"
    replica_set: bool = False

    @contextmanager
    def open(self, folder: Path) -> Iterator[tuple[str, str]]:
        leftovers.sweep(self.runner, folder)
        data = folder / "rehearsal"
        # A socket's path has at most 107 bytes, and backup folders can lie deep.
        meeting = Path(tempfile.mkdtemp(prefix="bvu-"))
        container = f"benevoclic-updates-{meeting.name}"
        try:
            make_folder(data, workspace.FOLDER_MODE)
            self._start(container, folder, data, meeting)
            uri = f"mongodb://{quote_plus(str(meeting / SOCKET))}/"
            self._wait(uri, container)
            yield uri, "rehearsal"
        finally:
            leftovers.remove(self.runner, container)
            shutil.rmtree(meeting, ignore_errors=True)
            shutil.rmtree(data, ignore_errors=True)

    def _start(self, container: str, folder: Path, data: Path, meeting: Path) -> None:
        argv = [
            "docker", "run", "--detach", "--name", container, *leftovers.mark(folder), "--network", "none",
            "--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{data}:/data/db", "--volume", f"{meeting}:{INSIDE}",
            "--entrypoint", "mongod", *GENTLE, self.image, *SERVER, *(("--replSet", SET) if self.replica_set else ()),
        ]  # fmt: skip
        self.runner.run(argv, timeout=CALL_SECONDS)

    def _wait(self, uri: str, container: str) -> None:
        deadline = self.clock.monotonic() + READY_SECONDS
        while True:
            try:
                with connections.connect(uri, selection_seconds=LOOK_SECONDS) as client:
                    if self._serves(client):
                        return
            except EngineError as error:
                ended = not any(found.running for found in inspect(self.runner, [container]))
                if ended or self.clock.monotonic() > deadline:
                    raise Failed("proof.no_server", image=self.image, found=self._said(container)) from error
            self.clock.sleep(LOOK_SECONDS)

    def _serves(self, client: connections.Client) -> bool:
        """Whether it takes writes; a member of no set yet becomes the only one of its own."""
        hello = client.admin.command("hello")
        if self.replica_set and "setName" not in hello:
            member = {"_id": 0, "host": "127.0.0.1:27017"}
            client.admin.command("replSetInitiate", {"_id": SET, "members": [member]})
            return False
        return bool(hello["isWritablePrimary"])

    def _said(self, container: str) -> str:
        done = self.runner.run(["docker", "logs", "--tail", "1", container], timeout=CALL_SECONDS, check=False)
        return (done.stdout or done.stderr).strip()[-connections.LONGEST :] or "-"
