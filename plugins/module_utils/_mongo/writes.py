# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many writes a restore would put aside: the oplog tells, where there is one and it reaches far enough back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import client as connections
from .catalogue import BUCKETS, RESERVED

if TYPE_CHECKING:
    from .client import Client

UNKNOWN = "unknown"
"""What people confirm where nobody can count."""
DOCUMENT_WRITES = ("i", "u", "d")
DESTROYING = ("drop", "renameCollection", "dropDatabase")
"""Commands that take documents away count as one write each; those that make collections or indexes do not count."""
OURS = (RESERVED, BUCKETS + RESERVED, "system.views", "system.profile")
_MOMENT = re.compile(r"(\d+)\.(\d+)", re.ASCII)


@dataclass(frozen=True)
class Writes:
    """``count`` since the moment of the backup; None where it cannot be told, for the reason ``why``.

    Expiries by the server itself (TTL) count: it does not tell them apart.
    """

    count: int | None
    why: str | None = None

    @property
    def said(self) -> str:
        """What a person confirms."""
        return UNKNOWN if self.count is None else str(self.count)


def since(client: Client, database: str, moment: str | None, only: Collection[str] | None = None) -> Writes:
    """The writes of others to ``database`` (to the collections ``only``) after the cluster time ``moment``, "seconds.ordinal".

    ``why``: no_moment, standalone, no_right, rolled_over.
    """
    from pymongo.errors import OperationFailure

    parsed = _MOMENT.fullmatch(moment or "")
    if parsed is None:
        return Writes(None, "no_moment")
    if not connections.is_replica_set(client):
        return Writes(None, "standalone")
    try:
        return _count(client, database, (int(parsed[1]), int(parsed[2])), only)
    except OperationFailure as error:
        if error.code != connections.UNAUTHORIZED:
            raise
        return Writes(None, "no_right")


def _count(client: Client, database: str, moment: tuple[int, int], only: Collection[str] | None) -> Writes:
    from bson import Timestamp

    log = client["local"]["oplog.rs"]
    after = Timestamp(*moment)
    first = log.find_one({}, {"ts": 1}, sort=[("$natural", 1)])
    if first is None or first["ts"] > after:
        return Writes(None, "rolled_over")
    wanted = {"ns": _namespaces(database, only)}
    written = {"op": {"$in": list(DOCUMENT_WRITES)}, **wanted}
    found = log.aggregate(
        [
            {"$match": {"ts": {"$gt": after}, "$or": [written, {"op": "c", "o.applyOps": {"$elemMatch": wanted}}]}},
            {"$project": {"ns": 1, "op": 1, "inner": {"$ifNull": ["$o.applyOps", []]}}},
            {"$unwind": {"path": "$inner", "preserveNullAndEmptyArrays": True}},
            {"$match": {"$or": [written, {"inner.op": written["op"], "inner.ns": wanted["ns"]}]}},
            {"$count": "writes"},
        ]
    )
    documents = sum(int(one["writes"]) for one in found)
    commands = log.find({"ts": {"$gt": after}, "op": "c", "ns": f"{database}.$cmd"}, {"o": 1})
    return Writes(documents + sum(_destroys(one["o"], database, only) for one in commands))


def _namespaces(database: str, only: Collection[str] | None) -> Any:
    if only is not None:
        return {"$in": [f"{database}.{start}{name}" for name in only for start in ("", BUCKETS)]}
    ours = "|".join(re.escape(name) for name in OURS)
    return re.compile(rf"^{re.escape(database)}\.(?!{ours}|\$cmd)")


def _destroys(command: Mapping[str, Any], database: str, only: Collection[str] | None) -> bool:
    """Whether a command took documents away that were not ours."""
    name = next(iter(command), "")
    if name not in DESTROYING:
        return False
    if name == "dropDatabase":
        return True
    touched = [str(command[name]).removeprefix(f"{database}."), str(command.get("to", "")).removeprefix(f"{database}.")]
    if any(one.startswith(OURS) for one in touched):
        return False
    return only is None or any(one.removeprefix(BUCKETS) in only for one in touched)
