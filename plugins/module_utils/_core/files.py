# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or absent: written beside, fsynced, renamed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from .errors import Failed

RECORD_MODE = 0o640
"""Records of a run: the account writes, its group reads."""
SECRET_MODE = 0o600
"""Secrets and archives: the account alone."""
FOLDER_MODE = 0o2750


def write_atomic(path: Path, data: bytes | str, mode: int = SECRET_MODE) -> None:
    """Put ``data`` at ``path``: a reader sees the old content or the new one, also after a power cut."""
    content = data.encode() if isinstance(data, str) else data
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Failed("file.unwritable", path=str(path), found=error.strerror or str(error)) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise Failed("file.unwritable", path=str(path), found=error.strerror or str(error)) from error
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and creations in ``folder`` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: object, mode: int = RECORD_MODE) -> None:
    """Write ``value`` as readable JSON, atomically."""
    write_atomic(path, json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False) + "\n", mode)


def read_bytes(path: Path) -> bytes:
    """The content of ``path``. Raises Failed ``file.unreadable``."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failed("file.unreadable", path=str(path), found=error.strerror or str(error)) from error


def read_json(path: Path) -> Any:
    """The JSON value in ``path``. Raises Failed ``file.unreadable`` or ``file.not_json``."""
    try:
        return json.loads(read_bytes(path))
    except ValueError as error:
        raise Failed("file.not_json", path=str(path), found=str(error)) from error


def sha256_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, read in blocks of 1 MiB."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise Failed("file.unreadable", path=str(path), found=error.strerror or str(error)) from error
    return digest.hexdigest()


def make_folder(path: Path, mode: int = FOLDER_MODE) -> None:
    """Create ``path`` (its parent exists) with ``mode``, whatever the umask. Raises Failed ``file.unwritable``."""
    try:
        path.mkdir(exist_ok=True)
        path.chmod(mode)
    except OSError as error:
        raise Failed("file.unwritable", path=str(path), found=error.strerror or str(error)) from error
