# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work in one line, as often as people want it."""

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.progress import Pace, sentence
from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.style import Style

FACTS = {
    "work": "load",
    "item": "users",
    "percent": 34,
    "bytes_per_second": 12_900_000,
    "remaining_seconds": 75.2,
}


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "loading, users, 34 %, 12.3 MiB/s, 1 min 15 s left"),
        ("fr", "remplissage, users, 34 %, 12.3 MiB/s, encore 1 min 15 s"),
    ],
)
def test_all_that_is_known(locale: str, said: str) -> None:
    assert sentence(FACTS, Style(False, locale)) == said


def test_what_is_not_known_is_left_out() -> None:
    facts = {**FACTS, "percent": None, "remaining_seconds": None, "bytes_per_second": 0, "item": ""}
    assert sentence(facts, Style(False, "en")) == "loading"


def test_a_long_name_is_cut() -> None:
    assert sentence({"work": "dump", "item": "x" * 120}, Style(False, "en")) == f"reading the database, {'x' * 37}..."


def test_in_a_log_a_line_now_and_then() -> None:
    pace = Pace(Style(False, "en"), 10.0)
    said = [second for second in range(1, 35) if pace.line(FACTS, float(second))]
    assert said == [10, 20, 30]


def test_on_a_terminal_at_each_look() -> None:
    pace = Pace(Style(True, "en"))
    line = pace.line(FACTS, 1.0)
    assert line is not None
    assert line.text.startswith("\N{HORIZONTAL ELLIPSIS} loading, users")
    assert pace.line(FACTS, 2.0)


def test_a_line_never_wraps_on_a_terminal() -> None:
    line = Pace(Style(True, "en", 30)).line({**FACTS, "item": "a_long_name_of_a_collection"}, 1.0)
    assert line is not None
    assert line.text == "\N{HORIZONTAL ELLIPSIS} loading, a_long_name_of_a_co"
