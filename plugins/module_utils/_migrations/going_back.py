# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What going back to an earlier release undoes in the database: the migrations applied since, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import Refused
from .._mongo import client as connections
from .._runs.context import HostContext
from . import files, state
from .operations import FOLDER, admin_uri
from .planned import database_of


@dataclass(frozen=True)
class Since:
    """A migration applied since: by which run, whether ``down`` undoes it, whether the release before can read it."""

    version: str
    run_id: str | None
    reversible: bool
    readable: bool


def since(context: HostContext, schema: Sequence[str]) -> list[Since]:
    """Every applied version that is not in ``schema``, oldest first. One whose file is gone cannot be undone."""
    found = []
    for document in _documents(context, schema):
        run_id, path = document.get("run_id"), _file(context, document)
        migration = files.describe(path) if path else None
        same = migration is not None and migration.sha256 == document["checksum"]
        reversible = bool(same and migration and migration.reversible)
        found.append(Since(document["_id"], run_id, reversible, bool(same and migration and migration.compatible)))
    return found


def newer(context: HostContext, schema: Sequence[str]) -> list[dict[str, Any]]:
    """Arguments of ``migration.down`` for every applied version that is not in ``schema``, newest first.

    Raises Refused ``migrations.no_way_back`` when one of them cannot be undone, before anything is.
    """
    name = database_of(context)
    return [_arguments(context, document, name) for document in reversed(_documents(context, schema))]


def _documents(context: HostContext, schema: Sequence[str]) -> list[dict[str, Any]]:
    with connections.connect(admin_uri(context)) as client:
        return [item for item in state.records(client[database_of(context)]) if item["_id"] not in schema]


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
    code = files.load(path, document["checksum"])
    if not code.migration.reversible or code.down is None:
        raise Refused("migrations.no_way_back", version=version, found="REVERSIBLE = False")
    fields = {"version": version, "file": path.name, "sha256": document["checksum"]}
    return {**fields, "database": database, "source_run": document["run_id"]}
