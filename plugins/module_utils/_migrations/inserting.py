# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting documents where some of them may be already: those are left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .batches import Duplicates

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

DUPLICATE_KEY = 11000


def merge(
    source: Documents,
    pipeline: Sequence[Mapping[str, Any]],
    target: Documents,
    collation: Mapping[str, Any] | None = None,
) -> None:
    """What ``pipeline`` makes of ``source``, put into ``target`` by the server. ``collation``: the target's, if it is another.

    Inserting alone is three times as fast as looking first, which only a batch that is there already needs.
    """
    from pymongo.errors import OperationFailure

    into = {"into": target.name, "on": "_id", "whenMatched": "fail", "whenNotMatched": "insert"}
    try:
        source.aggregate([*pipeline, {"$merge": into}], collation=collation)
    except OperationFailure as error:
        if error.code != DUPLICATE_KEY:
            raise
        source.aggregate([*pipeline, {"$merge": {**into, "whenMatched": "keepExisting"}}], collation=collation)


def insert(
    collection: Documents, documents: Sequence[Any], session: ClientSession | None, *, indivisible: bool = False
) -> int:
    """How many were new. In a transaction a duplicate raises Duplicates: it has ended the transaction.

    ``indivisible``: the transaction must go on, so what is there is looked for first, by ``_id``. A duplicate of another
    unique key raises pymongo's error then.
    """
    from pymongo.errors import BulkWriteError

    if indivisible:
        documents = _absent(collection, documents, session)
    if not documents:
        return 0
    try:
        ordered = session is not None
        return len(collection.insert_many(documents, ordered=ordered, session=session).inserted_ids)
    except BulkWriteError as error:
        details = error.details
        others = [fault for fault in details["writeErrors"] if fault["code"] != DUPLICATE_KEY]
        if others or details.get("writeConcernErrors") or indivisible:
            raise
        if session is not None:
            raise Duplicates from None
        return int(details["nInserted"])


def _absent(collection: Documents, documents: Sequence[Any], session: ClientSession | None) -> list[Any]:
    """Those whose ``_id`` is not there, the first of each."""
    named = [document["_id"] for document in documents if "_id" in document]
    seen = {_key(found) for found in collection.find({"_id": {"$in": named}}, {"_id": 1}, session=session)}
    result = []
    for document in documents:
        if "_id" not in document or (key := _key(document)) not in seen:
            result.append(document)
            if "_id" in document:
                seen.add(key)
    return result


def _key(document: Mapping[str, Any]) -> bytes:
    """An ``_id`` can be what cannot be hashed."""
    import bson

    return bson.encode({"_id": document["_id"]})
