# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each entry of what the helpers did is taken back. Each is such that doing it twice does no harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .batches import Batch, Work
from .ground import Ground
from .made import Entry, Made, unpacked
from .structure import around, options_of, rules_of, set_rules

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

Each = Callable[[str, Mapping[str, Any], Work, str], None]
"""(collection, query, work, label): do it with every batch, checkpointed."""


def reverse(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    """Take back one entry."""
    _REVERSALS[entry["did"]](entry, made, ground, each)


def _collection(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    ground.database.drop_collection(entry["name"])


def _index(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    collection = ground.database[entry["collection"]]
    if entry["name"] in {index["name"] for index in ground.apart(lambda: list(collection.list_indexes()))}:
        collection.drop_index(entry["name"])


def _validator(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    name, before = entry["collection"], unpacked(entry["before"])
    if options_of(ground, name) is not None and rules_of(ground, name) != before:
        set_rules(ground, name, before)


def _copy(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    if made.find("collection", name=entry["collection"]):
        return  # goes as a whole
    collection, kept = ground.database[entry["collection"]], unpacked(entry["kept"])

    def remove(batch: Batch, session: ClientSession | None) -> None:
        wanted = {"_id": {"$in": [document["_id"] for document in batch]}}
        collection.delete_many(wanted, session=session)

    each(collection.name, _without(unpacked(entry["query"]), kept), remove, f"uncopy {collection.name}")


def _fill(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    collection, field, kept = ground.database[entry["collection"]], entry["field"], unpacked(entry["kept"])

    emptied = _emptied(field, entry.get("hollow") or [])

    def unset(batch: Batch, session: ClientSession | None) -> None:
        wanted = {"_id": {"$in": [document["_id"] for document in batch]}}
        if emptied:
            documents = {"$and": [{"$eq": [{"$type": f"${parent}"}, "object"]} for parent in around(field)]}
            collection.update_many({**wanted, "$expr": documents}, [{"$unset": field}, *emptied], session=session)
        collection.update_many(wanted, {"$unset": {field: ""}}, session=session)

    each(collection.name, _without({field: {"$exists": True}}, kept), unset, f"unfill {collection.name}.{field}")


def _emptied(field: str, hollow: list[str]) -> list[dict[str, Any]]:
    """Removes the documents that ``field`` leaves empty, except where they were so before (``hollow``: packed ``_id``)."""
    stages = []
    for parent, before in zip(around(field), hollow, strict=False):
        was = {"$in": ["$_id", {"$literal": unpacked(before)}]}
        gone = {"$and": [{"$eq": [f"${parent}", {}]}, {"$not": [was]}]}
        stages.append({"$set": {parent: {"$cond": [gone, "$$REMOVE", f"${parent}"]}}})
    return stages


def _rename(entry: Entry, made: Made, ground: Ground, each: Each) -> None:
    collection, old, new = ground.database[entry["collection"]], entry["old"], entry["new"]
    work = renaming(collection, old=new, new=old)
    each(collection.name, {new: {"$exists": True}}, work, f"rename {collection.name}.{new}")


def renaming(collection: Any, old: str, new: str) -> Work:
    """Rename a field where it stands: ``$rename`` would move it to the end, and a document's bytes would change."""
    name = {"$cond": [{"$eq": ["$$this.k", {"$literal": old}]}, {"$literal": new}, "$$this.k"]}
    fields = {"$map": {"input": {"$objectToArray": "$$ROOT"}, "in": {"k": name, "v": "$$this.v"}}}
    change = [{"$replaceWith": {"$arrayToObject": fields}}]

    def work(batch: Batch, session: ClientSession | None) -> None:
        wanted = {"_id": {"$in": [document["_id"] for document in batch]}, old: {"$exists": True}}
        collection.update_many(wanted, change, session=session)

    return work


def _without(query: Mapping[str, Any], kept: list[Any]) -> dict[str, Any]:
    return {"$and": [dict(query), {"_id": {"$nin": kept}}]} if kept else dict(query)


_REVERSALS: dict[str, Callable[[Entry, Made, Ground, Each], None]] = {
    "collection": _collection,
    "index": _index,
    "validator": _validator,
    "copy": _copy,
    "fill": _fill,
    "rename": _rename,
}
