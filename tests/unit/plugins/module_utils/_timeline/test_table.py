# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables stay readable, whatever the width."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.style import Style
from ansible_collections.benevoclic.updates.plugins.module_utils._timeline.table import table

BACKUPS: dict[str, Any] = {
    "columns": [{"title": "backup", "right": False}, {"title": "age", "right": True}, {"title": "protects", "right": False}],
    "rows": [["20261122T071500Z-pre_update-1.1.0", "3 h", "1.0.0, before 1.1.0"], ["20261101T000000Z-manual", "21 d", "1.0.0"]],
    "more": "and 5 more",
}  # fmt: skip


def shown(told: object, width: int = 0) -> list[str]:
    return [line.text for line in table(told, Style(width > 0, "en", width))]


@pytest.mark.parametrize("width", [0, 66, 200])
def test_columns_where_they_fit(width: int) -> None:
    assert shown(BACKUPS, width) == [
        "      backup                              age  protects",
        "      20261122T071500Z-pre_update-1.1.0   3 h  1.0.0, before 1.1.0",
        "      20261101T000000Z-manual            21 d  1.0.0",
        "      and 5 more",
    ]


@pytest.mark.parametrize("width", [40, 50, 64])
def test_one_below_the_other_where_they_do_not(width: int) -> None:
    lines = shown(BACKUPS, width)
    assert lines[0].strip() == "20261122T071500Z-pre_update-1.1.0"
    assert " ".join(line.strip() for line in lines[1:3]).startswith("age 3 h, protects 1.0.0, before 1.1.0")
    assert lines[-1] == "      and 5 more"
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    "told", [None, "text", {}, {"rows": []}, {"rows": [["a"]]}, [], {"columns": [{"title": "a"}], "rows": None}]
)
def test_what_is_no_table_is_none(told: object) -> None:
    assert shown(told) == []


def test_a_text_of_several_lines_stays_in_its_row() -> None:
    assert shown({"columns": [{"title": "a", "right": False}], "rows": [["one\n two"]]}) == ["      a", "      one two"]
