# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack's config files (Compose, env, nginx) in one archive, mode 0600: an env file holds secrets."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from .._core import files
from .._core.errors import Failed
from .output import GzipOutput

NAME = "config.tar.gz"


def write(folder: Path, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Archive ``entries`` (``path``, and ``copy`` where the content was put aside) as ``folder``/config.tar.gz.

    Returns ``file`` (path, bytes, sha256; None when there was nothing) and ``members`` (path, bytes, sha256, mode).
    A member is named by its absolute path without the leading slash.
    """
    if not entries:
        return {"file": None, "members": []}
    members, buffer = [], io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for entry in entries:
            member, content = _member(entry)
            archive.addfile(member, io.BytesIO(content))
            members.append(
                {
                    "path": str(entry["path"]),
                    "bytes": len(content),
                    "sha256": files.sha256_bytes(content),
                    "mode": f"{member.mode:04o}",
                }
            )
    with GzipOutput(folder / NAME, folder) as output:
        output.write(buffer.getvalue())
    return {"file": output.facts, "members": members}


def _member(entry: Mapping[str, Any]) -> tuple[tarfile.TarInfo, bytes]:
    source = Path(entry.get("copy") or entry["path"])
    content = files.read_bytes(source)
    try:
        facts = source.stat()
    except OSError as error:
        raise Failed("file.unreadable", path=str(source), found=error.strerror or str(error)) from error
    member = tarfile.TarInfo(str(PurePosixPath(entry["path"])).lstrip("/"))
    member.size, member.mtime = len(content), int(facts.st_mtime)
    member.mode = _mode(entry.get("mode"), facts.st_mode & 0o7777)
    member.uid, member.gid = facts.st_uid, facts.st_gid
    return member, content


def _mode(recorded: object, actual: int) -> int:
    """A tuple records modes as octal text or as a number."""
    if isinstance(recorded, str):
        return int(recorded, 8)
    return recorded if isinstance(recorded, int) else actual
