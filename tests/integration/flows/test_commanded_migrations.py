# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that the application brings as npm scripts: same stages, same journal, same way back as files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from demo_stack import CLONE, docker
from flow_site import FIRST, QUICK, Site, finish, wait_for

VERSION = "20240815_001"
ENGINE = {"benevoclic_migrations_engine": "command", "benevoclic_migrations_baseline": "none"}
PACKAGE = json.loads((CLONE / "demo" / "api" / "package.json").read_text())
UP = "migrate:up"

Release = Callable[[dict[str, str | None]], dict[str, Any]]


def records(site: Site) -> list[dict[str, Any]]:
    with site.client() as client:
        return list(client["benevoclic"]["benevoclic_migrations"].find().sort("order", 1))


def preferences(site: Site) -> int:
    with site.client() as client:
        return int(client["benevoclic"]["preferences"].count_documents({}))


def users(site: Site) -> int:
    with site.client() as client:
        return int(client["benevoclic"]["users"].count_documents({}))


@pytest.fixture(autouse=True)
def first(site: Site) -> None:
    """What a test that failed left is taken back by the engine that made it."""
    if site.served() != (FIRST, FIRST):
        assert site.run("rollback", {"version": FIRST, **ENGINE}).status == 0


@pytest.fixture
def release(site: Site, tmp_path: Path) -> Iterator[Release]:
    """A release 1.1.0 whose API has other npm scripts (None: not this one); returns the variables of its update."""
    tag = f"{site.demo.project}/api:scripts"
    served = docker("inspect", "--format", "{{.Config.Image}}", site.demo.container("api"))
    base = served.rpartition(":")[0] + ":1.1.0"

    def build(scripts: dict[str, str | None]) -> dict[str, Any]:
        given = {key: value for key, value in {**PACKAGE["scripts"], **scripts}.items() if value is not None}
        (tmp_path / "package.json").write_text(json.dumps({**PACKAGE, "scripts": given}))
        (tmp_path / "Dockerfile").write_text(f"FROM {base}\nCOPY --chown=node:node package.json .\n")
        subprocess.run(["docker", "build", "--quiet", "--tag", tag, str(tmp_path)], check=True, capture_output=True)
        manifest = yaml.safe_load((CLONE / "demo" / "releases" / "1.1.0.yml").read_text())
        (tmp_path / "releases").mkdir()
        (tmp_path / "releases" / "1.1.0.yml").write_text(yaml.safe_dump({**manifest, "images": {"api": tag}}))
        return {**ENGINE, "benevoclic_releases_dir": str(tmp_path / "releases"), "benevoclic_registry": ""}

    yield build
    subprocess.run(["docker", "image", "rm", "--force", tag], check=False, capture_output=True)


def test_a_release_brings_its_migrations_and_takes_them_back(site: Site) -> None:
    before = site.look()
    seen = site.run("feature_update", {"version": "1.1.0", **ENGINE}, "--check")
    assert seen.status == 0, seen.output
    for said in (f"{UP} -- --target {VERSION}", "api:1.1.0", "migrate:down -- --target none", "examiné d'avance"):
        assert said in seen.output, seen.output
    assert site.look() == before
    done = site.update("1.1.0", **ENGINE)
    assert done.status == 0, done.output
    (record,) = records(site)
    run_id = site.run_ids()[-1]
    told = (record["_id"], record["status"], record["origin"], record["run_id"], record["release"])
    assert told == (VERSION, "applied", "command", run_id, "1.1.0")
    assert preferences(site) > 0
    assert site.served() == ("1.1.0", "1.1.0")
    report = site.report(run_id)
    assert report["changed"]["migrations"] == [VERSION]
    assert f"{VERSION} verified" in report["migrations"][0]["verified"][0]
    assert [suite["suite"] for suite in report["suites"]] == ["test:regression", "test:database", "test:security"]
    site.assert_compose_has_nothing_to_do()
    again = site.update("1.1.0", **ENGINE)
    assert again.recap("changed") == 0, again.output
    status = site.run("status", ENGINE)
    assert VERSION in status.output, status.output
    back = site.run("rollback", {"version": FIRST, **ENGINE})
    assert back.status == 0, back.output
    assert (site.database(), records(site)) == (before.database, [])
    assert site.served() == (FIRST, FIRST)
    site.assert_at_rest()


