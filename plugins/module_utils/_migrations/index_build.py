# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build of an index: watched while the server is at it, given up with the migration."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .batches import again
from .ground import Ground

if TYPE_CHECKING:
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

LOOK_SECONDS = 1.0


def build(ground: Ground, collection: Documents, wanted: Mapping[str, Any]) -> None:
    """Build it, or wait for a build that goes on; told as progress. At the deadline the server gives it up."""
    options = {key: value for key, value in wanted.items() if key != "key"}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(ground, collection, wanted["name"], over), daemon=True)
    watcher.start()
    try:
        again(ground, lambda: collection.create_index(list(wanted["key"].items()), **options))
    except BaseException:
        if not ground.whole:
            _give_up(ground, collection, str(wanted["name"]))
        raise
    finally:
        over.set()
        watcher.join(2 * LOOK_SECONDS)


def _give_up(ground: Ground, collection: Documents, name: str) -> None:
    """A build that we do not wait for must not go on. With whom the server does not answer, there is nothing to do."""
    from pymongo.errors import PyMongoError

    with suppress(PyMongoError):
        ground.apart(lambda: collection.drop_index(name))


def _watch(ground: Ground, collection: Documents, name: str, over: threading.Event) -> None:
    """Tell how far the server is, where the account may ask for it."""
    from pymongo.errors import PyMongoError

    told, total = 0, 0
    while not over.wait(LOOK_SECONDS):
        try:
            done, of = _build_of(ground, f"{collection.database.name}.{collection.name}")
        except PyMongoError:
            return
        if of and of != total:
            told, total = 0, of
            ground.progress.begin("build", total)
        if done > told:
            ground.progress.add(name, done - told)
            told = done


def _build_of(ground: Ground, namespace: str) -> tuple[int, int]:
    """Documents done and in all of the index build on ``namespace``; 0, 0 when none is seen."""
    pipeline: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True}},
        {"$match": {"ns": namespace, "progress": {"$exists": True}, "msg": {"$regex": "^Index Build"}}},
        {"$project": {"progress": 1}},
    ]
    with ground.client.admin.aggregate(pipeline) as found:
        for operation in found:
            return int(operation["progress"]["done"]), int(operation["progress"]["total"])
    return 0, 0
