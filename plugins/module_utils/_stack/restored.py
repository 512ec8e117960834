# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting a config file back where containers may have it mounted."""

from __future__ import annotations

import os
from pathlib import Path

from .._core.errors import Failed
from .._core.files import write_atomic


def put_file(path: Path, content: bytes, mode: int) -> None:
    """Give ``path`` its ``content`` and ``mode``.

    A file that is there keeps its inode: one that is bind-mounted by itself would otherwise stay the old one in its
    container.
    """
    if not path.exists():
        write_atomic(path, content, mode)
        return
    try:
        with path.open("r+b") as stream:
            stream.write(content)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
            os.fchmod(stream.fileno(), mode)
    except OSError as error:
        raise Failed("file.unwritable", path=str(path), found=error.strerror or str(error)) from error