def test_migrations_alone_go_up_to_a_target_and_back(site: Site, tmp_path: Path) -> None:
    """The release that is served names the migration: its own image runs it."""
    manifest = yaml.safe_load((CLONE / "demo" / "releases" / "1.0.0.yml").read_text())
    (tmp_path / "1.0.0.yml").write_text(yaml.safe_dump({**manifest, "migrations": [VERSION]}))
    given = {**ENGINE, "benevoclic_releases_dir": str(tmp_path)}
    before = site.look()
    tried = site.run("database_migration", {"dry_run": "true", **given})
    assert tried.status == 0, tried.output
    for said in ("documents would be added", "rien n'a été essayé sur une copie"):
        assert said in tried.output, tried.output
    assert site.report(site.run_ids()[-1])["backup"]["verified"]
    assert site.look() == before
    done = site.run("database_migration", given)
    assert done.status == 0, done.output
    assert ([record["_id"] for record in records(site)], preferences(site) > 0) == ([VERSION], True)
    back = site.run("database_migration", {"target": "none", **given})
    assert back.status == 0, back.output
    assert site.look() == before
    site.assert_at_rest()


def test_a_script_that_fails_half_way_is_taken_back(site: Site) -> None:
    before = site.look()
    done = site.update("1.9.5-bad-migration", **ENGINE)
    assert done.status not in (0, None)
    for said in ("badge catalogue unreadable", f"{FIRST} est de nouveau en service"):
        assert said in done.output, done.output
    assert site.report(site.run_ids()[-1])["outcome"] == "rolled_back"
    assert site.look() == before
    site.assert_at_rest()


def test_a_missing_script_is_told_before_anything_changes(site: Site, release: Release) -> None:
    before = site.look()
    done = site.update("1.1.0", **release({"migrate:down": None}))
    assert done.status not in (0, None)
    assert "migrate:down" in done.output, done.output
    report = site.report(site.run_ids()[-1])
    assert (report["outcome"], report["backups"]) == ("aborted", [])
    assert site.look() == before
    site.assert_at_rest()


def test_a_script_whose_run_is_killed_is_stopped_and_taken_back(site: Site, release: Release) -> None:
    """Everything dies by ``kill -9`` with its documents written; the container goes on until somebody takes the run over."""
    endless = 'node -e "setInterval(() => 0, 1000)" --'
    given = release({UP: f"{PACKAGE['scripts'][UP]} && {endless}"})
    before, known = site.look(), len(site.run_ids())
    process = site.start("feature_update", {"version": "1.1.0", **QUICK, **given})
    wait_for(lambda: len(site.run_ids()) > known, process, "the run is opened")
    run_id = site.run_ids()[-1]
    wait_for(lambda: preferences(site) == users(site), process, "the script wrote")
    assert docker("inspect", "--format", "{{.State.Status}}", f"{site.demo.project}-{run_id}-migrate-up") == "running"
    with site.client() as client:
        holder = client["benevoclic_updates"]["locks"].find_one({"_id": "benevoclic"})
    os.killpg(process.pid, signal.SIGKILL)
    os.kill(holder["pid"], signal.SIGKILL)
    finish(process)
    taken = site.run("rollback", ENGINE)
    assert taken.status == 0, taken.output
    assert site.report(run_id)["outcome"] == "rolled_back"
    assert docker("ps", "--all", "--quiet", "--filter", f"name={run_id}") == ""
    assert (site.look(), records(site)) == (before, [])
    clear(site)
    site.assert_at_rest()


def clear(site: Site) -> None:
    """What the killed processes had no chance to remove: Ansible's own temporary folders."""
    for path in sorted(site.scratch.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
