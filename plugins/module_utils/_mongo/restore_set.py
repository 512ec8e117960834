# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup set that a restore takes: found, checked file by file, and whether it fits where it would go."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import BadInput, Failed, Refused
from .._core.progress import Progress
from . import archive_format as form
from . import backup_set, manifest, proof, sets

FITS = ("stack", "server_version", "release")
"""What a set may differ in, when that is accepted by its name."""
NEWEST = 5
"""Sets that a message names."""
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*", re.ASCII)


@dataclass(frozen=True)
class Chosen:
    """A set whose files are what its manifest says; ``release`` is the tuple in it, None where there is none."""

    folder: Path
    manifest: Mapping[str, Any]
    release: Mapping[str, Any] | None

    @property
    def archive(self) -> Path:
        return self.folder / form.ARCHIVE

    @property
    def collections(self) -> dict[str, Mapping[str, Any]]:
        return {item["name"]: item for item in self.manifest["collections"]}


@dataclass(frozen=True)
class Here:
    """Where the set would go, and what serves there (None: nobody knows)."""

    stack: str
    environment: str
    database: str
    server_version: str
    version: str | None
    schema: Sequence[str] | None


def choose(backup_dir: Path, stack: str, backup_id: str, progress: Progress, *, thorough: bool = True) -> Chosen:
    """The set ``backup_id``, the digests of its files compared; ``thorough``: every document of it read as well.

    Raises BadInput ``backup_set.unknown`` or Failed ``backup_set.…``, ``archive.…``, ``proof.…``.
    """
    folder = backup_dir / backup_id
    if not _ID.fullmatch(backup_id) or not (folder / manifest.NAME).is_file():
        usable = [one.id for one in sets.inventory(backup_dir, stack) if one.state in sets.USABLE]
        known = ", ".join(usable[:NEWEST]) or "-"
        raise BadInput("backup_set.unknown", id=backup_id or "-", path=str(backup_dir), known=known)
    content = manifest.check_files(folder)
    if content["id"] != backup_id:
        raise Failed("backup_set.changed", path=str(folder / manifest.NAME))
    if thorough:
        proof.check_structure(folder / form.ARCHIVE, content, progress)
    return Chosen(folder, content, _release(folder))


def _release(folder: Path) -> Mapping[str, Any] | None:
    path = folder / backup_set.TUPLE
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else None


def misfits(chosen: Chosen, here: Here) -> list[dict[str, str]]:
    """What does not fit, each with ``name``, ``expected`` (here) and ``found`` (in the set)."""
    said = chosen.manifest
    found = []
    ours, theirs = (here.stack, here.environment, here.database), (said["stack"], said["environment"], said["database"])
    if ours != theirs:
        found.append(_misfit("stack", "/".join(ours), "/".join(map(str, theirs))))
    if _series(str(said["server_version"])) > _series(here.server_version):
        found.append(_misfit("server_version", here.server_version, said["server_version"]))
    release = (said.get("served_version"), (chosen.release or {}).get("schema"))
    if not _same_release(release, (here.version, here.schema)):
        found.append(_misfit("release", _release_text(here.version, here.schema), _release_text(*release)))
    return found


def _same_release(of_set: tuple[Any, Any], served: tuple[Any, Any]) -> bool:
    """By version; by the migrations applied as well, where both are known."""
    schemas = of_set[1], served[1]
    same_schema = None in schemas or list(schemas[0]) == list(schemas[1])
    return of_set[0] is not None and of_set[0] == served[0] and same_schema


def _misfit(name: str, expected: object, found: object) -> dict[str, str]:
    return {"name": name, "expected": str(expected), "found": str(found)}


def _release_text(version: Any, schema: Any) -> str:
    applied = f" ({', '.join(schema)})" if schema else ""
    return f"{version or '?'}{applied}"


def _series(version: str) -> tuple[int, ...]:
    """Major and minor: what decides whether a server can take another's data."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def refuse_misfits(chosen: Chosen, found: Sequence[Mapping[str, str]], accepted: Collection[str]) -> None:
    """Raises BadInput ``restore.accept`` for an unknown name, Refused ``restore.does_not_fit`` for what was not accepted."""
    unknown = sorted(set(accepted) - set(FITS))
    if unknown:
        raise BadInput("restore.accept", value=", ".join(unknown), allowed=", ".join(FITS))
    left = [misfit for misfit in found if misfit["name"] not in accepted]
    if left:
        names = ",".join(misfit["name"] for misfit in left)
        here, there = (", ".join(f"{one['name']} {one[key]}" for one in left) for key in ("expected", "found"))
        raise Refused("restore.does_not_fit", id=chosen.manifest["id"], expected=here, found=there, names=names)


def wanted(chosen: Chosen, names: Sequence[str]) -> frozenset[str] | None:
    """The collections asked for; None: all. Raises BadInput ``restore.collections`` for one that the set does not have."""
    if not names:
        return None
    unknown = sorted(set(names) - set(chosen.collections))
    if unknown:
        known = ", ".join(sorted(chosen.collections))
        raise BadInput("restore.collections", value=", ".join(unknown), id=chosen.manifest["id"], known=known)
    return frozenset(names)
