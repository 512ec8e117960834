# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts by which the rule decides, from the journal and from the number of writes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import Setting, Site, a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.going_back import Since
from ansible_collections.benevoclic.updates.plugins.module_utils._module import data_back
from ansible_collections.benevoclic.updates.plugins.module_utils._runs import data_rule
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.restore import Target

VERSION = "20260110_001"
BACKUP = {"kind": "pre_update", "id": "B1", "consistency": {"cluster_time": "100.1"}}
RAISED = {"event": "raised", "edge": True, "services": ["api"], "whole": True, "moment": "90.1"}
DEPLOYING, LIFTED = {"event": "deploying", "moment": "120.1"}, {"event": "lifted", "moment": "130.1"}


@pytest.fixture
def site(tmp_path, monkeypatch):
    site = Site(tmp_path)
    site.counted = []
    site.writes = 7
    site.registry["edge.close"] = Setting(site.world, "edge.close", undo_phase=3)

    def count(run, moment):
        site.counted.append(moment)
        return site.writes

    def migrations(_context):
        return [SimpleNamespace(version=VERSION, reversible=site.reversible, compatible=site.readable)]

    site.reversible = site.readable = False
    monkeypatch.setattr(data_back, "count_since", count)
    monkeypatch.setattr(data_back, "planned", migrations)
    return site


def begun(site, *events, backup=BACKUP, migrated=True, plan=None):
    """A run with these events of its fence around a backup and a migration."""
    run_id = site.open(plan)
    with site.held(run_id) as run:
        if events:
            run.operate("edge.close", {"key": "edge", "value": run_id})
            run.record("fence", events[0])
        if backup:
            run.record("backup", backup)
        if migrated:
            run.operate("migration.up", {"key": "schema", "value": "new", "version": VERSION})
        for event in events[1:]:
            run.record("fence", event)
    return run_id


def way(site, run_id, *, agreed=False):
    with site.held(run_id, rolling_back=True) as run:
        return data_back.of_run(run, agreed=agreed)


@pytest.mark.parametrize("events", [(RAISED,), (RAISED, DEPLOYING)])
def test_behind_a_fence_nothing_is_lost_and_nothing_is_counted(site, events):
    found = way(site, begun(site, *events))
    assert (found.decision, found.backup_id, found.case.lost, site.counted) == (data_rule.RESTORE, "B1", 0, [])


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ((RAISED, LIFTED), "130.1"),
        ((RAISED, DEPLOYING, LIFTED), "130.1"),
        ((), "100.1"),
        (({**RAISED, "whole": False},), "100.1"),
    ],
)
def test_what_was_open_is_counted_from_then_on(site, events, since):
    found = way(site, begun(site, *events))
    assert (found.decision, found.said, site.counted) == (data_rule.ASK, "7", [since])
    with pytest.raises(Refused) as caught:
        found.require()
    assert (caught.value.text_id, caught.value.details["writes"]) == ("rollback.consent", "7")


def test_a_fence_that_somebody_took_away_does_not_count(site):
    run_id = begun(site, RAISED, DEPLOYING)
    site.world.state["edge"] = "opened by hand"
    assert (way(site, run_id).decision, site.counted) == (data_rule.ASK, ["120.1"])


def test_nobody_wrote_while_it_was_open(site):
    site.writes = 0
    assert way(site, begun(site, RAISED, LIFTED)).decision == data_rule.RESTORE


def test_consent(site):
    assert way(site, begun(site, RAISED, LIFTED), agreed=True).decision == data_rule.RESTORE


def test_old_code_that_reads_the_new_schema(site):
    site.readable = True
    assert way(site, begun(site)).decision == data_rule.KEEP


@pytest.mark.parametrize(
    ("block", "events", "decision"),
    [
        ({}, (), data_rule.DOWN),
        ({"reversible": False}, (RAISED,), data_rule.RESTORE),
        ({"reversible": False}, (), data_rule.ASK),
        ({"reversible": False, "compatible": True}, (), data_rule.KEEP),
    ],
)
def test_the_application_s_own_scripts_follow_the_same_rule(site, block, events, decision):
    service = {"project": "demo", "directory": "/srv", "files": ["compose.yml"], "image_variable": "API_IMAGE"}
    migrations = {"engine": "command", **block}
    definition = {**a_plan()["definition"], "services": {"api": service}, "migrations": migrations}
    site.registry["migration.command.up"] = Setting(site.world, "migration.command.up")
    run_id = begun(site, *events, migrated=False, plan=a_plan(definition=definition))
    with site.held(run_id) as run:
        arguments = {"key": "schema", "value": "new", "versions": [VERSION], "target": VERSION}
        run.operate("migration.command.up", arguments)
    assert way(site, run_id).decision == decision


