# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a backup folder: the sets of a stack, good ones and others, and what is not this stack's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .._core.clock import parse_iso
from .._core.errors import BadInput, EngineError, Failed
from .._policy.policy import PROOF_LEVELS
from . import manifest, workspace
from .retention import Candidate

GOOD, UNPROVEN, DAMAGED, PARTIAL, FOREIGN = STATES = ("good", "unproven", "damaged", "partial", "foreign")
USABLE = (GOOD, UNPROVEN)


@dataclass(frozen=True)
class BackupSet:
    """A folder of the backup folder. ``content`` is its manifest where that reads; ``damage`` says what is wrong."""

    id: str
    path: Path
    state: str
    content: Mapping[str, Any] | None = None
    damage: EngineError | None = None

    @property
    def created(self) -> datetime | None:
        """When it was begun, by its manifest, else by the name that every set gets."""
        if self.content is not None:
            return parse_iso(str(self.content["created_at"]))
        return _moment_in(self.id)

    def candidate(self) -> Candidate:
        """What retention needs of a set that is usable."""
        content = self.content or {}
        return Candidate(
            self.id,
            parse_iso(str(content["created_at"])),
            content["proof"]["level"],
            content["kind"],
            content.get("run_id"),
            content.get("served_version"),
        )


def inventory(backup_dir: Path, stack: str) -> list[BackupSet]:
    """Every folder in ``backup_dir``, newest first; empty where it is missing. Raises Failed ``file.unreadable``.

    Files are looked at by name and size here, not by content.
    """
    try:
        folders = [entry for entry in backup_dir.iterdir() if entry.is_dir() or entry.is_symlink()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Failed("file.unreadable", path=str(backup_dir), found=error.strerror or str(error)) from error
    found = [look(folder, stack) for folder in folders]
    return sorted(found, key=lambda one: (one.created.timestamp() if one.created else 0.0, one.id), reverse=True)


def look(folder: Path, stack: str) -> BackupSet:
    """One folder, by its manifest and the names and sizes of its files."""
    name = folder.name
    if folder.suffix in workspace.UNFINISHED:
        return BackupSet(name, folder, PARTIAL)
    if folder.is_symlink() or _stack_of(folder) not in (None, stack):
        return BackupSet(name, folder, FOREIGN)
    try:
        content = manifest.check_sizes(folder, manifest.read(folder))
        if content["id"] != name or content["proof"]["level"] not in PROOF_LEVELS:
            raise Failed("backup_set.changed", path=str(folder / manifest.NAME))
        parse_iso(str(content["created_at"]))
    except EngineError as error:
        ours = (folder / manifest.NAME).exists() or _moment_in(name) is not None
        return BackupSet(name, folder, DAMAGED if ours else FOREIGN, damage=error if ours else None)
    except (KeyError, TypeError, ValueError, OSError):
        return BackupSet(name, folder, DAMAGED, damage=Failed("backup_set.changed", path=str(folder / manifest.NAME)))
    return BackupSet(name, folder, GOOD if content["proof"]["level"] != PROOF_LEVELS[0] else UNPROVEN, content)


def find(backup_dir: Path, stack: str, backup_id: str) -> BackupSet:
    """The set of that id. Raises BadInput ``backup_set.unknown`` with those that there are."""
    known = [one for one in inventory(backup_dir, stack) if one.state != FOREIGN]
    for one in known:
        if one.id == backup_id:
            return one
    ids = ", ".join(one.id for one in known if one.state in USABLE) or "-"
    raise BadInput("backup_set.unknown", id=backup_id, path=str(backup_dir), known=ids)


def _stack_of(folder: Path) -> object:
    """The stack that a manifest names, even a damaged one; None where nothing can be read of it."""
    try:
        found = json.loads((folder / manifest.NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return found.get("stack") if isinstance(found, dict) else None


def _moment_in(name: str) -> datetime | None:
    try:
        return parse_iso(datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").isoformat() + "Z")
    except ValueError:
        return None
