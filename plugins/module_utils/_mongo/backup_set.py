# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup set: a database's archive, the stack's config files, its release tuple, in one folder with a manifest.

A set is whole and proven or it is not there: it is written in ``<id>.partial`` and renamed at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .._core import files
from .._core.clock import Clock, iso
from .._core.errors import BadInput
from . import config_archive, manifest, workspace
from .dump import Dump

KINDS = ("pre_update", "pre_migration", "before_rollback", "before_restore", "manual")
TUPLE = "release.json"
UNPROVEN = {"level": "none", "at": None, "seconds": 0.0, "restore_seconds": None, "place": None}

Prove = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Purpose:
    """Why a backup is made, of what, for whom."""

    kind: str
    stack: str
    environment: str
    run_id: str | None = None
    release: str | None = None
    requested_by: str | None = None
    reason: str | None = None


def take(
    purpose: Purpose,
    dump: Callable[[Path], Dump],
    database: str,
    backup_dir: Path,
    config_files: Sequence[Mapping[str, Any]],
    clock: Clock,
    *,
    prove: Prove,
    tuple_: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make a backup set below ``backup_dir`` and return its manifest.

    ``config_files``: entries with ``path`` (where the file belongs) and, where it was copied, ``copy``; ``tuple_``: the
    release that was there. ``prove`` returns evidence or raises. On any error nothing is left behind.
    """
    if purpose.kind not in KINDS:
        raise BadInput("mongo.backup_kind", kind=purpose.kind, allowed=", ".join(KINDS))
    started, now = clock.monotonic(), clock.now()
    with workspace.open_partial(backup_dir, name_of(now, purpose.kind, purpose.release)) as (identifier, partial):
        done = dump(partial)
        archived = config_archive.write(partial, config_files)
        written = [done.file, *([archived["file"]] if archived["file"] else []), *_write_tuple(partial, tuple_)]
        content = {
            "schema": manifest.SCHEMA,
            "id": identifier,
            **asdict(purpose),
            "served_version": (tuple_ or {}).get("version"),
            "engine": done.engine,
            "database": database,
            "server_version": done.server_version,
            "created_at": iso(now),
            "seconds": round(clock.monotonic() - started, 3),
            "consistency": done.consistency,
            "files": written,
            "collections": done.collections,
            "users": done.users,
            "fingerprint": done.fingerprint,
            "config_files": archived["members"],
            "bytes": sum(entry["bytes"] for entry in written),
            "sha256": manifest.digest_of(written),
            "proof": UNPROVEN,
        }
        proven = manifest.write(partial, {**content, "proof": dict(prove(partial, content))})
        workspace.publish(partial, backup_dir / identifier)
    return proven


def name_of(moment: datetime, kind: str, release: str | None) -> str:
    """The id of a set, which sorts by time."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{kind}" + (f"-{release}" if release else "")


def _write_tuple(partial: Path, tuple_: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if tuple_ is None:
        return []
    path = partial / TUPLE
    files.write_json(path, tuple_, mode=files.SECRET_MODE)
    return [{"path": TUPLE, "bytes": path.stat().st_size, "sha256": files.sha256_file(path)}]
