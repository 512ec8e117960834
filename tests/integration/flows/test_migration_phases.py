# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations beside the new code and once it is verified: each at its moment, and taken back when one fails."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_stack import CLONE
from flow_site import FIRST, QUICK, Site

BEFORE, BESIDE, LAST = "20240815_001", "20240816_001", "20240817_001"
SUITES = ("test:regression", "test:database", "test:security")
MIGRATION = '''"""{what}."""

VERSION = "{version}"
DESCRIPTION = "{what}"
PHASE = "{phase}"


def up(db, step):
    step.fill(db["announcements"], "{field}", False)
    {more}


def down(db, step):
    step.reverse()
'''
# What a person's suite has to do to reach the site while users do not; without a pass the site is open to all.
SUITE = """
import { writeFileSync } from 'node:fs';
const pass = process.env.EDGE_PASS;
if (pass) writeFileSync('pass', pass);
const ask = async (headers) => await fetch(`${process.env.EDGE_URL}/api/version`, { headers });
const user = await ask({});
const passed = await ask(pass ? { 'x-benevoclic-pass': pass } : {});
const { version } = await passed.json();
if (user.status !== (pass ? 503 : 200) || version !== '1.1.0') throw new Error(`user: ${user.status}, suite: ${version}`);
"""

Release = Callable[..., dict[str, Any]]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Writes release 1.1.0 with migrations of its own: phase → what its ``up`` does last; returns the update's variables."""
    migrations, releases = tmp_path / "migrations", tmp_path / "releases"
    migrations.mkdir()
    releases.mkdir()
    shutil.copy(CLONE / "demo" / "migrations" / "20240815_001_add_user_preferences.py", migrations)

    def write(phases: dict[str, str], **more: Any) -> dict[str, Any]:
        versions = [BEFORE]
        for phase, last in phases.items():
            version, field = (BESIDE, "archived") if phase == "after_deploy" else (LAST, "pinned")
            text = MIGRATION.format(
                what=f"Announcements are {field}", version=version, phase=phase, field=field, more=last
            )
            (migrations / f"{version}_{phase}.py").write_text(text)
            versions.append(version)
        api = {"api": "benevoclic/api:1.1.0"}
        manifest = {"schema": 1, "version": "1.1.0", "type": "feature", "images": api, "migrations": versions, **more}
        (releases / "1.1.0.yml").write_text(json.dumps(manifest))
        return {"benevoclic_releases_dir": str(releases), "benevoclic_migrations_dir": str(migrations)}

    return write


@pytest.fixture
def controller_suites(tmp_path: Path) -> dict[str, Any]:
    """Suites that run on the controller and know nothing but the edge."""
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "check.mjs").write_text(SUITE)
    (folder / "package.json").write_text(json.dumps({"scripts": dict.fromkeys(SUITES, "node check.mjs")}))
    return {"benevoclic_tests_runner": "controller", "benevoclic_tests_directory": str(folder)}


def moments(site: Site, run_id: str) -> list[str]:
    """Stages and migrations in the order in which they began."""
    found = []
    for record in site.journal(run_id):
        data = record["data"]
        if record["kind"] == "stage_begin":
            found.append(data["name"])
        elif record["kind"] == "operation_begin" and data["name"] == "migration.up":
            found.append(data["arguments"]["version"])
    return found


def read(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


@pytest.mark.parametrize(
    ("phase", "version", "reached"), [("after_deploy", BESIDE, "deploy"), ("after_verified", LAST, "watch")]
)
def test_a_failure_is_taken_back_with_the_release(
    site: Site, release: Release, phase: str, version: str, reached: str
) -> None:
    """It had changed documents, beside new code that served already."""
    before = site.look()
    variables = release({phase: 'raise RuntimeError("archive unreachable")'})
    done = site.update("1.1.0", **variables)
    assert done.status not in (0, None), done.output
    for said in (f"{version}_{phase}.py", "archive unreachable", f"{FIRST} est de nouveau en service"):
        assert said in done.output, done.output
    assert "Traceback" not in done.output
    run_id = site.run_ids()[-1]
    order = moments(site, run_id)
    assert order[order.index(reached) :][:4] == [reached, f"migrate_{phase}", version, "rollback"]
    assert site.report(run_id)["outcome"] == "rolled_back"
    after = site.look()
    assert (after.edge, after.api) == (FIRST, FIRST)
    assert (after.database, after.definition) == (before.database, before.definition)
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()


def test_each_phase_has_its_moment(site: Site, release: Release, controller_suites: dict[str, Any]) -> None:
    """In a release with downtime, whose suites pass the closed edge from the controller; then back, data included."""
    before = site.look()
    variables = release({"after_deploy": "pass", "after_verified": "pass"}, downtime=True)
    done = site.run("feature_update", {"version": "1.1.0", **QUICK, **variables, **controller_suites}, "-vvv")
    assert done.status == 0, done.output
    run_id = site.run_ids()[-1]
    token = (Path(controller_suites["benevoclic_tests_directory"]) / "pass").read_text()
    assert len(token) == 32
    assert token not in done.output
    assert [str(path) for path in site.demo.folder.rglob("*") if path.is_file() and token in read(path)] == []
    assert [name for name in moments(site, run_id) if name not in ("preflight", "announce", "conclude")] == [
        "fence",
        "backup",
        "migrate",
        BEFORE,
        "deploy",
        "migrate_after_deploy",
        BESIDE,
        "verify",
        "test",
        "reopen",
        "watch",
        "migrate_after_verified",
        LAST,
        "test",
        "verify",
    ]
    report = site.report(run_id)
    assert report["changed"]["migrations"] == [BEFORE, BESIDE, LAST]
    assert [suite["suite"] for suite in report["suites"]] == [*SUITES, "test:database"]
    assert {suite["outcome"] for suite in report["suites"]} == {"passed"}
    with site.client() as client:
        wanted = {"archived": False, "pinned": False}
        announcements = client["benevoclic"]["announcements"]
        assert announcements.count_documents(wanted) == announcements.count_documents({}) > 0
    back = site.run("rollback")
    assert back.status == 0, back.output
    after = site.look()
    assert (after.edge, after.api) == (FIRST, FIRST)
    assert (after.database, after.definition) == (before.database, before.definition)
    site.assert_at_rest()
