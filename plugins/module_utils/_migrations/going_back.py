# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What going back to an earlier release undoes in the database: the migrations applied since, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._core.errors import Refused
from .._mongo import client as connections
from .._runs.context import HostContext
from . import files, state
from .operations import FOLDER, admin_uri
from .planned import database_of


def newer(context: HostContext, schema: Sequence[str]) -> list[dict[str, Any]]:
    """Arguments of ``migration.down`` for every applied version that is not in ``schema``, newest first.

    Raises Refused ``migrations.no_way_back`` when one of them cannot be undone, before anything is.
    """
    name = database_of(context)
    with connections.connect(admin_uri(context)) as client:
        documents = [item for item in state.records(client[name]) if item["_id"] not in schema]
    return [_arguments(context.run_folder.parent, document, name) for document in reversed(documents)]


def _arguments(runs: Path, document: dict[str, Any], database: str) -> dict[str, Any]:
    version, run_id = document["_id"], document["run_id"]
    found = sorted((runs / run_id / FOLDER).glob(f"{version}_*.py"))
    if len(found) != 1:
        raise Refused("migrations.no_way_back", version=version, found=f"{runs / run_id / FOLDER}: {len(found)}")
    code = files.load(found[0], document["checksum"])
    if not code.migration.reversible or code.down is None:
        raise Refused("migrations.no_way_back", version=version, found="REVERSIBLE = False")
    fields = {"version": version, "file": found[0].name, "sha256": document["checksum"]}
    return {**fields, "database": database, "source_run": run_id}
