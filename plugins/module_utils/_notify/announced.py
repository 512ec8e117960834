# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was announced already, kept with the stack's state: every controller knows it, and nothing is announced twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core.errors import Failed
from .._core.files import RECORD_MODE, make_folder, read_json, write_json

NAME = "announcements.json"
KEPT = 100
"""Announcements; the oldest go first."""
Record = dict[str, Any]


def read_announced(root: Path) -> list[Record]:
    """The records, oldest first: ``version``, ``at``, ``message``, ``told_at``, ``whole``, ``results``.

    Raises Failed ``file.unreadable`` or ``file.not_json``.
    """
    path = root / NAME
    if not path.exists():
        return []
    content = read_json(path)
    records = content.get("announcements") if isinstance(content, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Failed("file.not_json", path=str(path), found="announcements")
    return records


def remember(root: Path, record: Record) -> list[Record]:
    """Append ``record`` and return all of them. Raises Failed ``file.*``."""
    with _alone(root):
        records = [*read_announced(root), record][-KEPT:]
        write_json(root / NAME, {"announcements": records}, RECORD_MODE)
    return records


def is_whole(results: Sequence[Mapping[str, Any]]) -> bool:
    """Whether somebody was told and no channel failed; the others are tried again by the next call."""
    outcomes = [str(result.get("outcome")) for result in results]
    return "failed" not in outcomes and any(outcome in ("sent", "already_sent") for outcome in outcomes)


def told_messages(records: Sequence[Mapping[str, Any]], version: str, at: str) -> set[str]:
    """The messages that went out whole for that version and date."""
    return {str(record["message"]) for record in records if _is_for(record, version, at) and record.get("whole")}


def told_results(records: Sequence[Mapping[str, Any]], version: str, at: str) -> list[Any]:
    """What became of each channel so far, for ``already`` of ``notification_send``."""
    return [result for record in records if _is_for(record, version, at) for result in record.get("results") or []]


def _is_for(record: Mapping[str, Any], version: str, at: str) -> bool:
    return record.get("version") == version and record.get("at") == at


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """A file beside: the one that is written is replaced, and a lock on it with it."""
    make_folder(root)
    handle = os.open(root / f".{NAME}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, RECORD_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
