# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup set: a database's dump and the stack's config files in one folder, with a manifest written last.

A set is whole or it is not there: it is written in ``<id>.partial`` and renamed at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .._core import files
from .._core.clock import Clock, iso
from .._core.errors import BadInput, Failed
from . import client as connections
from . import config_archive, dump, workspace

SCHEMA = 1
KINDS = ("pre_update", "pre_migration", "before_rollback", "manual")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Purpose:
    """Why a backup is made, and of what."""

    kind: str
    stack: str
    environment: str
    run_id: str | None = None
    release: str | None = None


def take(
    purpose: Purpose,
    uri: str,
    database: str,
    backup_dir: Path,
    config_files: Sequence[Mapping[str, Any]],
    clock: Clock,
) -> dict[str, Any]:
    """Make a backup set below ``backup_dir`` and return its manifest.

    ``config_files``: entries with ``path`` (where the file belongs) and, where it was copied, ``copy``.
    On any error nothing is left behind.
    """
    if purpose.kind not in KINDS:
        raise BadInput("mongo.backup_kind", kind=purpose.kind, allowed=", ".join(KINDS))
    started, now = clock.monotonic(), clock.now()
    with connections.connect(uri, answer_seconds=connections.LONG_SECONDS) as client:
        client[database].command("ping")
        name = f"{now:%Y%m%dT%H%M%SZ}-{purpose.kind}" + (f"-{purpose.release}" if purpose.release else "")
        with workspace.open_partial(backup_dir, name) as (identifier, partial):
            done = dump.write(client, database, partial)
            archived = config_archive.write(partial, config_files)
            written = done.files + ([archived["file"]] if archived["file"] else [])
            manifest = {
                "schema": SCHEMA,
                "id": identifier,
                **asdict(purpose),
                "engine": "native",
                "database": database,
                "server_version": done.server_version,
                "created_at": iso(now),
                "seconds": round(clock.monotonic() - started, 3),
                "consistency": done.consistency,
                "files": written,
                "collections": done.collections,
                "fingerprint": done.fingerprint,
                "config_files": archived["members"],
                "bytes": sum(entry["bytes"] for entry in written),
                "sha256": digest_of(written),
            }
            files.write_json(partial / MANIFEST, manifest, mode=files.SECRET_MODE)
            workspace.publish(partial, backup_dir / identifier)
    return manifest


def digest_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """One SHA-256 for a list of files: it changes with any path, size or content."""
    return files.sha256_bytes(json.dumps(list(entries), sort_keys=True, separators=(",", ":")).encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the set in ``folder``, with its list of files proved unchanged."""
    manifest = files.read_json(folder / MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise Failed("mongo.manifest_schema", path=str(folder / MANIFEST), expected=SCHEMA)
    if digest_of(manifest["files"]) != manifest["sha256"]:
        raise Failed("mongo.manifest_changed", path=str(folder / MANIFEST))
    return manifest


def check_files(folder: Path) -> dict[str, Any]:
    """The manifest, once every file of the set has the size and SHA-256 that it says."""
    manifest = read_manifest(folder)
    for entry in manifest["files"]:
        path = folder / entry["path"]
        found = files.sha256_file(path)
        if found != entry["sha256"]:
            raise Failed("mongo.file_changed", path=str(path), expected=entry["sha256"], found=found)
    return manifest
