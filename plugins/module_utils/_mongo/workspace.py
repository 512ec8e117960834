# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder in which a backup grows: locked while its process lives, gone when it failed, renamed when it is whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._core.errors import Failed
from .._core.files import make_folder, sync_folder

PARTIAL = ".partial"
EXPIRED = ".expired"
UNFINISHED = (PARTIAL, EXPIRED)
"""Ends of the names of folders that are no sets: not there yet, or not any more."""
FOLDER_MODE = 0o700


@contextmanager
def open_partial(backup_dir: Path, name: str) -> Iterator[tuple[str, Path]]:
    """A new folder ``<id>.partial``; gives the id (``name``, or with a number when it is taken) and the folder.

    Leftovers of dead backups are removed first. When the block fails the folder is removed.
    """
    _ensure(backup_dir)
    # Under this lock no one can mistake a folder that was just made for a dead one.
    with guard(backup_dir):
        sweep(backup_dir)
        identifier = _free_name(backup_dir, name)
        partial = backup_dir / f"{identifier}{PARTIAL}"
        make_folder(partial, FOLDER_MODE)
        own = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(own, fcntl.LOCK_EX)
    try:
        yield identifier, partial
    finally:
        os.close(own)
        if partial.exists():
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def guard(backup_dir: Path) -> Iterator[None]:
    """Nobody else begins or removes a set in ``backup_dir`` meanwhile. Raises Failed ``file.unreadable``."""
    handle = _open_folder(backup_dir)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Retention does not take a set away while it is read. Raises Failed ``file.unreadable``."""
    handle = _open_folder(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _open_folder(folder: Path) -> int:
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Failed("file.unreadable", path=str(folder), found=error.strerror or str(error)) from error


def publish(partial: Path, final: Path) -> None:
    """Give the finished folder its name."""
    try:
        sync_folder(partial)
        partial.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        raise Failed("mongo.disk", path=str(final), found=error.strerror or str(error)) from error


def expire(folder: Path) -> bool:
    """Take a set away: at once no set any more, then gone. False, and nothing is done, while somebody reads it.

    Under :func:`guard`. What a crash leaves is removed by :func:`sweep`. Raises Failed ``retention.removal``.
    """
    if not is_dead(folder):
        return False
    gone = folder.with_name(f"{folder.name}{EXPIRED}")
    try:
        folder.rename(gone)
        sync_folder(gone.parent)
        shutil.rmtree(gone)
    except OSError as error:
        raise Failed("retention.removal", path=str(folder), found=error.strerror or str(error)) from error
    return True


def sweep(backup_dir: Path) -> list[str]:
    """Remove what dead backups and removals left; return the names."""
    removed = []
    for leftover in sorted(path for path in backup_dir.iterdir() if path.suffix in UNFINISHED):
        if is_dead(leftover):
            shutil.rmtree(leftover, ignore_errors=True)
            removed.append(leftover.name)
    return removed


def is_dead(folder: Path) -> bool:
    """Whether no process holds ``folder`` any more: the kernel frees the lock of a dead one."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _ensure(backup_dir: Path) -> None:
    """Missing folders are made for this account alone; one that is there keeps its mode."""
    try:
        if not backup_dir.is_dir():
            backup_dir.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            backup_dir.chmod(FOLDER_MODE)
        if not os.access(backup_dir, os.W_OK | os.X_OK):
            raise Failed("mongo.disk", path=str(backup_dir), found="not writable")
    except OSError as error:
        raise Failed("mongo.disk", path=str(backup_dir), found=error.strerror or str(error)) from error


def _free_name(backup_dir: Path, name: str) -> str:
    candidate, number = name, 1
    while (backup_dir / candidate).exists() or (backup_dir / f"{candidate}{PARTIAL}").exists():
        number += 1
        candidate = f"{name}-{number}"
    return candidate
