# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown while a module is at work."""

from __future__ import annotations

import json
import threading

from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.progress import Pace
from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.style import Style
from ansible_collections.benevoclic.updates.plugins.plugin_utils.watched import watch


def facts(percent: int, state: str = "running") -> bytes:
    return json.dumps({"state": state, "work": "dump", "item": "users", "percent": percent}).encode()


def shown(answers: list[bytes | Exception]) -> list[str]:
    """What people see when looking gives these answers, one after the other."""
    over, lines, left = threading.Event(), [], iter(answers)

    def read() -> bytes:
        answer = next(left, None)
        if answer is None:
            over.set()
            return b""
        if isinstance(answer, Exception):
            raise answer
        return answer

    watch(read, Pace(Style(False, "en"), 0.001), over, lambda line, _terminal: lines.append(line.text.strip()))
    return lines


def test_each_new_state_is_shown() -> None:
    assert shown([FileNotFoundError(), facts(10), facts(20)]) == [
        "... reading the database, users, 10 %",
        "... reading the database, users, 20 %",
    ]


def test_what_earlier_work_left_is_not_shown() -> None:
    assert shown([facts(55), facts(55), facts(5)]) == ["... reading the database, users, 5 %"]


def test_the_end_and_what_cannot_be_read_are_passed_over() -> None:
    answers = [b"", facts(10), OSError("gone"), b"{half", b"[]", facts(99, "ended")]
    assert shown(answers) == ["... reading the database, users, 10 %"]
