# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our side in a process of its own: reads what is wanted as JSON from standard input, writes figures as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / ".ansible" / "collections"))

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner

Wanted = dict[str, Any]
CLOCK = SystemClock()
RUNNER = SubprocessRunner(CLOCK)


def source(wanted: Wanted) -> Any:
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.dump import Source

    return Source(wanted["uri"], wanted["database"], RUNNER, CLOCK, Silent(), engine="native")


def dump(wanted: Wanted) -> dict[str, Any]:
    """The native engine's archive; for comparing like with like also not compressed, or without the fingerprint."""
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import dump as engine

    if wanted["plain"]:
        engine.member = lambda: bytes
    if wanted["bare"]:
        engine.fingerprint.compute = lambda *_arguments: {}
    done = engine.write(source(wanted), Path(wanted["folder"]))
    return {"bytes": done.file["bytes"], "collections": done.collections, "fingerprint": done.fingerprint}


def load(wanted: Wanted) -> dict[str, Any]:
    """An archive into an empty database, compared."""
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import load as loader

    expected = {one["name"]: one for one in wanted["collections"]}
    target = loader.Target(wanted["uri"], wanted["target"], rename=str, views=True)
    done = loader.load(Path(wanted["archive"]), target, expected, CLOCK, Silent())
    return {"index_seconds": done.index_seconds, "compare_seconds": done.compare_seconds}


def back_up(wanted: Wanted) -> dict[str, Any]:
    """A backup set, not proven yet."""
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup_set
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import dump as engine

    made = backup_set.take(
        backup_set.Purpose("manual", "bench", "dev"),
        lambda folder: engine.write(source(wanted), folder),
        wanted["database"],
        Path(wanted["folder"]),
        [],
        CLOCK,
        prove=lambda _folder, _content: backup_set.UNPROVEN,
    )
    return {"id": made["id"]}


def rehearse(wanted: Wanted) -> dict[str, Any]:
    """The proof of a set by a restore of it: in a container of ``image``, or in a database of the server."""
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import manifest, proof
    from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import rehearsal as places

    folder = Path(wanted["folder"])
    beside = places.ScratchDatabase(wanted["uri"], f"{places.SCRATCH}bench")
    place = places.ThrowawayServer(RUNNER, CLOCK, wanted["image"]) if wanted["image"] else beside
    found = proof.prove(folder, manifest.read(folder), "rehearsal", place, CLOCK, Silent())
    return {"restore_seconds": found["restore_seconds"]}


def migrate(wanted: Wanted) -> dict[str, Any]:
    """A migration as a run carries it out, under the lock; then what verifies it, on its own."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
    import migration_rig
    import pymongo

    own = Path(wanted["file"])
    content = own.read_text().replace("def verify(", "def verify_afterwards(")
    context = migration_rig.context_of(wanted["uri"], wanted["database"], Path(wanted["folder"]), {own.name: content})
    done = migration_rig.up(context)
    space: dict[str, Any] = {"__name__": "migration"}
    exec(compile(content, own.name, "exec"), space)
    began = time.monotonic()
    with pymongo.MongoClient(wanted["uri"], directConnection=True) as client:
        space["verify_afterwards"](client[wanted["database"]])
    return {**done, "verify_seconds": time.monotonic() - began}


WORKS: dict[str, Callable[[Wanted], dict[str, Any]]] = {
    "dump": dump,
    "load": load,
    "back_up": back_up,
    "rehearse": rehearse,
    "migrate": migrate,
}


def main() -> None:
    wanted = json.load(sys.stdin)
    began = time.monotonic()
    told = WORKS[wanted["work"]](wanted)
    json.dump({**told, "work_seconds": time.monotonic() - began}, sys.stdout)


if __name__ == "__main__":
    main()
