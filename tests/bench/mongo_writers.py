# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writers of the source while it is backed up and the backup is proven: how long a write takes, against a quiet server."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from types import TracebackType

from mongo_rig import DATA, Rig
from table import Entry, entry, say

RATE = 200.0
PHASE_SECONDS = 10.0
COLLECTION = "orders"
IMAGE = "mongo:6.0"
IDLE, MONGODUMP, BACKUP = "idle", "mongodump --gzip", "backup"
CONTAINER, BESIDE = "rehearsal in a container", "rehearsal on the server"
NOTES = """writers: small inserts and updates at a fixed rate, each counted from when it was due."""


class Writer:
    """Used as a context: writes from entering to leaving."""

    def __init__(self, rig: Rig, database: str) -> None:
        self._rig, self._database = rig, database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.milliseconds: list[float] = []

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        with self._rig.server.client() as client:
            orders = client[self._database][COLLECTION]
            began, number = time.monotonic(), 0
            while not self._stop.is_set():
                due = began + number / RATE
                time.sleep(max(0.0, due - time.monotonic()))
                if number % 2 == 0:
                    orders.insert_one({"number": number, "state": "new", "text": "x" * 200})
                else:
                    orders.update_one({"number": number - 1}, {"$set": {"state": "paid"}})
                self.milliseconds.append((time.monotonic() - due) * 1000)
                number += 1


def p99(values: list[float]) -> float:
    """The value that one in a hundred is beyond."""
    return round(sorted(values)[max(0, len(values) * 99 // 100 - 1)], 2)


def measure(rig: Rig, repeat: int) -> list[Entry]:
    """The entries of this part; ``repeat`` does not matter, each phase lasts long enough to have many writes."""
    database = DATA[0].database
    with rig.server.client() as client:
        client[database][COLLECTION].create_index("number")
    with rig.scratch() as folder:

        def rehearse(image: str | None) -> Callable[[], object]:
            return lambda: rig.ours("rehearse", folder=str(sorted(folder.iterdir())[-1]), image=image)

        phases: dict[str, Callable[[], object]] = {
            IDLE: lambda: time.sleep(PHASE_SECONDS),
            MONGODUMP: lambda: _mongodump(rig, database),
            BACKUP: lambda: rig.ours("back_up", database=database, folder=str(folder)),
            BESIDE: rehearse(None),
        }
        if has_image():
            phases[CONTAINER] = rehearse(IMAGE)
        found = {name: _phase(rig, database, name, work) for name, work in phases.items()}
    with rig.server.client() as client:
        client[database][COLLECTION].drop()
    return compared(found)


def has_image() -> bool:
    """Whether there is an engine with the server's image, for a rehearsal as it is done beside a stack."""
    try:
        return subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def compared(found: dict[str, float]) -> list[Entry]:
    rows = [(name, IDLE) for name in (BACKUP, CONTAINER, BESIDE) if name in found]
    return [
        entry(f"writer p99 during {name} against {other}", "ms", found[name], found[other], other)
        for name, other in [*rows, (BACKUP, MONGODUMP)]
    ]


def _phase(rig: Rig, database: str, name: str, work: Callable[[], object]) -> float:
    """The work again and again until the phase is long enough; p99 of the writes meanwhile."""
    end = time.monotonic() + PHASE_SECONDS
    times = 0
    with Writer(rig, database) as writer:
        while time.monotonic() < end:
            work()
            times += 1
    found = p99(writer.milliseconds)
    longest, count = max(writer.milliseconds), len(writer.milliseconds)
    say(f"  writers, {name} ({times}×): p99 {found:.1f} ms, longest {longest:.1f} ms of {count}")
    return found


def _mongodump(rig: Rig, database: str) -> None:
    with rig.scratch() as folder:
        rig.tool("mongodump", f"--db={database}", f"--archive={folder / 'archive'}", "--gzip")
