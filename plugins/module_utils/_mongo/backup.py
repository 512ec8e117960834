# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups as they are asked for: for a run, or by hand for a stack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput, Refused
from .._core.files import read_json
from .._runs.context import HostContext
from .._stack.services import config_paths
from . import backup_set

Evidence = dict[str, Any]


def take_backup(context: HostContext, kind: str) -> Evidence:
    """Make the backup set of a run: its database and its config files.

    The files are those that the run found; before a rollback, those that are there now.
    """
    plan = context.plan
    definition = plan["definition"]
    purpose = backup_set.Purpose(
        kind, definition["stack"], definition["environment"], context.run_id, plan["to_version"]
    )
    config = present(definition) if kind == "before_rollback" else _captured(context)
    return _take(purpose, definition, context.secrets.get("mongodb_admin_uri"), config, context.clock)


def take_by_hand(definition: Mapping[str, Any], kind: str, uri: str | None, clock: Clock) -> Evidence:
    """Make a backup set of a stack outside any run."""
    for key in ("stack", "environment"):
        if not definition.get(key):
            raise BadInput("mongo.definition_missing", key=key)
    purpose = backup_set.Purpose(kind, definition["stack"], definition["environment"])
    return _take(purpose, definition, uri, present(definition), clock)


def target(definition: Mapping[str, Any]) -> tuple[str, Path]:
    """Database and backup folder of a stack. Raises BadInput ``mongo.definition_missing``."""
    database = (definition.get("mongodb") or {}).get("database")
    if not database:
        raise BadInput("mongo.definition_missing", key="mongodb.database")
    if not definition.get("backup_dir"):
        raise BadInput("mongo.definition_missing", key="backup_dir")
    return str(database), Path(definition["backup_dir"])


def _evidence(manifest: Mapping[str, Any], path: Path) -> Evidence:
    """What journal, report and result say of a backup. ``verified``: proven to restore, which this form does not do."""
    keys = ("id", "kind", "database", "engine", "bytes", "sha256", "seconds", "consistency", "created_at")
    return {
        **{key: manifest[key] for key in keys},
        "path": str(path),
        "documents": sum(collection["documents"] for collection in manifest["collections"]),
        "collections": len(manifest["collections"]),
        "config_files": len(manifest["config_files"]),
        "fingerprint": manifest["fingerprint"]["digest"],
        "verified": False,
    }


def present(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The config files of a stack as they are now; a failed update may have taken one away."""
    return [{"path": path} for path in config_paths(definition) if Path(path).is_file()]


def _captured(context: HostContext) -> list[dict[str, Any]]:
    entries = read_json(context.run_folder / "before.json")["files"]
    return [
        {**entry, "copy": str(context.run_folder / entry["copy"])} if entry.get("copy") else {"path": entry["path"]}
        for entry in entries
    ]


def _take(
    purpose: backup_set.Purpose,
    definition: Mapping[str, Any],
    uri: str | None,
    config: list[dict[str, Any]],
    clock: Clock,
) -> Evidence:
    database, folder = target(definition)
    if not uri:
        raise Refused("mongo.secret_missing")
    manifest = backup_set.take(purpose, uri, database, folder, config, clock)
    return _evidence(manifest, folder / manifest["id"])
