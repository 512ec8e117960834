# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which collection has which name right now: by the identity that it keeps when it is renamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._core.errors import Failed
from . import client as connections
from .catalogue import BUCKETS

if TYPE_CHECKING:
    from .client import Client

NAMESPACE_EXISTS = 48
NAMESPACE_NOT_FOUND = 26


@dataclass(frozen=True)
class Place:
    """What has a name: ``kind`` is collection, view or timeseries; ``uuid`` is of what holds the documents."""

    kind: str
    uuid: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def read(client: Client, database: str) -> dict[str, Place]:
    """Everything in ``database`` by name; the buckets of a time series go with it."""
    entries = {entry["name"]: entry for entry in client[database].list_collections()}
    found = {}
    for name, entry in entries.items():
        if name.startswith(BUCKETS):
            continue
        holder = entries.get(BUCKETS + name, {}) if entry["type"] == "timeseries" else entry
        uuid = holder.get("info", {}).get("uuid")
        found[name] = Place(entry["type"], bytes(uuid).hex() if uuid else "", dict(entry.get("options", {})))
    return found


def where(found: Mapping[str, Place], uuid: str) -> str | None:
    """The name that the collection ``uuid`` has now."""
    return next((name for name, place in found.items() if uuid and place.uuid == uuid), None)


def uuid_at(found: Mapping[str, Place], name: str) -> str:
    return found[name].uuid if name in found else ""


def free(found: Mapping[str, Place], name: str) -> str:
    """``name``, or with a number where it is taken."""
    candidate, number = name, 1
    while candidate in found:
        number += 1
        candidate = f"{name}~{number}"
    return candidate


def rename(client: Client, database: str, old: str, new: str) -> bool:
    """Give a collection another name, durably. False when somebody took it meanwhile, or the collection is gone."""
    from pymongo.errors import OperationFailure

    durable = {"w": "majority", "j": True, "wtimeout": round(connections.SOCKET_SECONDS * 1000)}
    command = {"renameCollection": f"{database}.{old}", "to": f"{database}.{new}", "writeConcern": durable}
    try:
        client.admin.command(command)
    except OperationFailure as error:
        if error.code not in (NAMESPACE_EXISTS, NAMESPACE_NOT_FOUND):
            raise
        return False
    return True


def need(found: Mapping[str, Place], uuid: str, collection: str) -> str:
    """The name of the collection ``uuid``. Raises Failed ``restore.gone`` when it is nowhere."""
    name = where(found, uuid)
    if name is None:
        raise Failed("restore.gone", collection=collection)
    return name
