# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a backup set: what is in it, and a digest by which one flipped bit anywhere is found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._core import files
from .._core.errors import Failed

SCHEMA = 2
NAME = "manifest.json"
NEEDED = (
    "id",
    "kind",
    "stack",
    "environment",
    "database",
    "created_at",
    "server_version",
    "files",
    "collections",
    "proof",
)
"""What anyone who uses a set relies on."""


def digest_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """One SHA-256 for a list of files: it changes with any path, size or content."""
    return files.sha256_bytes(json.dumps(list(entries), sort_keys=True, separators=(",", ":")).encode())


def write(folder: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Write the manifest with its digest, atomically; what was written."""
    plain = {key: value for key, value in content.items() if key != "digest"}
    whole = {**plain, "digest": files.sha256_bytes(_text(plain).encode())}
    files.write_atomic(folder / NAME, _text(whole), files.SECRET_MODE)
    return whole


def read(folder: Path) -> dict[str, Any]:
    """The manifest of the set in ``folder``. Raises Failed ``backup_set.schema`` or ``backup_set.changed``.

    The file must be, byte by byte, what would be written for its content.
    """
    path = folder / NAME
    raw = files.read_bytes(path)
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise Failed("backup_set.changed", path=str(path)) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Failed("backup_set.schema", path=str(path), expected=SCHEMA)
    plain = {key: value for key, value in found.items() if key != "digest"}
    whole = {**plain, "digest": files.sha256_bytes(_text(plain).encode())}
    if raw != _text(whole).encode() or any(key not in found for key in NEEDED):
        raise Failed("backup_set.changed", path=str(path))
    return found


def check_files(folder: Path, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The manifest, once every file of the set has the size and SHA-256 that it says, and there is no other file."""
    found = dict(content) if content is not None else read(folder)
    if digest_of(found["files"]) != found["sha256"]:
        raise Failed("backup_set.changed", path=str(folder / NAME))
    check_names(folder, found)
    for entry in found["files"]:
        path = folder / entry["path"]
        sum_ = files.sha256_file(path)
        if sum_ != entry["sha256"]:
            raise Failed("backup_set.file_changed", path=str(path), expected=entry["sha256"], found=sum_)
    return found


def check_names(folder: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest, once there are the files that it says and no other. Raises Failed ``backup_set.files``."""
    said = {entry["path"] for entry in content["files"]}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {NAME}
    if there != said:
        raise Failed("backup_set.files", path=str(folder), files=", ".join(sorted(there ^ said)))
    return dict(content)


def check_sizes(folder: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """The same, and each file has its size: what can be seen without reading them. Raises Failed ``backup_set.size``."""
    for entry in check_names(folder, content)["files"]:
        found = (folder / entry["path"]).stat().st_size
        if found != entry["bytes"]:
            raise Failed("backup_set.size", path=str(folder / entry["path"]), expected=entry["bytes"], found=found)
    return dict(content)


def record_proof(folder: Path, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Put what a proof found into the manifest; the manifest as it is now."""
    return write(folder, {**read(folder), "proof": dict(evidence)})


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
