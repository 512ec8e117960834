# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups of a stack as facts: how old, how big, how proven, what each protects, whether it stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .._core.clock import Clock, iso
from .._core.errors import EngineError, Refused
from .._core.progress import Progress
from .._runs.layout import StackPaths
from . import proof, prune, retention, workspace
from .retention import Verdict
from .sets import DAMAGED, FOREIGN, PARTIAL, USABLE, BackupSet

VERIFY = ("none", "checksum", "structure")
Facts = dict[str, Any]


def verified(one: BackupSet, level: str, clock: Clock, progress: Progress) -> BackupSet:
    """The set as reading it again shows it: damaged where a file, or a document of the archive, is not what it was.

    Raises Refused ``backup_set.unfinished`` for one that is no set yet, or not any more.
    """
    if one.state == PARTIAL:
        raise Refused("backup_set.unfinished", id=one.id)
    if level == VERIFY[0] or one.content is None:
        return one
    try:
        with workspace.reading(one.path):
            proof.prove(one.path, one.content, level, None, clock, progress)
    except EngineError as error:
        return replace(one, state=DAMAGED, damage=error)
    finally:
        progress.end()
    return one


def verdicts(
    definition: Mapping[str, Any], paths: StackPaths, clock: Clock, sets: Iterable[BackupSet]
) -> dict[str, Verdict]:
    """What retention would say now, by id; empty where the definition has no keeps. Raises as :func:`prune.judge`."""
    keep = retention.read_keep(definition)
    return {} if keep is None else {one.id: verdict for one, verdict in prune.judge(paths, clock, keep, sets, ())}


def describe(one: BackupSet, clock: Clock) -> Facts:
    """The facts of one set; those that only its manifest could tell are None where that does not read."""
    content = one.content or {}
    created = one.created
    proven = content.get("proof") or {}
    collections = content.get("collections")
    return {
        "id": one.id,
        "state": one.state,
        "path": str(one.path),
        "created_at": iso(created) if created else None,
        "age_seconds": max(0, round((clock.now() - created).total_seconds())) if created else None,
        "bytes": content.get("bytes", _on_disk(one.path)),
        "proof": proven.get("level"),
        "proven_at": proven.get("at"),
        "restore_seconds": proven.get("restore_seconds"),
        "protects": {key: content.get(key) for key in ("served_version", "release", "run_id")},
        "documents": sum(item["documents"] for item in collections) if collections is not None else None,
        "collections": len(collections) if collections is not None else None,
        "engine": (content.get("engine") or {}).get("name"),
        **{key: content.get(key) for key in _AS_THEY_ARE},
    }


_AS_THEY_ARE = (
    "kind",
    "database",
    "server_version",
    "environment",
    "consistency",
    "requested_by",
    "reason",
    "seconds",
)


def totals(sets: Iterable[BackupSet]) -> dict[str, int]:
    """How many there are of each state, and the bytes of those that can be used."""
    own = [one for one in sets if one.state != FOREIGN]
    counts = {state: sum(one.state == state for one in own) for state in (*USABLE, DAMAGED, PARTIAL)}
    return {**counts, "bytes": sum(int((one.content or {})["bytes"]) for one in own if one.state in USABLE)}


def _on_disk(folder: Path) -> int | None:
    """What the files of a folder take, as far as it can be seen."""
    try:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError:
        return None
