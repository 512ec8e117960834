# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from fakes import Site, a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.outcome import outcome_of
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.rollback import (
    Remedy,
    RollbackTools,
    roll_back,
    undo_order,
)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def fine(run):
    pass


def failing(run):
    raise Failed("gate.not_reached", check="api")


def an_update(site, operations, plan=None):
    """A run that did operations (name, key) and was left in the middle."""
    run_id = site.open(plan)
    with site.held(run_id) as run, run.stage("deploy"):
        for name, key in operations:
            run.operate(name, {"key": key, "value": "new"})
    site.world.calls.clear()
    return run_id


OPERATIONS = [("migration.up", "schema"), ("definition.set", "API_IMAGE"), ("service.up", "api")]
OPERATIONS += [("definition.set", "WEB_IMAGE"), ("service.up", "web")]
UNDONE = ["WEB_IMAGE", "API_IMAGE", "schema", "web", "api"]


def rolled(site, run_id, tools):
    with site.held(run_id, rolling_back=True) as run:
        return roll_back(run, "bad release", tools)


def deserved(site, run_id):
    with site.held(run_id, rolling_back=True) as run:
        return outcome_of(run.view, run.context.plan)


def test_data_and_definitions_go_back_newest_first_then_the_containers_then_proof(site):
    run_id = an_update(site, OPERATIONS)
    proved = []
    tools = RollbackTools(lambda run: proved.append("backup"), lambda run: proved.append(dict(site.world.state)))
    assert rolled(site, run_id, tools) == "rolled_back"
    assert site.world.calls == [("undo", name, key) for key in UNDONE for name, of in OPERATIONS if of == key]
    assert proved == ["backup", dict.fromkeys(UNDONE)]
    assert deserved(site, run_id) == "rolled_back"


def test_every_undo_is_tried_and_what_failed_is_named_and_tried_again_the_next_time(site):
    run_id = an_update(site, OPERATIONS)
    site.world.failing = {("undo", "WEB_IMAGE"), ("undo", "api")}
    with pytest.raises(Failed) as caught:
        rolled(site, run_id, RollbackTools(fine, fine))
    assert caught.value.text_id == "rollback.undo_failed"
    assert caught.value.details["operations"] == "definition.set, service.up"
    assert [key for _verb, _name, key in site.world.calls] == UNDONE
    assert deserved(site, run_id) == "rollback_failed"
    site.world.failing.clear()
    site.world.calls.clear()
    assert rolled(site, run_id, RollbackTools(fine, fine)) == "rolled_back"
    assert [key for _verb, _name, key in site.world.calls] == ["WEB_IMAGE", "api"]
    assert deserved(site, run_id) == "rolled_back"


def test_an_operation_that_was_cut_off_is_undone_too(site):
    run_id = site.open()
    site.world.failing.add(("do", "api"))
    with pytest.raises(Failed), site.held(run_id) as run, run.stage("deploy"):
        run.operate("service.up", {"key": "api", "value": "new"})
    site.world.calls.clear()
    rolled(site, run_id, RollbackTools(fine, fine))
    assert site.world.calls == [("undo", "service.up", "api")]


def test_an_old_release_that_does_not_answer_is_no_rollback(site):
    run_id = an_update(site, OPERATIONS)
    with pytest.raises(Failed, match="gate.not_reached"):
        rolled(site, run_id, RollbackTools(fine, failing))
    assert [key for _verb, _name, key in site.world.calls] == UNDONE
    assert deserved(site, run_id) == "rollback_failed"


def test_what_was_only_prepared_is_taken_back_without_a_backup(site):
    run_id = an_update(site, [("restore.load", "new")])
    assert rolled(site, run_id, RollbackTools(failing, fine)) == "rolled_back"
    assert site.world.calls == [("undo", "restore.load", "new")]


@pytest.mark.parametrize("name", ["collection.swap", "view.replace"])
def test_a_failed_backup_stops_a_rollback_that_would_swap_data_back(site, name):
    run_id = an_update(site, [("restore.load", "new"), (name, "users")])
    with pytest.raises(Failed, match="gate.not_reached"):
        rolled(site, run_id, RollbackTools(failing, fine))
    assert site.world.calls == []


def test_a_failed_backup_stops_a_rollback_that_would_undo_a_migration(site):
    run_id = an_update(site, OPERATIONS)
    with pytest.raises(Failed, match="gate.not_reached"):
        rolled(site, run_id, RollbackTools(failing, fine))
    assert site.world.calls == []
    assert site.world.state["schema"] == "new"
    assert deserved(site, run_id) == "rollback_failed"


def test_without_migrations_a_failed_backup_is_a_warning(site):
    run_id = an_update(site, OPERATIONS[1:])
    assert rolled(site, run_id, RollbackTools(failing, fine)) == "rolled_back"
    with site.held(run_id, rolling_back=True) as run:
        assert [warning["id"] for warning in run.view.evidence["warning"]] == ["gate.not_reached"]


def test_no_backup_is_taken_where_backups_are_switched_off(site):
    run_id = an_update(site, OPERATIONS)
    assert rolled(site, run_id, RollbackTools(None, fine)) == "rolled_back"


def test_a_run_that_changed_nothing_is_left_alone(site):
    run_id = an_update(site, [])
    assert rolled(site, run_id, RollbackTools(failing, failing)) == "aborted"
    assert deserved(site, run_id) == "aborted"


