# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release with an irreversible migration: users are kept out, and going back brings their data back, all of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flow_site import FIRST, SHORT_GATE, Site

MIGRATION = "20260110_001"
CLOSED = 503


class Volunteers(threading.Thread):
    """They publish through the edge, one announcement after the other, until they are refused; ``patient`` ones try again.

    What they were told of is ``published``.
    """

    def __init__(self, site: Site, *, patient: bool = False) -> None:
        super().__init__(daemon=True)
        self._patient = patient
        self._url = f"{site.demo.info()['edge_url']}/api/announcements"
        with site.client() as client:
            self._association = str(client["benevoclic"]["associations"].find_one()["_id"])
        self._over = threading.Event()
        self.published: list[str] = []
        self.refused: int | None = None

    def run(self) -> None:
        while (self._patient or self.refused is None) and not self._over.is_set():
            try:
                self.published.append(publish(self._url, self._association))
            except HTTPError as error:
                self.refused = error.code
            self._over.wait(0.1)

    def stop(self) -> None:
        self._over.set()
        self.join()


def publish(url: str, association: str) -> str:
    """The identity of a new announcement."""
    body = json.dumps({"title": "Collecte du samedi", "associationId": association}).encode()
    request = Request(url, body, {"content-type": "application/json"}, method="POST")
    with urlopen(request, timeout=30) as answer:
        return str(json.loads(answer.read())["_id"])


def announcements(site: Site) -> set[str]:
    with site.client() as client:
        return {str(document["_id"]) for document in client["benevoclic"]["announcements"].find({}, {"_id": 1})}


def closing_files(site: Site) -> list[str]:
    return [path.name for path in site.folders[0].rglob("maintenance/*")]


BadRelease = Callable[[str], dict[str, Any]]


@pytest.fixture
def bad_release(tmp_path: Path) -> BadRelease:
    """1.3.0's migration with an API that is bad."""

    def write(api: str) -> dict[str, Any]:
        manifest = {
            "schema": 1,
            "version": "1.3.1",
            "type": "feature",
            "downtime": True,
            "images": {"api": f"benevoclic/api:{api}"},
            "migrations": ["20240815_001", MIGRATION],
        }
        (tmp_path / "1.3.1.yml").write_text(json.dumps(manifest))
        return {"benevoclic_releases_dir": str(tmp_path), "benevoclic_backup_proof": "structure", **SHORT_GATE}

    return write


def test_a_release_that_crashes_after_its_irreversible_migration(site: Site, bad_release: BadRelease) -> None:
    site.bring_to(FIRST)
    before = site.look()
    volunteers = Volunteers(site)
    volunteers.start()
    done = site.update("1.3.1", **bad_release("1.9.0-crash"))
    volunteers.stop()
    run_id = site.run_ids()[-1]
    report = site.report(run_id)
    assert done.status not in (0, None), done.output
    assert (report["outcome"], report["data"]["decision"], report["data"]["lost"]) == ("rolled_back", "restore", 0)
    after = site.look()
    assert (after.edge, after.api, after.definition) == (FIRST, FIRST, before.definition)
    assert volunteers.refused == CLOSED
    assert len(volunteers.published) > 0
    assert set(volunteers.published) <= announcements(site)
    assert after.database == report["backups"][0]["fingerprint"]
    fence = report["fence"]
    assert (fence["maintenance_page"], fence["services"]) == (True, ["api", "web"])
    assert fence["raised_at"] < report["backups"][0]["created_at"] < fence["lifted_at"]
    assert MIGRATION in done.output
    assert "Traceback" not in done.output
    assert closing_files(site) == []
    with site.client() as client:
        names = client["benevoclic"].list_collection_names()
    assert any(name.startswith(f"benevoclic_updates.aside.{run_id}/") for name in names)
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_the_good_release_and_the_way_back(site: Site) -> None:
    site.bring_to(FIRST)
    before = site.look()
    plan = site.run("feature_update", {"version": "1.3.0"}, "--check")
    assert plan.status == 0, plan.output
    for said in ("interruption", MIGRATION, "irréversible"):
        assert said in plan.output, plan.output
    done = site.update("1.3.0")
    assert done.status == 0, done.output
    report = site.report(site.run_ids()[-1])
    names = [stage["name"] for stage in report["stages"]]
    assert (
        names.index("fence")
        < names.index("backup")
        < names.index("test")
        < names.index("reopen")
        < names.index("watch")
    )
    assert report["fence"]["seconds"] > 0
    assert (report["outcome"], report["requests"]["failed"]) == ("succeeded", 0)
    after = site.look()
    assert (after.edge, after.api) == ("1.3.0", "1.3.0")
    with site.client() as client:
        assert client["benevoclic"]["users"].count_documents({"lastName": {"$exists": True}}) == 0
        association = client["benevoclic"]["associations"].find_one()["_id"]
    site.assert_compose_has_nothing_to_do()
    publish(f"{site.demo.info()['edge_url']}/api/announcements", str(association))

    refused = site.run("rollback", {"version": FIRST})
    assert refused.status not in (0, None), refused.output
    for said in ("perdrait 1 écriture", "rollback_database=restore"):
        assert said in refused.output, refused.output
    unchanged = site.look()
    assert (unchanged.database, unchanged.containers) == (site.database(), after.containers)
    assert site.report(site.run_ids()[-1])["outcome"] == "aborted"

    agreed = site.run("rollback", {"version": FIRST, "rollback_database": "restore"})
    assert agreed.status == 0, agreed.output
    back = site.look()
    assert (back.edge, back.api, back.definition) == (FIRST, FIRST, before.definition)
    assert back.database == before.database
    assert closing_files(site) == []
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_without_a_page_a_person_decides_about_what_was_written_since_the_deployment(
    site: Site, bad_release: BadRelease
) -> None:
    site.bring_to(FIRST)
    before = site.look()
    volunteers = Volunteers(site, patient=True)
    volunteers.start()
    done = site.update("1.3.1", benevoclic_edge=site.edge(), **bad_release("1.9.2-wrong-version"))
    volunteers.stop()
    assert done.status not in (0, None), done.output
    for said in ("pas de page de maintenance", "restauration perdrait", "rollback_database=restore"):
        assert said in done.output, done.output
    run_id = site.run_ids()[-1]
    report = site.report(run_id)
    assert (report["outcome"], report["fence"]["maintenance_page"]) == ("rollback_failed", False)
    assert set(volunteers.published) <= announcements(site)  # nothing was undone
    agreed = site.run("rollback", {"rollback_database": "restore"})
    assert agreed.status == 0, agreed.output
    after = site.look()
    assert (after.edge, after.api, after.definition) == (FIRST, FIRST, before.definition)
    assert after.database == report["backups"][0]["fingerprint"]
    kept = announcements(site)
    lost = [identity for identity in volunteers.published if identity not in kept]
    assert 0 < len(lost) < len(volunteers.published)
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()
