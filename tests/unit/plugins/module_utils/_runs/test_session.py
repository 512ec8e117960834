# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os

import pytest
from fakes import FakeClock, NoRunner, Site, a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed, LockHeld, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.journal import read_chain
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.ledger import Ledger
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.lock import read_owner
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import WAIT_FOR_ORPHANS_SECONDS, open_run
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.status import refuse_if_taken, summary

RUN_ID = "20261122T071500Z-feature-1.1.0"


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def kinds(site, run_id):
    return [record["kind"] for record in read_chain(site.paths.run(run_id) / "journal.jsonl")]


def test_opening_leaves_plan_files_journal_and_owner(site):
    files = {"manifest.yml": b"version: 1.1.0", "migrations/20240815_001_x.py": b"VERSION = 1"}
    with open_run(site.paths, a_plan(reason="audit"), files, site.host) as run:
        assert run.context.run_id == RUN_ID
        assert isinstance(run.context.runner, NoRunner)
        assert run.context.runner.descriptors == (run.lock.descriptor,)
    folder = site.paths.run(RUN_ID)
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert json.loads((folder / "plan.json").read_text()) == {**a_plan(reason="audit"), "run_id": RUN_ID}
    owner = read_owner(site.paths.lock)
    assert (owner["run_id"], owner["owner"], owner["reason"]) == (RUN_ID, "marie@poste", "audit")
    assert kinds(site, RUN_ID) == ["run_opened"]


def test_a_missing_state_folder_is_refused_and_nothing_is_made(site):
    site.state_dir.rmdir()
    with pytest.raises(Refused, match="state.missing"):
        site.open()
    assert not site.state_dir.exists()
    assert summary(site.paths, site.clock)["unfinished"] is None


def test_a_second_run_is_refused_with_all_that_is_known_of_the_first(site):
    site.open(a_plan(reason="audit"))
    site.clock.seconds += 90
    for attempt in (site.open, lambda: refuse_if_taken(site.paths, a_plan(), site.clock)):
        with pytest.raises(LockHeld) as caught:
            attempt()
        assert caught.value.text_id == "lock.run_unfinished"
        details = {**caught.value.details, "host": "-"}
        expected = {"run_id": RUN_ID, "owner": "marie@poste", "host": "-", "since": "2026-11-22T07:15:00.000Z"}
        assert details == {**expected, "reason": "audit", "version": "1.1.0", "silent_seconds": 90, "state": "open"}
    assert site.paths.run_ids() == [RUN_ID]


def test_a_run_at_work_right_now_is_refused_without_waiting(site):
    with site.opened(), pytest.raises(LockHeld, match="lock.busy"):
        site.open()
    assert site.clock.slept == []


def test_two_runs_of_one_second_have_names_of_their_own(site):
    with site.opened() as run:
        run.close("aborted")
    with site.opened() as run:
        run.close("aborted")
    assert site.paths.run_ids() == [RUN_ID, f"{RUN_ID}.2"]


def test_operations_are_journaled_before_and_after_and_not_done_twice(site):
    run_id = site.open()
    with site.held(run_id) as run, run.stage("deploy"):
        assert run.operate("definition.set", {"key": "API_IMAGE", "value": "new"}) == {"set": "new"}
        assert run.operate("definition.set", {"key": "API_IMAGE", "value": "new"}) == {"already": True}
    assert kinds(site, run_id) == ["run_opened", "stage_begin", "operation_begin", "operation_end", "stage_end"]
    assert site.world.calls == [("do", "definition.set", "API_IMAGE")]


def test_a_failing_operation_leaves_its_beginning_and_the_cause(site):
    run_id = site.open()
    site.world.failing.add(("do", "api"))
    with pytest.raises(Failed, match="command.failed"), site.held(run_id) as run, run.stage("deploy"):
        run.operate("service.up", {"key": "api", "value": "new"})
    with site.held(run_id) as run:
        assert run.view.operations[0].status == "begun"
        assert run.view.failure["id"] == "command.failed"
        assert run.view.stages[0].outcome == "failed"
        with pytest.raises(Failed, match="operation.unknown"):
            run.operate("service.down", {})


def test_a_defect_of_ours_ends_the_stage_too_and_says_nothing_of_values(site):
    run_id = site.open()
    with pytest.raises(ZeroDivisionError), site.held(run_id) as run, run.stage("deploy"):
        raise ZeroDivisionError("password=hunter22")
    with site.held(run_id) as run:
        details = {"module": "deploy", "found": "ZeroDivisionError"}
        assert run.view.failure == {"stage": "deploy", "id": "module.unexpected", "details": details}


def test_secrets_of_the_run_do_not_reach_the_journal_by_an_errors_details(site):
    secrets = {"mongodb_admin_uri": "mongodb://u:hunter22@h/"}
    with pytest.raises(Failed), site.opened(secrets=secrets) as run, run.stage("backup"):
        raise Failed("command.failed", command="x", status=1, output="auth of mongodb://u:hunter22@h/ failed")
    assert "hunter22" not in (site.paths.run(RUN_ID) / "journal.jsonl").read_text()


def test_the_run_id_is_a_fencing_token(site):
    first = site.finish()
    second = site.open(a_plan(to_version="1.2.0"))
    for run_id, text_id in ((first, "run.not_holder"), ("20260101T000000Z-feature-9.9.9", "run.unknown")):
        with pytest.raises(Refused) as caught, site.held(run_id):
            pass
        assert caught.value.text_id == text_id
    with pytest.raises(Refused) as caught, site.held(first):
        pass
    assert caught.value.details["holder"] == second
    for run_id in ("../../etc", "", "20261122T071500Z-feature-1.1.0/..", "٢٠٢٦1122T071500Z-feature-1.1.0"):
        with pytest.raises(BadInput, match="run.id"), site.held(run_id):
            pass


