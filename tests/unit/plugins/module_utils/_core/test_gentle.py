# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gentle work steps back, and whoever asked for it does not."""

from __future__ import annotations

import os
import threading

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.gentle import NICE, gently


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_the_work_and_its_threads_have_a_low_priority_and_the_caller_keeps_its_own() -> None:
    before = priority()
    found: list[int] = []

    def work() -> str:
        found.append(priority())
        helper = threading.Thread(target=lambda: found.append(priority()))
        helper.start()
        helper.join()
        return "done"

    assert gently(work) == "done"
    assert found == [max(before, NICE)] * 2
    assert priority() == before


def test_a_failure_is_that_of_the_work() -> None:
    with pytest.raises(LookupError, match="gone"):
        gently(lambda: (_ for _ in ()).throw(LookupError("gone")))
