# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates that the host is not ready for: refused at preflight, with the cause, before anything changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from demo_stack import docker
from flow_site import FIRST, Done, Seen, Site


@pytest.fixture
def seen(site: Site) -> Seen:
    return site.look()


def assert_stopped(site: Site, seen: Seen, done: Done, *causes: str) -> None:
    """A run was opened, found the cause, and ended without a change."""
    assert done.status not in (0, None), done.output
    for cause in causes:
        assert cause in done.output, done.output
    assert "Traceback" not in done.output
    run_id = site.run_ids()[-1]
    assert site.report(run_id)["outcome"] == "aborted"
    assert "operation_begin" not in site.kinds(run_id)
    assert f"la version {FIRST} " in done.output, done.output
    assert site.look() == seen
    site.assert_at_rest()


def test_the_disk_is_over_its_threshold(site: Site, seen: Seen) -> None:
    done = site.update("1.1.0", benevoclic_disk_limit_percent=1, benevoclic_disk_limit_percent_migration=1)
    assert_stopped(site, seen, done, "limite de 1 %", str(site.demo.folder / "state"))


def test_an_image_that_cannot_be_pulled(site: Site, seen: Seen, tmp_path: Path) -> None:
    image = "benevoclic/api:2.0.0-nowhere"
    content = f"schema: 1\nversion: 2.0.0-nowhere\ntype: feature\nimages: {{api: {image}}}\n"
    (tmp_path / "2.0.0-nowhere.yml").write_text(content)
    done = site.update("2.0.0-nowhere", benevoclic_releases_dir=str(tmp_path))
    assert_stopped(site, seen, done, image)


def test_an_npm_script_that_does_not_exist(site: Site, seen: Seen) -> None:
    done = site.update("1.1.0", benevoclic_tests_runner="host", benevoclic_tests_directory=str(site.folders[0]))
    assert_stopped(site, seen, done, "package.json")


def test_a_maintenance_page_that_could_not_be_shown(site: Site, seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("")
    done = site.update("1.3.0", benevoclic_edge=site.edge(maintenance={"directory": str(tmp_path / "page")}))
    assert_stopped(site, seen, done, str(tmp_path / "page"), "benevoclic_edge.maintenance.directory")


@pytest.mark.parametrize("name", ["compose.yml", ".env"])
def test_a_missing_file(site: Site, name: str) -> None:
    before, runs = site.look(), site.run_ids()
    path, aside = site.folders[0] / name, site.folders[0].parent / "aside"
    shutil.move(path, aside)
    try:
        done = site.update("1.1.0")
        assert done.status not in (0, None), done.output
        assert str(path) in done.output
        assert "Traceback" not in done.output
        assert site.served() == (FIRST, FIRST)
        assert not path.exists()
    finally:
        shutil.move(aside, path)
    assert site.look() == before
    assert all("operation_begin" not in site.kinds(run_id) for run_id in set(site.run_ids()) - set(runs))
    site.assert_at_rest()


def test_the_engine_is_down(site: Site, seen: Seen, tmp_path: Path) -> None:
    runs = site.run_ids()
    variables = {"version": "1.1.0"}
    done = site.run("feature_update", variables, DOCKER_HOST=f"unix://{tmp_path}/nobody.sock")
    assert done.status not in (0, None), done.output
    assert f"{tmp_path}/nobody.sock" in done.output
    assert "Traceback" not in done.output
    assert site.run_ids() == runs
    assert site.look() == seen
    site.assert_at_rest()


def test_a_site_that_is_down_takes_a_security_fix_and_nothing_else(site: Site) -> None:
    site.bring_to(FIRST)
    before = site.look()
    docker("stop", "--time", "1", site.demo.container("api"))
    refused = site.update("1.1.0")
    assert refused.status not in (0, None), refused.output
    for said in ("l'application ne répond pas", "api"):
        assert said in refused.output, refused.output
    assert site.report(site.run_ids()[-1])["outcome"] == "aborted"
    assert site.database() == before.database
    assert site.definition() == before.definition
    site.assert_at_rest()
    mended = site.update("1.1.1", "security", vulnerability_id="CVE-2026-0001", severity="CRITICAL")
    assert mended.status == 0, mended.output
    assert "[!]" in mended.output, mended.output
    assert site.served() == ("1.1.1", "1.1.1")
    assert site.report(site.run_ids()[-1])["outcome"] == "succeeded"
    site.assert_at_rest()
    site.assert_compose_has_nothing_to_do()
