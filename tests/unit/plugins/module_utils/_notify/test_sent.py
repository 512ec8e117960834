# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was sent is remembered: by file, by journal, through a cut; and a ledger in trouble stops nothing."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.sent import (
    KEPT_DAYS,
    SentLedger,
    ledger_path,
    message_key,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES


def record(key: str, outcome: str, **more: str) -> dict[str, str]:
    return {"key": key, "thread": "t", "outcome": outcome, "receipt": "", **more}


def opened(path: Path | None, known: Any = ()) -> SentLedger:
    ledger = SentLedger(path, SystemClock(), known)
    with ledger.held(0.1):
        pass
    return ledger


def written(path: Path, *records: dict[str, str]) -> None:
    ledger = SentLedger(path, SystemClock())
    with ledger.held(1.0):
        for one in records:
            ledger.write(one)


def test_what_is_written_is_read_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sent.jsonl"
    written(path, record("a", "trying"), record("a", "sent", receipt="7"), record("b", "trying"))
    ledger = opened(path)
    assert [ledger.outcome(key) for key in "abc"] == ["sent", "trying", ""]
    assert ledger.receipt("t") == "7"
    assert ledger.trouble == ""


def test_sent_stays_sent_whatever_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    written(path, record("a", "sent"), record("a", "failed"))
    assert opened(path, [record("a", "failed")]).outcome("a") == "sent"


def test_a_line_that_was_cut_off_hurts_no_other(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    written(path, record("a", "sent"))
    with path.open("a") as stream:
        stream.write('{"key": "b", "outc')
    written(path, record("c", "sent"))
    ledger = opened(path)
    assert [ledger.outcome(key) for key in "abc"] == ["sent", "", "sent"]
    assert len([line for line in path.read_text().splitlines() if line.startswith("{")]) == 3


def test_the_journals_results_are_as_good_as_the_file() -> None:
    ledger = opened(None, [record("a", "sent", receipt="9"), {}, {"key": 1}])
    assert (ledger.outcome("a"), ledger.receipt("t")) == ("sent", "9")


def test_old_files_go_and_others_stay(tmp_path: Path) -> None:
    old, other = tmp_path / "old.jsonl", tmp_path / "old.txt"
    for path in (old, other):
        path.write_text("")
        past = time.time() - (KEPT_DAYS + 1) * 86400
        os.utime(path, (past, past))
    written(tmp_path / "sent.jsonl", record("a", "sent"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.txt", "sent.jsonl"]


def test_a_lock_that_is_held_is_waited_for_and_then_passed(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    holder = SentLedger(path, SystemClock())
    with holder.held(1.0):
        late = opened(path)
    assert late.trouble == "lock"


def test_no_scope_leads_out_of_the_folder(tmp_path: Path) -> None:
    for scope in ("../../x", "a/b", "\x00", "..", "x" * 500):
        path = ledger_path(tmp_path, "demo", scope)
        assert path.parent == tmp_path
        assert len(path.name) < 130
    assert ledger_path(tmp_path, "demo", "a/b") != ledger_path(tmp_path, "demo", "a_b")


def test_the_same_news_has_the_same_key_at_any_time() -> None:
    channel = read_channels([{"name": "x", "kind": "log", "file": "/x"}], {})[0]

    def key(scope: str = "r-1", recipient: str = "", status: str = "error", **changes: Any) -> str:
        plain = {"title": "t", "lead": "l", "message": "m", "fields": (), "facts": {}, "at": "2026-11-22T07:15:00Z"}
        return message_key(scope, channel, Event(status=STATUSES[status], **{**plain, **changes}), recipient)

    same = key()
    assert key(at="2027-01-01T00:00:00Z") == same
    others = [
        key("r-2"),
        key(recipient="b"),
        key(status="success"),
        key(message="n"),
        key(percent=3),
        key(audience="users"),
    ]
    assert len({same, *others}) == 7
    assert json.dumps(same)