def test_a_rollback_that_is_switched_off_latches_with_its_reason(site):
    switches = {"backup": True, "backup_reason": None, "rollback": False, "rollback_reason": "by hand tonight"}
    run_id = an_update(site, OPERATIONS, a_plan(switches=switches))
    with pytest.raises(Refused) as caught:
        rolled(site, run_id, RollbackTools(fine, fine))
    assert caught.value.details == {"reason": "by hand tonight"}
    assert site.world.calls == []
    assert deserved(site, run_id) == "rollback_failed"


def test_a_journal_of_a_newer_version_is_named(site):
    run_id = an_update(site, OPERATIONS)
    with site.held(run_id) as run, pytest.raises(Failed) as caught:
        undo_order(run.view.to_undo(), {})
    assert caught.value.text_id == "operation.unknown"


def test_a_rollback_that_meets_an_unknown_operation_is_a_failed_rollback(site):
    run_id = an_update(site, OPERATIONS)
    del site.registry["service.up"]
    with pytest.raises(Failed, match="operation.unknown"):
        rolled(site, run_id, RollbackTools(fine, fine))
    assert deserved(site, run_id) == "rollback_failed"


def test_a_defect_in_one_undo_does_not_keep_the_others_from_being_tried(site):
    run_id = an_update(site, OPERATIONS)

    class Broken(type(site.registry["migration.up"])):
        def undo(self, arguments, undo, context):
            raise KeyError("surprise")

    site.registry["migration.up"] = Broken(site.world, "migration.up")
    with pytest.raises(Failed, match="rollback.undo_failed"):
        rolled(site, run_id, RollbackTools(fine, fine))
    assert [key for _verb, _name, key in site.world.calls] == [key for key in UNDONE if key != "schema"]
    assert deserved(site, run_id) == "rollback_failed"


def test_the_data_is_decided_about_before_anything_and_carried_out_after_the_backup(site):
    run_id = an_update(site, OPERATIONS)
    order = []

    def data(run):
        order.append("decide")
        return Remedy(lambda run: order.append("carry out"), frozenset({"migration.up"}))

    tools = RollbackTools(lambda run: order.append("backup"), fine, data)
    assert rolled(site, run_id, tools) == "rolled_back"
    assert order == ["decide", "backup", "carry out"]
    assert [key for _verb, _name, key in site.world.calls] == [key for key in UNDONE if key != "schema"]
    assert site.world.state["schema"] == "new"


@pytest.mark.parametrize("answer", ["restore", "down", "question", "restore fails"])
def test_what_could_not_be_undone_may_come_from_the_backup(site, answer):
    run_id = an_update(site, OPERATIONS)
    site.world.failing = {("undo", "schema")}
    asked = []

    def restore(run):
        if answer == "restore fails":
            raise Failed("restore.compare")
        for operation in run.view.to_undo():
            if operation.name == "migration.up":
                run.journal.append("operation_undone", {"seq": operation.seq, "result": {"restored": "B1"}})

    def data(run):
        asked.append(len(run.view.evidence["undo_failures"]))
        if answer == "question" and asked != [0]:
            raise Refused("rollback.consent", writes="12", backup="b", migrations=1)
        second = asked != [0] and answer.startswith("restore")
        return Remedy(restore if second else fine, frozenset(), restores=second)

    tools = RollbackTools(fine, fine, data)
    if answer == "restore":
        assert rolled(site, run_id, tools) == "rolled_back"
    else:
        with pytest.raises(Failed, match="restore.compare" if answer == "restore fails" else "rollback.undo_failed"):
            rolled(site, run_id, tools)
        assert deserved(site, run_id) == "rollback_failed"
    assert asked == [0, 1]


def test_a_question_about_the_data_changes_nothing(site):
    run_id = an_update(site, OPERATIONS)

    def data(run):
        raise Refused("rollback.consent", writes="12", backup="b", migrations=1)

    with pytest.raises(Refused):
        rolled(site, run_id, RollbackTools(failing, failing, data))
    assert site.world.calls == []
    assert deserved(site, run_id) == "rollback_failed"


EDGE = [("edge.close", "edge"), ("service.stop", "web")]


def with_fence(site):
    site.registry["edge.close"] = type(site.registry["service.up"])(site.world, "edge.close", undo_phase=3)
    site.registry["service.stop"] = type(site.registry["service.up"])(site.world, "service.stop", undo_phase=2)
    run_id = an_update(site, [*EDGE, *OPERATIONS[:3]])
    with site.held(run_id) as run:
        run.record("fence", {"event": "raised", "edge": True, "services": ["web"], "whole": True, "moment": "1.1"})
    return run_id


def test_users_come_back_last(site):
    run_id = with_fence(site)
    assert rolled(site, run_id, RollbackTools(fine, fine)) == "rolled_back"
    assert [key for _verb, _name, key in site.world.calls] == ["API_IMAGE", "schema", "api", "web", "edge"]
    with site.held(run_id, rolling_back=True) as run:
        assert [event["event"] for event in run.view.evidence["fence"]] == ["raised", "lifted"]


def test_users_stay_out_where_the_old_release_could_not_be_put_back(site):
    run_id = with_fence(site)
    site.world.failing = {("undo", "schema")}
    with pytest.raises(Failed):
        rolled(site, run_id, RollbackTools(fine, fine))
    assert site.world.state["edge"] == "new"
    assert site.world.state["web"] is None
    site.world.failing.clear()
    assert rolled(site, run_id, RollbackTools(fine, fine)) == "rolled_back"
    assert site.world.state["edge"] is None
