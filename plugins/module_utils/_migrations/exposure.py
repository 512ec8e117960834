# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many documents a risky operation concerns on the live database, and whether it is then refused. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .files import Migration
from .lint import Finding, findings
from .rules import REFUSED, RULES, SHOWN

if TYPE_CHECKING:
    from pymongo.database import Database

    Live = Database[dict[str, Any]]

LIMIT_MS = 10_000
"""A count that takes longer is left unknown: looking must not load the server."""
BIG_INDEX = 100_000
"""Documents from which an index build is worth a line: 1 M strings took 2.3 s on an idle server."""
BIG_SCAN = 10_000
"""Documents from which a scan, or a whole collection in memory, is."""
_FROM = {"index_build": BIG_INDEX, "full_scan": BIG_SCAN, "whole_collection_in_memory": BIG_SCAN, "validator": 1}
"""Rule → documents from which its finding is shown at all; an unknown count is always shown."""
_FAILS = ("validator", "unique_index")
"""Rules that are bound to fail, thus refused, as soon as one document is concerned."""


def look(database: Live, migrations: Iterable[Migration], sources: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The findings of ``migrations`` (``sources``: file → content) with the documents concerned.

    Each: ``version``, ``file``, ``rule``, ``line``, ``collection``, ``documents`` (None: unknown), ``level`` (refused,
    shown or allowed), ``reason`` (why the file allows it).
    """
    result = []
    for migration in migrations:
        for finding in findings(migration, sources[migration.file]):
            documents = concerned(database, finding)
            if documents is not None and documents < _FROM.get(finding.rule, 0):
                continue
            result.append(_entry(migration, finding, documents))
    return result


def refused(entries: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that stop a run."""
    return [entry for entry in entries if entry["level"] == REFUSED]


def _entry(migration: Migration, finding: Finding, documents: int | None) -> dict[str, Any]:
    reason = migration.allows.get(finding.rule)
    return {
        "version": migration.version,
        "file": migration.file,
        "rule": finding.rule,
        "line": finding.line,
        "collection": finding.collection,
        "documents": documents,
        "level": "allowed" if reason else _level(finding.rule, documents),
        "reason": reason,
    }


def _level(rule: str, documents: int | None) -> str:
    if rule in _FAILS:
        return REFUSED if documents else SHOWN
    # What concerns no document cannot lose one.
    return SHOWN if documents == 0 else RULES[rule]


def concerned(database: Live, finding: Finding) -> int | None:
    """The documents that ``finding`` concerns now; None where that cannot be said."""
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    if finding.collection is None:
        return None
    count = _COUNTS.get(finding.rule, _whole)
    try:
        return count(database, finding)
    except (PyMongoError, BSONError, TypeError, ValueError, LookupError, ArithmeticError):
        return None


def _whole(database: Live, finding: Finding) -> int:
    return int(database[str(finding.collection)].estimated_document_count(maxTimeMS=LIMIT_MS))


def _matching(database: Live, finding: Finding) -> int:
    if not isinstance(finding.argument, dict) or not finding.argument:
        return _whole(database, finding)
    return int(database[str(finding.collection)].count_documents(finding.argument, maxTimeMS=LIMIT_MS))


def _scanned(database: Live, finding: Finding) -> int:
    """All documents when the server would read them all to answer the query, otherwise none."""
    question = {"find": finding.collection, "filter": finding.argument}
    plan = database.command({"explain": question, "verbosity": "queryPlanner", "maxTimeMS": LIMIT_MS})
    return _whole(database, finding) if _has_scan(plan.get("queryPlanner", {}).get("winningPlan")) else 0


def _has_scan(plan: Any) -> bool:
    if isinstance(plan, Mapping):
        return plan.get("stage") == "COLLSCAN" or any(_has_scan(value) for value in plan.values())
    return isinstance(plan, list) and any(_has_scan(value) for value in plan)


def _refusing(database: Live, finding: Finding) -> int | None:
    """Documents that the validator would refuse."""
    if not isinstance(finding.argument, dict):
        return None
    query = {"$nor": [finding.argument]}
    return int(database[str(finding.collection)].count_documents(query, maxTimeMS=LIMIT_MS))


def _doubled(database: Live, finding: Finding) -> int | None:
    """Documents whose key another one has too."""
    fields = _fields(finding.argument)
    if not fields:
        return None
    key = {str(place): f"${name}" for place, name in enumerate(fields)}
    pipeline: list[dict[str, Any]] = [
        {"$group": {"_id": key, "n": {"$sum": 1}}},
        {"$match": {"n": {"$gt": 1}}},
        {"$group": {"_id": None, "documents": {"$sum": "$n"}}},
    ]
    found = list(database[str(finding.collection)].aggregate(pipeline, maxTimeMS=LIMIT_MS))
    return int(found[0]["documents"]) if found else 0


def _fields(keys: Any) -> list[str]:
    """The fields of an index as pymongo takes them: a name, or a list of names or of (name, direction)."""
    if isinstance(keys, str):
        return [keys]
    if isinstance(keys, Mapping):
        return [str(key) for key in keys]
    if isinstance(keys, list):
        return [str(key if isinstance(key, str) else key[0]) for key in keys]
    return []


_COUNTS: dict[str, Callable[[Live, Finding], int | None]] = {
    "remove_field": _matching,
    "rename_field": _matching,
    "whole_collection_in_memory": _matching,
    "full_scan": _scanned,
    "validator": _refusing,
    "unique_index": _doubled,
}
"""Rule → how its documents are counted; the others concern the whole collection."""
