# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections, indexes and validators as a migration wants them: made when they are missing, compared when they are not."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._core.errors import BadInput, Failed
from .batches import again
from .ground import Ground
from .made import packed

if TYPE_CHECKING:
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

DECISIVE = ("unique", "sparse", "partialFilterExpression", "expireAfterSeconds")
"""Options of an index that change what it does; one that has another of them is another index."""
LOOK_SECONDS = 1.0
SIMPLE = {"locale": "simple"}
"""How collections compare text unless they say otherwise."""
RULES = ("validator", "validationLevel", "validationAction")


def options_of(ground: Ground, name: str) -> dict[str, Any] | None:
    """The options of a collection; None when there is none of that name."""
    found = ground.apart(lambda: list(ground.database.list_collections(filter={"name": name})))
    return dict(found[0].get("options") or {}) if found else None


def require_identifiers(ground: Ground, name: str) -> None:
    """Raises BadInput ``step.no_identifiers`` for what has no index by ``_id`` to go along."""
    options = options_of(ground, name) or {}
    for option, kind in (("viewOn", "view"), ("timeseries", "time series")):
        if option in options:
            raise BadInput("step.no_identifiers", collection=name, kind=kind)


def collation_between(ground: Ground, source: str, target: str) -> dict[str, Any] | None:
    """By which ``$merge`` from ``source`` finds what is in ``target``; None where both collate alike."""
    from_, into = ((options_of(ground, name) or {}).get("collation") for name in (source, target))
    return None if from_ == into else dict(into or SIMPLE)


def wanted_index(keys: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """The index as the server describes one: ``key``, ``name`` and options."""
    from pymongo import IndexModel

    document = dict(IndexModel(keys, **options).document)
    document["key"] = list(document["key"].items())
    return document


def same_index(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether ``found`` (as listed) does what is wanted."""
    said = [key for key in wanted if key not in ("name", "key", "collation", "background", *DECISIVE)]
    return list(found["key"].items()) == wanted["key"] and all(
        found.get(option) == wanted.get(option) for option in (*DECISIVE, *said)
    )


def find_index(ground: Ground, collection: Documents, wanted: Mapping[str, Any]) -> str | None:
    """The name of the index that is there already. Raises Failed ``step.index_differs`` when its name is another's."""
    there = [dict(index) for index in ground.apart(lambda: list(collection.list_indexes()))]
    for index in there:
        if same_index(wanted, index):
            return str(index["name"])
    for index in there:
        if index["name"] == wanted["name"]:
            shown = {key: value for key, value in index.items() if key not in ("v", "ns")}
            raise Failed("step.index_differs", collection=collection.name, name=wanted["name"], found=packed(shown))
    return None


def build_index(ground: Ground, collection: Documents, wanted: Mapping[str, Any]) -> None:
    """Build it, or wait for a build that goes on; told as progress. At the deadline the server gives it up."""
    options = {key: value for key, value in wanted.items() if key != "key"}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(ground, collection, wanted["name"], over), daemon=True)
    watcher.start()
    try:
        again(ground, lambda: collection.create_index(wanted["key"], **options))
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


def rules_of(ground: Ground, name: str) -> dict[str, Any]:
    """Validator, level and action of a collection, as ``collMod`` takes them."""
    options = options_of(ground, name) or {}
    return {"validator": {}, "validationLevel": "strict", "validationAction": "error"} | {
        key: options[key] for key in RULES if key in options
    }


def against(ground: Ground, collection: Documents, validator: Mapping[str, Any]) -> int:
    """How many documents the validator would refuse."""
    return int(again(ground, lambda: collection.count_documents({"$nor": [dict(validator)]})))


def set_rules(ground: Ground, name: str, rules: Mapping[str, Any]) -> None:
    again(ground, lambda: ground.database.command({"collMod": name, **rules}))


def require(ok: bool, kind: str, name: str) -> None:
    """Raises Failed ``step.missing``: what a helper declared is not there at the end."""
    if not ok:
        raise Failed("step.missing", kind=kind, name=name)
