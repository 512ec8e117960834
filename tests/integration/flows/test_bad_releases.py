# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases that are bad on purpose: the one before serves again, the data is as it was, and it is told."""

from __future__ import annotations

from typing import Any

import pytest
from flow_site import FIRST, SHORT_GATE, Done, Site, finish, wait_for

UNTOUCHED = ("edge", "mongo", "web")


@pytest.mark.parametrize(
    ("version", "limits", "causes"),
    [
        ("1.9.0-crash", SHORT_GATE, ["api"]),
        ("1.9.1-unhealthy", SHORT_GATE, ["api"]),
        ("1.9.2-wrong-version", {}, ["1.9.2-wrong-version", "1.1.0"]),
        ("1.9.3-late-crash", {"benevoclic_watch_seconds": 25}, ["api"]),
        ("1.9.4-errors", {"benevoclic_watch_seconds": 4}, ["%"]),
    ],
)
def test_a_bad_release_is_taken_back(site: Site, version: str, limits: dict[str, Any], causes: list[str]) -> None:
    before = site.look()
    done = site.update(version, **limits)
    assert_taken_back(site, done, version, *causes)
    after = site.look()
    assert (after.edge, after.api) == (FIRST, FIRST)
    assert after.database == before.database
    assert after.definition == before.definition
    for service in UNTOUCHED:
        name = site.demo.container(service)
        assert after.containers[name] == before.containers[name], service
    site.assert_compose_has_nothing_to_do()


def assert_taken_back(site: Site, done: Done, version: str, *causes: str) -> None:
    run_id = site.run_ids()[-1]
    assert done.status not in (0, None), done.output
    for cause in causes:
        assert cause in done.output, done.output
    for said in (f"{FIRST} est de nouveau en service", "État du site", "À faire", f"{run_id}/report.json"):
        assert said in done.output, done.output
    assert "Traceback" not in done.output
    assert len(done.output.splitlines()) <= 50, done.output
    report = site.report(run_id)
    assert (report["outcome"], report["from_version"], report["to_version"]) == ("rolled_back", FIRST, version)
    assert report["failure"]
    assert [backup["kind"] for backup in report["backups"]] == ["pre_update", "before_rollback"]
    assert site.notified()[-1]["status"] == "rollback"
    site.assert_at_rest()


def test_a_migration_that_fails_half_way_is_taken_back(site: Site) -> None:
    """It changed a part of the documents; no container was touched."""
    before = site.look()
    done = site.update("1.9.5-bad-migration")
    assert_taken_back(site, done, "1.9.5-bad-migration", "20240901_001")
    assert site.look() == before
    site.assert_compose_has_nothing_to_do()


def test_a_slow_start_is_no_failure_and_a_second_run_is_refused_meanwhile(site: Site) -> None:
    before, known = site.look(), len(site.run_ids())
    first = site.start("feature_update", {"version": "1.9.6-slow-start", "benevoclic_watch_seconds": 2})
    wait_for(lambda: len(site.run_ids()) > known, first, "the run is opened")
    run_id = site.run_ids()[-1]
    wait_for(lambda: "service.up" in site.begun(run_id), first, "the API is started")
    second = site.update("1.1.0")
    status = site.run("status")
    assert second.status not in (0, None), second.output
    opened = site.journal(run_id)[0]
    for said in (run_id, opened["data"]["requested_by"], opened["at"][:16]):
        assert said in second.output, second.output
    assert "Traceback" not in second.output
    assert status.status == 0, status.output
    assert run_id in status.output
    ended = finish(first)
    assert ended.status == 0, ended.output
    assert site.served() == ("1.9.6-slow-start", "1.9.6-slow-start")
    assert site.run_ids()[known:] == [run_id]
    assert site.report(run_id)["outcome"] == "succeeded"
    assert site.database() == before.database
    site.assert_at_rest()
    returned = site.run("rollback", {"reason": "retour d'essai"})
    assert returned.status == 0, returned.output
    assert site.served() == (FIRST, FIRST)
    assert site.database() == before.database
    site.assert_at_rest()
