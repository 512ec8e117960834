# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account may do, compared with what a run needs, before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import Refused
from . import client as connections
from .catalogue import BUCKETS

if TYPE_CHECKING:
    from .client import Client

READ = ("find", "listCollections", "listIndexes", "dbStats")
"""What a backup and its checks need on the database."""
CHANGE = (
    "insert",
    "update",
    "remove",
    "createCollection",
    "dropCollection",
    "createIndex",
    "dropIndex",
    "collMod",
)
"""What migrations and their undo need besides."""
LOCK = ("find", "insert", "update", "remove")
"""What the lock needs on the database of our own."""
DATABASE_ACTIONS = ("listCollections", "dbStats")
"""Actions on the database as a whole, the others on its collections."""


def preflight_privileges(uri: str, database: str, *, migrates: bool = True) -> list[str]:
    """The privileges proved, as "action on database". Raises Refused ``mongo.privileges_missing``, which names them.

    Also raises the errors of a connection: ``mongo.unreachable``, ``mongo.credentials``…
    """
    needed = READ + (CHANGE if migrates else ())
    proved = []
    for name, actions in ((database, needed), (connections.OWN_DATABASE, LOCK)):
        missing = missing_privileges(uri, name, actions)
        if missing:
            raise Refused("mongo.privileges_missing", database=name, missing=", ".join(missing))
        proved += [f"{action} on {name}" for action in actions]
    return proved


def missing_privileges(uri: str, database: str, needed: Iterable[str]) -> list[str]:
    """Those of ``needed`` that the account of ``uri`` does not have on ``database``."""
    with connections.connect(uri) as client:
        status = client.admin.command("connectionStatus", showPrivileges=True)["authInfo"]
        if not status["authenticatedUsers"]:
            # Without an account either the server wants none, or this first command is refused.
            client[database].command("dbStats")
            return []
        privileges = status["authenticatedUserPrivileges"]
        missing = [action for action in needed if not allowed(privileges, database, action)]
        return missing or _unreadable(client, database)


def _unreadable(client: Client, database: str) -> list[str]:
    """The data of time series lies in system collections, which not every role that reads may read: tried."""
    from pymongo.errors import OperationFailure

    found = []
    for entry in client[database].list_collections(filter={"type": "timeseries"}):
        try:
            client[database][BUCKETS + entry["name"]].find_one()
        except OperationFailure as error:
            if error.code != connections.UNAUTHORIZED:
                raise
            found.append(f"find on {BUCKETS}{entry['name']}")
    return found


def allowed(privileges: Iterable[Mapping[str, Any]], database: str, action: str) -> bool:
    """Whether ``privileges`` allow ``action`` on every ordinary collection of ``database``."""
    return any(
        _covers(privilege["resource"], database) and ({action, "anyAction"} & set(privilege["actions"]))
        for privilege in privileges
    )


def _covers(resource: Mapping[str, Any], database: str) -> bool:
    if resource.get("anyResource"):
        return True
    return resource.get("db") in ("", database) and resource.get("collection") == ""


def size_on_disk(uri: str, database: str) -> dict[str, int]:
    """Bytes of ``database``: ``data`` (what a dump reads), ``storage`` and ``indexes`` (on the server)."""
    with connections.connect(uri) as client:
        stats = client[database].command("dbStats")
    return {
        "data": int(stats["dataSize"]),
        "storage": int(stats["storageSize"]),
        "indexes": int(stats["indexSize"]),
    }
