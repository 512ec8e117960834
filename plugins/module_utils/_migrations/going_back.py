# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What going back to an earlier release undoes in the database: the migrations applied since, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._commanded import returning
from .._core.errors import Refused
from .._mongo import client as connections
from .._runs.context import HostContext
from . import files, history, state
from .operations import FOLDER, admin_uri
from .planned import database_of

if TYPE_CHECKING:
    from pymongo.database import Database


@dataclass(frozen=True)
class Since:
    """A migration begun since: by which run, whether ``down`` undoes it, whether the release before can read it.

    ``failed``: its ``down`` was the last that was tried, and failed.
    """

    version: str
    run_id: str | None
    reversible: bool
    readable: bool
    failed: bool = False


def since(context: HostContext, schema: Sequence[str]) -> list[Since]:
    """Every version that was begun and is not in ``schema``, oldest first. One whose file is gone cannot be undone."""
    found = []
    for document in _documents(context):
        if document["_id"] in schema:
            continue
        if returning.is_commanded(document):
            ways = returning.reversible(context)
            found.append(Since(document["_id"], document.get("run_id"), *ways, failed=document["down_failed"]))
            continue
        run_id, path = document.get("run_id"), _file(context, document)
        migration = files.describe(path) if path else None
        same = migration is not None and migration.sha256 == document.get("checksum")
        reversible = bool(same and migration and migration.reversible)
        readable = bool(same and migration and migration.compatible)
        found.append(Since(document["_id"], run_id, reversible, readable, document["down_failed"]))
    return found


def newer(context: HostContext, schema: Sequence[str]) -> list[tuple[str, dict[str, Any]]]:
    """Operations, with arguments, that take back every version that was begun and is not in ``schema``, newest first.

    What the application's scripts applied in a row they take back at once. Raises Refused ``migrations.no_way_back`` when
    one of them cannot be undone, before anything is.
    """
    name, documents = database_of(context), _documents(context)
    steps: list[tuple[str, dict[str, Any]]] = []
    beyond = [item for item in reversed(documents) if item["_id"] not in schema]
    for commanded, group in groupby(beyond, returning.is_commanded):
        items = list(group)
        if commanded:
            steps.append(returning.down(context, items, documents[: documents.index(items[-1])]))
        else:
            steps += [("migration.down", _arguments(context, item, name)) for item in items]
    return steps


def _documents(context: HostContext) -> list[dict[str, Any]]:
    """The records, those of migrations that failed or were cut off last; each with ``down_failed``."""
    with connections.connect(admin_uri(context)) as client:
        database = client[database_of(context)]
        found = [*state.records(database), *state.unfinished(database)]
        return [{**item, "down_failed": _down_failed(database, item["_id"])} for item in found]


def _down_failed(database: Database[dict[str, Any]], version: str) -> bool:
    last = history.latest(database, 1, version=version, direction={"$in": ["up", "down"]})
    return bool(last) and (last[0]["direction"], last[0]["status"]) == ("down", "failed")


def _file(context: HostContext, document: dict[str, Any]) -> Path | None:
    """The file that was applied, in the folder of the run that did."""
    if not document.get("run_id"):
        return None
    folder = context.run_folder.parent / document["run_id"] / FOLDER
    found = sorted(folder.glob(f"{document['_id']}_*.py"))
    return found[0] if len(found) == 1 else None


def _arguments(context: HostContext, document: dict[str, Any], database: str) -> dict[str, Any]:
    version, path = document["_id"], _file(context, document)
    if path is None:
        raise Refused("migrations.no_way_back", version=version, found=f"{document.get('run_id')}: -")
    code = files.load(path, document.get("checksum") or "-")
    if not code.migration.reversible or code.down is None:
        raise Refused("migrations.no_way_back", version=version, found="REVERSIBLE = False")
    fields = {"version": version, "file": path.name, "sha256": document["checksum"]}
    return {**fields, "database": database, "source_run": document["run_id"]}
