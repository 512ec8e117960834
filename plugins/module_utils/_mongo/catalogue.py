# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a database consists of: collections, views and time series with options and indexes; its layout on disk."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from .client import Client

LONGEST_NAME = 238
"""Escaped names beyond this are cut, as mongodump does; the whole name is then in the metadata file."""
KEPT_OF_NAME = 208
BUCKETS = "system.buckets."
RESERVED = "benevoclic_updates."
"""Collections of ours in the application's database: what a restore prepares, and what it has put aside."""


@dataclass(frozen=True)
class Collection:
    """One entry of listCollections; ``kind`` is collection, view or timeseries."""

    name: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    uuid: str = ""
    indexes: tuple[dict[str, Any], ...] = ()

    @property
    def source(self) -> str | None:
        """The collection that holds the documents; None for a view."""
        if self.kind == "view":
            return None
        return BUCKETS + self.name if self.kind == "timeseries" else self.name

    @property
    def capped(self) -> bool:
        """Capped collections cannot be read at a cluster time."""
        return bool(self.options.get("capped"))

    def metadata(self) -> str:
        """The text of the metadata file: canonical Extended JSON, keys in mongodump's order."""
        from bson import json_util

        content: dict[str, Any] = {"options": self.options} if self.options else {}
        content |= {"indexes": list(self.indexes), "uuid": self.uuid, "collectionName": self.name, "type": self.kind}
        return json_util.dumps(content, json_options=json_util.CANONICAL_JSON_OPTIONS, ensure_ascii=False)


def read(client: Client, database: str, names: frozenset[str] | None = None) -> list[Collection]:
    """All that a dump of ``database`` holds, or those of ``names`` that are there, by name."""
    found = [
        _collection(client, database, entry)
        for entry in client[database].list_collections()
        if (entry["name"] in names if names is not None else _dumped(entry["name"]))
    ]
    return sorted(found, key=lambda collection: collection.name)


def _dumped(name: str) -> bool:
    return name == "system.js" or not name.startswith(("system.", RESERVED))


def _collection(client: Client, database: str, entry: Mapping[str, Any]) -> Collection:
    kind = entry["type"]
    uuid = entry.get("info", {}).get("uuid")
    indexes = () if kind == "view" else tuple(_indexes(client, database, entry["name"]))
    return Collection(entry["name"], kind, dict(entry.get("options", {})), bytes(uuid).hex() if uuid else "", indexes)


def _indexes(client: Client, database: str, collection: str) -> list[dict[str, Any]]:
    """As the server gives them, without the namespace that old servers add."""
    return [
        {key: value for key, value in index.items() if key != "ns"}
        for index in client[database][collection].list_indexes()
    ]


def identities(client: Client, database: str) -> set[tuple[str, str]]:
    """Names with identities: differs once a collection was created, dropped or renamed."""
    entries = client[database].list_collections()
    return {
        (entry["name"], str(entry.get("info", {}).get("uuid", "")))
        for entry in entries
        if not entry["name"].removeprefix(BUCKETS).startswith(RESERVED)
    }


def file_stem(collection: str) -> str:
    """The name of a collection's files before the extension."""
    escaped = quote_plus(collection)
    if len(escaped) <= LONGEST_NAME:
        return escaped
    digest = base64.urlsafe_b64encode(hashlib.sha1(collection.encode(), usedforsecurity=False).digest())
    return f"{escaped[:KEPT_OF_NAME]}%24{digest.decode().rstrip('=')}"
