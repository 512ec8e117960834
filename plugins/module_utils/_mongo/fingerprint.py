# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A digest of a database's content and structure that blocks nobody: equal content, equal digest, whatever the name.

Per collection: count, sum of document sizes, sum of hashes. The server's hash folds numbers (2.1 and 2.9 are alike),
hence the sizes beside it; types that change without changing size within one number are the blind spot that remains.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import catalogue
from . import client as connections

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

    from .catalogue import Collection
    from .client import Client

PRIME = (1 << 36) - 5
"""Hashes are summed modulo this prime: 134 million documents before a sum could leave 64 bits."""
UNKNOWN_EXPRESSION = (168, 40324, 31325)
"""Servers before 6.0 do not know the hash: counts and sizes only."""


def of_uri(uri: str, database: str) -> dict[str, Any]:
    """The fingerprint of ``database``: ``digest``, ``cluster_time`` (None: not one moment), ``collections``."""
    with connections.connect(uri, answer_seconds=connections.LONG_SECONDS) as client:
        return of_database(client, database)


def of_database(client: Client, database: str) -> dict[str, Any]:
    moment = connections.cluster_time(client)
    with client.start_session(causal_consistency=False) as session:
        return compute(client, database, catalogue.read(client, database), moment, session)


def compute(
    client: Client, database: str, collections: Sequence[Collection], moment: Any | None, session: ClientSession
) -> dict[str, Any]:
    """The fingerprint of these ``collections`` at cluster time ``moment``."""
    entries = {
        collection.name: {
            "type": collection.kind,
            **_content(client, database, collection, moment, session),
            "options": _digest(_json(meaningful(collection.options))),
            "indexes": _digest(_json(sorted(collection.indexes, key=lambda index: str(index["name"])))),
        }
        for collection in collections
    }
    digest = _digest(json.dumps(entries, sort_keys=True))
    return {"digest": digest, "cluster_time": moment_text(moment), "collections": entries}


def meaningful(options: Mapping[str, Any]) -> dict[str, Any]:
    """Without the level and action that stay behind when a validator is taken away."""
    if "validator" in options:
        return dict(options)
    return {key: value for key, value in options.items() if key not in ("validationLevel", "validationAction")}


def snapshot(moment: Any | None, collection: Collection) -> dict[str, Any] | None:
    """The read concern for one collection at ``moment``; None where the server cannot."""
    if moment is None or collection.capped:
        return None
    return {"level": "snapshot", "atClusterTime": moment}


def moment_text(moment: Any | None) -> str | None:
    return None if moment is None else f"{moment.time}.{moment.inc}"


def content(
    client: Client, database: str, name: str, concern: Mapping[str, Any] | None, session: ClientSession
) -> Mapping[str, int | None]:
    """``documents``, ``bytes`` and ``hash`` (None: the server is too old for it) of a collection."""
    from pymongo.errors import OperationFailure

    try:
        return _grouped(client, database, name, concern, session, hashed=True)
    except OperationFailure as error:
        if error.code not in UNKNOWN_EXPRESSION:
            raise
    return {**_grouped(client, database, name, concern, session, hashed=False), "hash": None}


def _content(
    client: Client, database: str, collection: Collection, moment: Any | None, session: ClientSession
) -> Mapping[str, int | None]:
    if collection.source is None:
        return {"documents": 0, "bytes": 0, "hash": 0}
    return content(client, database, collection.source, snapshot(moment, collection), session)


def _grouped(
    client: Client, database: str, name: str, concern: Any, session: ClientSession, *, hashed: bool
) -> dict[str, int | None]:
    from bson.int64 import Int64

    group: dict[str, Any] = {"_id": None, "documents": {"$sum": 1}, "bytes": {"$sum": {"$bsonSize": "$$ROOT"}}}
    if hashed:
        group["hash"] = {"$sum": {"$mod": [{"$toHashedIndexKey": "$$ROOT"}, Int64(PRIME)]}}
    command: dict[str, Any] = {"aggregate": name, "pipeline": [{"$group": group}], "cursor": {}}
    if concern:
        command["readConcern"] = concern
    batch = client[database].command(command, session=session)["cursor"]["firstBatch"]
    found = batch[0] if batch else {}
    return {key: int(found.get(key, 0)) for key in group if key != "_id"}


def _json(value: Any) -> str:
    from bson import json_util

    return json_util.dumps(value, json_options=json_util.CANONICAL_JSON_OPTIONS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
