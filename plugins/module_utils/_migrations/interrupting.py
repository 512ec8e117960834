# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends code of the team's that does not end by itself, even one that sleeps or counts.

Possible in the main thread only; elsewhere batches and commands end by themselves.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from .._core.errors import EngineError

if TYPE_CHECKING:
    from types import FrameType

LOOK_SECONDS = 1.0
"""How often code that does not call us is looked at."""


class Interruption(BaseException):
    """No Exception: a loop that tries again after any of those would go on for ever. ``error`` is what ended the code."""

    def __init__(self, error: EngineError) -> None:
        super().__init__(str(error))
        self.error = error


def looking(check: Callable[[], None], every: float = LOOK_SECONDS) -> AbstractContextManager[None]:
    """``check`` is called every so many seconds, and what it raises (EngineError) ends the code, there as an ``Interruption``."""
    if threading.current_thread() is not threading.main_thread():
        return nullcontext()
    return _interrupting(check, every)


@contextmanager
def _interrupting(check: Callable[[], None], every: float) -> Iterator[None]:
    def look(_number: int, _frame: FrameType | None) -> None:
        try:
            check()
        except EngineError as error:
            # Once: the code that cleans up after it must be left alone for a while.
            signal.setitimer(signal.ITIMER_REAL, 10 * every, every)
            raise Interruption(error) from None

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, every, every)
    try:
        yield
    except Interruption as interruption:
        raise interruption.error from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