def test_what_can_be_undone_is_not_counted(site):
    site.reversible = True
    assert (way(site, begun(site, RAISED, LIFTED)).decision, site.counted) == (data_rule.DOWN, [])


@pytest.mark.parametrize(
    ("events", "agreed", "decision"),
    [
        ((RAISED,), False, data_rule.RESTORE),
        ((RAISED, LIFTED), False, data_rule.DOWN),
        ((RAISED, LIFTED), True, data_rule.RESTORE),
    ],
)
def test_what_could_not_be_undone_when_it_was_tried(site, events, agreed, decision):
    site.reversible = True
    run_id = begun(site, *events)
    with site.held(run_id, rolling_back=True) as run:
        run.record("undo_failures", {"operations": [{"name": "service.up", "error": "x"}]})
        assert data_back.of_run(run, agreed=agreed).decision == data_rule.DOWN
        run.record("undo_failures", {"operations": [{"name": "migration.up", "error": "x"}]})
        assert data_back.of_run(run, agreed=agreed).decision == decision


def test_without_a_migration_the_database_stays(site):
    assert way(site, begun(site, RAISED, LIFTED, migrated=False)).decision == data_rule.UNTOUCHED


def test_without_a_backup_there_is_no_way_back(site):
    with pytest.raises(Refused, match="rollback.no_backup"):
        way(site, begun(site, backup=None), agreed=True).require()


def test_a_question_leaves_everything_and_asks_again_the_next_time(site):
    run_id = begun(site, RAISED, LIFTED)
    with site.held(run_id, rolling_back=True) as run, pytest.raises(Refused):
        data_back.remedy(run, agreed=False)
    assert site.world.state["schema"] == "new"


def test_a_database_that_stays_is_said(site):
    site.readable = True
    with site.held(begun(site), rolling_back=True) as run:
        remedy = data_back.remedy(run, agreed=False)
        assert "migration.up" in remedy.leave
        assert [item["decision"] for item in run.view.evidence["data"]] == [data_rule.KEEP]
        assert [item["id"] for item in run.view.evidence["warning"]] == ["rollback.database_kept"]


def returning(site, monkeypatch, since, *, agreed=False):
    monkeypatch.setattr(data_back.going_back, "since", lambda _context, _schema: since)
    goal = Target({"schema": []}, Path("/nowhere"))
    run_id = site.open(a_plan(flow="rollback"))
    with site.held(run_id, secrets={"mongodb_admin_uri": "mongodb://x"}) as run:
        return data_back.of_return(run, goal, agreed=agreed)


def test_a_return_takes_the_backup_of_the_run_that_brought_the_oldest_without_a_way_back(site, monkeypatch):
    first = begun(site, RAISED, DEPLOYING, LIFTED)
    with site.held(first) as run:
        run.close("succeeded")
    site.clock.seconds += 60
    second = begun(site, backup={**BACKUP, "id": "B2"})
    with site.held(second) as run:
        run.close("succeeded")
    site.clock.seconds += 60
    since = [Since("1", None, True, True), Since("2", first, False, False), Since("3", second, False, False)]
    found = returning(site, monkeypatch, since)
    assert (found.decision, found.backup_id, found.case.migrations) == (data_rule.ASK, "B1", 3)
    assert site.counted == ["130.1"]


def test_a_closed_run_whose_fence_stayed_up_is_counted_all_the_same(site, monkeypatch):
    first = begun(site, RAISED, DEPLOYING)
    with site.held(first) as run:
        run.close("rollback_failed")
    site.clock.seconds += 60
    assert returning(site, monkeypatch, [Since("2", first, False, False)]).decision == data_rule.ASK
    assert site.counted == ["120.1"]


@pytest.mark.parametrize(("agreed", "decision"), [(False, data_rule.DOWN), (True, data_rule.RESTORE)])
def test_a_down_that_failed_is_tried_again_until_somebody_agrees_to_the_restore(site, monkeypatch, agreed, decision):
    first = begun(site)
    with site.held(first) as run:
        run.close("rollback_failed")
    site.clock.seconds += 60
    since = [Since("1", None, True, True), Since("2", first, True, True, failed=True)]
    found = returning(site, monkeypatch, since, agreed=agreed)
    assert (found.decision, found.backup_id, found.case.lost, site.counted) == (decision, "B1", 7, ["100.1"])
