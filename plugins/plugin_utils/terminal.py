# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal of ``ansible-playbook``, as its main process sees it: a worker's own output leads nowhere."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache

ERASE = "\r\x1b[2K"
"""Back to the beginning of an empty line."""


def columns() -> int:
    """Columns that a line may have; 0, no limit, where there is no terminal. The last one stays free: it may wrap."""
    return shutil.get_terminal_size().columns - 1 if is_terminal() else 0


@cache
def is_terminal() -> bool:
    """Whether people look at a terminal that knows colours. First asked in the main process; workers inherit the answer."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
