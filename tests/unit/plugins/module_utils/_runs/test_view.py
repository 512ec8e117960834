# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from fakes import a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._runs.outcome import outcome_of
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.view import fold


def journal(*steps):
    """Records of kinds and data, one a second."""
    opened = ("run_opened", {"run_id": "R", "flow": "feature_update"})
    return [
        {"seq": seq, "at": f"2026-11-22T07:15:{seq:02}.000Z", "kind": kind, "data": data, "hash": f"h{seq}"}
        for seq, (kind, data) in enumerate([opened, *steps], start=1)
    ]


def begin(name):
    return ("stage_begin", {"name": name})


def end(name, outcome="ok", error=None):
    return ("stage_end", {"name": name, "outcome": outcome, "duration_seconds": 1.0, "error": error})


def stage(name, *inside):
    return (begin(name), *inside, end(name))


FAILED = end("deploy", "failed", {"stage": "deploy", "id": "command.failed", "details": {}})
OPERATION = ("operation_begin", {"name": "service.up", "arguments": {"service": "api"}, "undo": {"image": "old"}})
UNDONE = ("operation_undone", {"seq": 3, "result": {}})
GOOD = (*stage("deploy", OPERATION), *stage("verify"))


def test_an_empty_journal_is_an_open_run_without_anything():
    view = fold([])
    assert (view.run_id, view.state, view.closed, view.touched, view.current_stage) == ("", "open", False, False, None)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), "open"),
        ((begin("preflight"),), "open"),
        ((begin("deploy"), OPERATION), "changing"),
        ((*stage("deploy", OPERATION), begin("verify")), "verifying"),
        ((*GOOD, begin("watch")), "watching"),
        ((begin("deploy"), OPERATION, FAILED, begin("rollback")), "rolling_back"),
        ((begin("deploy"), OPERATION, FAILED, *stage("rollback"), begin("conclude")), "rolling_back"),
        ((begin("rollback"), begin("verify")), "rolling_back"),
        ((*GOOD, ("run_closed", {"outcome": "succeeded"})), "succeeded"),
    ],
)
def test_the_state_follows_the_journal(steps, state):
    assert fold(journal(*steps)).state == state


def test_operations_are_begun_done_or_undone():
    ended = ("operation_end", {"seq": 3, "result": {}})
    again = (OPERATION[0], {**OPERATION[1], "name": "definition.set"})
    view = fold(
        journal(begin("deploy"), OPERATION, ended, again, again, ("operation_undone", {"seq": 6, "result": {}}))
    )
    assert [(item.seq, item.name, item.status) for item in view.operations] == [
        (3, "service.up", "done"),
        (5, "definition.set", "begun"),
        (6, "definition.set", "undone"),
    ]
    assert [item.seq for item in view.to_undo()] == [3, 5]
    assert view.operations[0].undo == {"image": "old"}


def test_a_stage_that_was_cut_off_stays_open_and_the_one_after_it_is_told_apart():
    view = fold(journal(begin("deploy"), begin("deploy"), end("deploy"), begin("verify")))
    assert [(item.name, item.outcome) for item in view.stages] == [("deploy", None), ("deploy", "ok"), ("verify", None)]
    assert view.current_stage.name == "verify"
    assert fold(journal(begin("deploy"), *stage("rollback"))).current_stage is None


def test_the_first_failure_is_kept_and_a_rollbacks_is_not_the_cause():
    second = end("rollback", "failed", {"stage": "rollback", "id": "gate.not_reached", "details": {}})
    assert fold(journal(begin("deploy"), FAILED, begin("rollback"), second)).failure["id"] == "command.failed"
    assert fold(journal(begin("rollback"), second)).failure is None


def test_evidence_is_kept_by_kind_with_its_time_and_unknown_kinds_are_passed_over():
    view = fold(journal(("backup", {"id": "a"}), ("invented_later", {"x": 1}), ("backup", {"id": "b"})))
    assert [(item["id"], item["at"][-7:]) for item in view.evidence["backup"]] == [("a", "02.000Z"), ("b", "04.000Z")]
    assert (view.length, view.head) == (4, "h4")


CUT = begin("verify")
ROLLBACK = (begin("deploy"), OPERATION, FAILED, begin("rollback"))


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        (GOOD, "succeeded"),
        (stage("verify"), "aborted"),
        ((), "aborted"),
        ((begin("preflight"), FAILED), "aborted"),
        ((begin("deploy"),), "aborted"),
        ((begin("deploy"), OPERATION), "rollback_failed"),
        ((*stage("deploy", OPERATION), CUT), "rollback_failed"),
        ((*GOOD, CUT), "rollback_failed"),
        ((*stage("deploy", OPERATION), begin("verify"), end("verify", "failed"), *stage("verify")), "succeeded"),
        ((*GOOD, begin("watch"), end("watch", "failed", {"id": "watch.failed"})), "rollback_failed"),
        ((*ROLLBACK, UNDONE, end("rollback"), ("rollback_ended", {"verified": True})), "rolled_back"),
        ((*ROLLBACK, UNDONE, end("rollback", "failed"), ("rollback_ended", {"verified": False})), "rollback_failed"),
        ((*ROLLBACK, UNDONE), "rollback_failed"),
        (ROLLBACK, "rollback_failed"),
    ],
    ids=[
        "all ended well",
        "a planned stage never began",
        "nothing happened",
        "failed before any change",
        "cut off before any change",
        "cut off while changing",
        "cut off while verifying",
        "verified, then verified again and cut off",
        "failed without a word, then tried again",
        "failed while watched",
        "rolled back",
        "rolled back, not verified",
        "rollback cut off when all was undone",
        "rollback cut off",
    ],
)
def test_every_ending_has_the_outcome_it_deserves(steps, outcome):
    assert outcome_of(fold(journal(*steps)), a_plan()) == outcome


def test_a_run_without_anything_to_do_is_unchanged_only_when_it_was_verified():
    plan = a_plan(unchanged=True, stages=["verify", "conclude"])
    assert outcome_of(fold(journal(*stage("verify"))), plan) == "unchanged"
    assert outcome_of(fold(journal(begin("verify"), end("verify", "failed", {"id": "x"}))), plan) == "aborted"


def test_the_announcement_is_no_condition_of_success():
    plan = a_plan(stages=["announce", "deploy", "verify", "conclude"])
    assert outcome_of(fold(journal(begin("announce"), end("announce", "failed"), *GOOD)), plan) == "succeeded"