def test_a_run_that_rolls_back_is_fenced_for_everything_but_the_rollback(site):
    run_id = site.open()
    with site.held(run_id, rolling_back=True) as run, run.stage("rollback"):
        pass
    with pytest.raises(Refused) as caught, site.held(run_id):
        pass
    assert (caught.value.text_id, caught.value.details["state"]) == ("run.wrong_state", "rolling_back")
    with site.held(run_id, rolling_back=True) as run:
        run.close("rolled_back")
    with pytest.raises(Refused, match="run.not_holder"), site.held(run_id, rolling_back=True):
        pass


def test_long_work_that_tells_how_far_it_is_is_a_sign_of_life(site):
    site.open()
    site.clock.seconds += 3600
    for age, silent in ((7200, 3600), (5, 5)):
        told = site.clock.now().timestamp() - age
        site.paths.progress.write_text("{}")
        os.utime(site.paths.progress, (told, told))
        assert summary(site.paths, site.clock)["unfinished"]["silent_seconds"] == silent


def test_a_dead_run_is_taken_over_by_its_id_and_the_heartbeat_goes_on(site):
    run_id = site.open()
    site.clock.seconds += 3600
    assert summary(site.paths, site.clock)["unfinished"]["silent_seconds"] == 3600
    with site.held(run_id, rolling_back=True):
        assert summary(site.paths, site.clock)["unfinished"]["silent_seconds"] == 0


def test_going_on_with_a_run_waits_for_a_command_it_left_behind_and_no_longer(site):
    run_id = site.open()
    with site.held(run_id), pytest.raises(LockHeld, match="lock.busy"), site.held(run_id):
        pass
    assert WAIT_FOR_ORPHANS_SECONDS <= sum(site.clock.slept) < WAIT_FOR_ORPHANS_SECONDS + 1


def test_a_latched_stack_takes_nothing_but_a_rollback(site):
    latching = site.finish("rollback_failed")
    for attempt in (site.open, lambda: refuse_if_taken(site.paths, a_plan(), site.clock)):
        with pytest.raises(Refused) as caught:
            attempt()
        assert (caught.value.text_id, caught.value.details) == ("run.latched", {"run_id": latching})
    rollback = a_plan(flow="rollback", update_type="rollback", from_version="1.1.0", to_version="1.0.0")
    refuse_if_taken(site.paths, rollback, site.clock)
    site.finish("succeeded", rollback)
    refuse_if_taken(site.paths, a_plan(), site.clock)
    site.open()


def crash_after_closing(site, *, ledger):
    """The run's last record is written, and with ledger its line there; then the process died."""
    with site.opened() as run:
        if ledger:
            lock = site.paths.lock.read_bytes()
            run.close("succeeded")
            site.paths.lock.write_bytes(lock)
        else:
            run.journal.append("run_closed", {"outcome": "succeeded"})
    (run.folder / "report.json").unlink(missing_ok=True)
    site.clock.seconds += 60
    return run.context.run_id


@pytest.mark.parametrize("ledger", [False, True])
@pytest.mark.parametrize("content", ["kept", "lost", "torn"])
def test_a_run_that_died_while_it_was_cleared_away_is_cleared_away_by_the_next(site, ledger, content):
    first = crash_after_closing(site, ledger=ledger)
    if content != "kept":
        site.paths.lock.write_bytes(b"" if content == "lost" else b'{"run_id": "2026')
    seen = summary(site.paths, site.clock)
    assert seen["unfinished"] is None
    assert (seen["last"]["run_id"], seen["landings"][-1]["version"]) == (first, "1.1.0")
    second = site.open()
    assert read_owner(site.paths.lock)["run_id"] == second
    assert [entry["run_id"] for entry in Ledger(site.paths.ledger, FakeClock()).entries] == [first]
    if not ledger or content == "kept":
        report = json.loads((site.paths.run(first) / "report.json").read_text())
        assert (report["outcome"], report["run_id"]) == ("succeeded", first)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"{}"])
def test_a_lost_lock_content_does_not_free_an_unfinished_run(site, content):
    run_id = site.open(a_plan(reason="audit"))
    site.paths.lock.write_bytes(content)
    with pytest.raises(LockHeld) as caught:
        site.open()
    details = caught.value.details
    assert (details["run_id"], details["owner"], details["reason"]) == (run_id, "marie@poste", "audit")
    with site.held(run_id, rolling_back=True) as run:
        assert read_owner(site.paths.lock)["run_id"] == run_id
        run.close("aborted")
    site.open()


@pytest.mark.parametrize("journal", [None, b"", b'{"seq": 1, "at'])
def test_a_run_that_died_before_its_first_record_never_was(site, journal):
    site.paths.prepare()
    folder = site.paths.run(site.paths.new_run(site.clock.now(), "feature", "1.1.0"))
    if journal is not None:
        (folder / "journal.jsonl").write_bytes(journal)
    assert summary(site.paths, site.clock)["unfinished"] is None
    assert site.open() == f"{RUN_ID}.2"


def test_what_an_older_clock_named_is_still_found_unfinished(site):
    """The clock went back: the unfinished run is not the newest by name."""
    site.clock.seconds += 3600
    site.finish()
    site.clock.seconds = 0
    run_id = site.open()
    site.paths.lock.write_bytes(b"")
    assert summary(site.paths, site.clock)["unfinished"]["run_id"] == run_id
