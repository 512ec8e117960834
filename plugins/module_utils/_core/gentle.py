# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that others must not feel: it gets the processor when nobody else wants it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

NICE = 15

Result = TypeVar("Result")


def gently(work: Callable[[], Result]) -> Result:
    """Do ``work`` at a low priority, and whatever threads it starts; the caller's own stays as it is.

    A priority that was lowered cannot be raised again without root: hence a thread, which Linux gives one of its own.
    """
    with ThreadPoolExecutor(1, initializer=_step_back) as alone:
        return alone.submit(work).result()


def _step_back() -> None:
    own = threading.get_native_id()
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, own, max(NICE, os.getpriority(os.PRIO_PROCESS, own)))
