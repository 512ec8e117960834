# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was announced: remembered, so that nothing is announced twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.announced import (
    KEPT,
    NAME,
    is_whole,
    read_announced,
    remember,
    told_messages,
    told_results,
)

AT = "2026-12-01T21:00:00.000Z"


def record(**more: Any) -> dict[str, Any]:
    known = {
        "version": "1.1.0",
        "at": AT,
        "message": "announcement",
        "told_at": AT,
        "whole": True,
        "results": [{"name": "a"}],
    }
    return {**known, **more}


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        (["sent", "skipped"], True),
        (["already_sent"], True),
        (["sent", "failed"], False),
        (["skipped"], False),
        ([], False),
    ],
)
def test_an_announcement_is_whole_when_somebody_heard_it_and_nobody_missed_it(outcomes: list[str], whole: bool) -> None:
    assert is_whole([{"outcome": outcome} for outcome in outcomes]) is whole


def test_what_was_told_is_that_version_for_that_date(tmp_path: Path) -> None:
    assert read_announced(tmp_path) == []
    remember(tmp_path, record(whole=False, results=[{"name": "b"}]))
    remember(tmp_path, record(at="2027-01-01T00:00:00.000Z"))
    remember(tmp_path, record(version="1.2.0"))
    assert told_messages(read_announced(tmp_path), "1.1.0", AT) == set()
    records = remember(tmp_path, record())
    assert told_messages(records, "1.1.0", AT) == {"announcement"}
    assert told_results(records, "1.1.0", AT) == [{"name": "b"}, {"name": "a"}]


def test_records_written_at_the_same_time_are_all_there_and_the_oldest_go(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: remember(tmp_path, record(told_at=str(number))), range(KEPT + 5)))
    assert len(read_announced(tmp_path)) == KEPT
    remember(tmp_path, record(told_at="last"))
    assert [entry["told_at"] for entry in read_announced(tmp_path)][-1] == "last"
    assert json.loads((tmp_path / NAME).read_text())["announcements"]


@pytest.mark.parametrize("content", ["{", "[]", '{"announcements": 1}', '{"announcements": ["x"]}'])
def test_a_file_that_is_none_of_ours_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / NAME).write_text(content)
    with pytest.raises(Failed) as caught:
        read_announced(tmp_path)
    assert caught.value.text_id == "file.not_json"
