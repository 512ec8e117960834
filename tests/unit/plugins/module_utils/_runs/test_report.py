# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from fakes import FakeClock, Site, a_plan

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.ledger import Ledger
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.lock import read_owner
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.status import summary

CONTRACT = {"run_id", "flow", "update_type", "from_version", "to_version", "outcome", "started_at", "duration_seconds"}
CONTRACT |= {"stages", "requests", "backup", "migrations", "notifications", "versions_served"}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def a_whole_run(site):
    """An update as it is journaled; the report that its closing returned."""
    run_id = site.open()
    with site.held(run_id) as run:
        with run.stage("backup"):
            site.clock.seconds += 2.5
            run.record(
                "backup",
                {"id": "B1", "kind": "pre_update", "bytes": 10, "sha256": "ab", "verified": False, "path": "/b"},
            )
        with run.stage("deploy"):
            run.operate("definition.set", {"key": "API_IMAGE", "value": "new"})
        with run.stage("watch"):
            site.clock.seconds += 30
            run.record("watch", {"sent": 60, "failed": 1, "longest_gap_seconds": 0.5, "restarts": 0})
        run.record("proof", {"version": "1.1.0"})
        run.record("proof", {"version": "1.1.0"})
        run.record("migration", {"version": "20240815_001", "direction": "up"})
        run.record("notification", {"channel": "#updates", "outcome": "sent"})
        run.record("backup", {"id": "B2", "kind": "before_rollback", "bytes": 11, "sha256": "cd", "verified": False})
        return run_id, run.close("succeeded")


def test_the_report_has_the_keys_of_the_contract_and_is_what_the_file_says(site):
    run_id, report = a_whole_run(site)
    assert set(report) >= CONTRACT
    assert json.loads((site.paths.run(run_id) / "report.json").read_text()) == report
    assert (report["run_id"], report["flow"], report["outcome"]) == (run_id, "feature_update", "succeeded")
    assert (report["started_at"], report["duration_seconds"]) == ("2026-11-22T07:15:00.000Z", 32.5)
    assert report["stages"][0] == {
        "name": "backup",
        "outcome": "ok",
        "started_at": "2026-11-22T07:15:00.000Z",
        "duration_seconds": 2.5,
    }
    assert report["requests"] == {"sent": 60, "failed": 1, "longest_gap_seconds": 0.5}
    assert report["backup"] == {"id": "B1", "bytes": 10, "sha256": "ab", "verified": False}
    assert [backup["id"] for backup in report["backups"]] == ["B1", "B2"]
    assert report["versions_served"] == ["1.0.0", "1.1.0"]
    assert report["migrations"][0]["version"] == "20240815_001"
    assert report["notifications"][0]["channel"] == "#updates"


def test_closing_frees_the_stack_and_writes_one_ledger_line_with_the_journals_end(site):
    run_id, report = a_whole_run(site)
    assert read_owner(site.paths.lock) is None
    ledger = Ledger(site.paths.ledger, FakeClock())
    (entry,) = ledger.entries
    journal = (site.paths.run(run_id) / "journal.jsonl").read_text().splitlines()
    assert (entry["journal_length"], entry["journal_head"]) == (len(journal), json.loads(journal[-1])["hash"])
    assert (report["journal_head"], report["ledger_head"]) == (entry["journal_head"], ledger.head)
    assert (entry["run_id"], entry["outcome"], entry["backup_id"]) == (run_id, "succeeded", "B2")


def test_a_run_that_did_nothing_has_a_report_too(site):
    run_id = site.finish("aborted", a_plan(from_version=None))
    report = json.loads((site.paths.run(run_id) / "report.json").read_text())
    assert set(report) >= CONTRACT
    assert (report["backup"], report["stages"], report["versions_served"]) == (None, [], [])
    assert report["requests"] == {"sent": None, "failed": None, "longest_gap_seconds": None}


def test_the_status_of_a_cut_off_run_says_where_it_stands(site):
    run_id = site.open()
    with site.held(run_id) as run, run.stage("deploy"):
        run.operate("definition.set", {"key": "API_IMAGE", "value": "new"})
    site.world.failing.add(("do", "api"))
    with pytest.raises(Failed), site.held(run_id) as run, run.stage("deploy"):
        run.operate("service.up", {"key": "api", "value": "new"})
    with site.held(run_id) as run:
        run.record("notification", {"name": "updates", "messages": [{"key": "k", "outcome": "sent"}]})
        run.journal.append("stage_begin", {"name": "verify"})
    seen = summary(site.paths, site.clock)
    # who takes the run over repeats none of these
    assert [told["messages"][0]["key"] for told in seen["unfinished"]["notifications"]] == ["k"]
    assert (seen["last"], seen["latched"], seen["landings"]) == (None, None, [])
    unfinished = seen["unfinished"]
    assert (unfinished["run_id"], unfinished["state"], unfinished["stage"]) == (run_id, "verifying", "verify")
    assert unfinished["counts"] == {"begun": 1, "done": 1, "undone": 0}
    assert unfinished["failure"]["id"] == "command.failed"


def test_the_status_of_a_finished_stack(site):
    first = site.finish()
    site.finish("unchanged", a_plan(from_version="1.1.0", unchanged=True))
    failed = site.finish("rollback_failed", a_plan(from_version="1.1.0", to_version="1.2.0"))
    seen = summary(site.paths, site.clock)
    assert (seen["unfinished"], seen["last"]["run_id"], seen["latched"]) == (None, failed, failed)
    assert [(landing["version"], landing["run_id"]) for landing in seen["landings"]] == [
        ("1.0.0", first),
        ("1.1.0", first),
    ]
