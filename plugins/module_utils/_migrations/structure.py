# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections, indexes and validators as a migration wants them: made when they are missing, compared when they are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import BadInput, Failed, Refused
from .batches import again
from .ground import Ground

if TYPE_CHECKING:
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

DECISIVE: dict[str, Any] = {
    "unique": False,
    "sparse": False,
    "hidden": False,
    "partialFilterExpression": None,
    "expireAfterSeconds": None,
    "wildcardProjection": None,
    "default_language": "english",
    "language_override": "language",
}
"""Options of an index that change what it does, as they are where none is said; one that has another of them is another."""
APART = ("name", "key", "weights", "collation", "background", "comment")
"""What is compared in its own way, or not at all."""
COLLATED = {"strength": 3, "caseLevel": False, "numericOrdering": False}
"""What the server adds to a collation that says only its locale, whatever that is."""
SIMPLE = {"locale": "simple"}
"""How collections compare text unless they say otherwise."""
RULES = ("validator", "validationLevel", "validationAction")
OF_THE_DRIVER = (
    "codec_options",
    "read_preference",
    "write_concern",
    "read_concern",
    "session",
    "check_exists",
    "comment",
)
"""What ``create_collection`` takes beside the options of a collection."""


def options_of(ground: Ground, name: str) -> dict[str, Any] | None:
    """The options of a collection; None when there is none of that name."""
    found = ground.apart(lambda: list(ground.database.list_collections(filter={"name": name})))
    return dict(found[0].get("options") or {}) if found else None


def require_options(collection: Documents, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raises Failed ``step.collection_differs`` when ``found`` (as listed) does not have an option that is ``wanted``."""
    said = {key: getattr(value, "document", value) for key, value in wanted.items() if key not in OF_THE_DRIVER}
    for key, value in stored(collection, said).items():
        if not _has_option(key, value, found.get(key)):
            shown = _told(found[key]) if key in found else "-"
            raise Failed(
                "step.collection_differs", collection=collection.name, name=key, expected=_told(value), found=shown
            )


def _told(value: Any) -> str:
    """As people write it."""
    from bson import json_util

    return json_util.dumps(value, json_options=json_util.RELAXED_JSON_OPTIONS, ensure_ascii=False)


def _has_option(key: str, wanted: Any, found: Any) -> bool:
    if key == "collation":
        return _collates(wanted, found or SIMPLE)
    if key == "size" and found is not None:  # the server rounds it up
        return bool(found >= wanted)
    # To what is no rule the server adds what it decides by itself.
    if key not in RULES and isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(found.get(part) == value for part, value in wanted.items())
    return bool(wanted == found) or (not wanted and not found)


def require_identifiers(ground: Ground, name: str) -> None:
    """Raises BadInput ``step.no_identifiers`` for what has no index by ``_id`` to go along."""
    options = options_of(ground, name) or {}
    for option, kind in (("viewOn", "view"), ("timeseries", "time series")):
        if option in options:
            raise BadInput("step.no_identifiers", collection=name, kind=kind)


def around(field: str) -> list[str]:
    """What a field with dots lies in, from the inside out."""
    parts = field.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def hollow(parent: str) -> dict[str, Any]:
    """Where ``parent`` is a document without a field."""
    return {"$expr": {"$eq": [f"${parent}", {}]}}


def require_documents(collection: Documents, field: str, query: Mapping[str, Any]) -> None:
    """Raises Refused ``step.no_document`` where something that ``field`` lies in is neither a document nor missing."""
    other = [{"$not": [{"$in": [{"$type": f"${parent}"}, ["object", "missing"]]}]} for parent in around(field)]
    wrong = collection.count_documents({**query, "$expr": {"$or": other}}) if other else 0
    if wrong:
        raise Refused("step.no_document", collection=collection.name, field=field, documents=wrong)


def collation_between(ground: Ground, source: str, target: str) -> dict[str, Any] | None:
    """By which ``$merge`` from ``source`` finds what is in ``target``; None where both collate alike."""
    from_, into = ((options_of(ground, name) or {}).get("collation") for name in (source, target))
    return None if from_ == into else dict(into or SIMPLE)


def stored(collection: Documents, value: Mapping[str, Any]) -> dict[str, Any]:
    """As the server gives it back: a list for a tuple, a date without a zone."""
    import bson

    return dict(bson.decode(bson.encode(value, codec_options=collection.codec_options), collection.codec_options))


def wanted_index(collection: Documents, keys: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """The index as the server describes one: ``key``, ``name`` and options."""
    from pymongo import IndexModel

    return stored(collection, IndexModel(keys, **options).document)


def same_index(wanted: Mapping[str, Any], found: Mapping[str, Any], collation: Mapping[str, Any] | None = None) -> bool:
    """Whether ``found`` (as listed) does what is wanted. ``collation``: the collection's, which holds where none is said."""
    said = [key for key in wanted if key not in (*APART, *DECISIVE)]
    return (
        _fields(wanted) == _fields(found)
        and all(wanted.get(key, default) == found.get(key, default) for key, default in DECISIVE.items())
        and all(wanted[key] == found.get(key) for key in said)
        and _collates(wanted.get("collation") or collation or SIMPLE, found.get("collation") or SIMPLE)
    )


def _fields(index: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Fields with their kind, and the weights of those of a text index, which the server lists without their order."""
    fields: list[Any] = []
    weights = dict(index.get("weights") or {})
    for field, kind in index["key"].items():
        if kind != "text":
            fields += [] if field == "_ftsx" else [(field, kind)]
            continue
        if field != "_fts":
            weights.setdefault(field, 1)
        if kind not in fields:
            fields.append(kind)
    return fields, weights


def _collates(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    whole = dict(wanted) if wanted == SIMPLE else {**COLLATED, **wanted}
    return all(found.get(key) == value for key, value in whole.items())


def find_index(ground: Ground, collection: Documents, wanted: Mapping[str, Any]) -> str | None:
    """The name of the index that is there already. Raises Failed ``step.index_differs`` when its name is another's."""
    there = [dict(index) for index in ground.apart(lambda: list(collection.list_indexes()))]
    collation = (options_of(ground, collection.name) or {}).get("collation")
    for index in there:
        if same_index(wanted, index, collation):
            return str(index["name"])
    for index in there:
        if index["name"] == wanted["name"]:
            shown = {key: value for key, value in index.items() if key not in ("v", "ns")}
            raise Failed("step.index_differs", collection=collection.name, name=wanted["name"], found=_told(shown))
    return None


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
