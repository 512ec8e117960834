# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan with a fence is refused before anything changes when the maintenance page could not be shown."""

from __future__ import annotations

import os

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._checks.fence import check_fence

URL = "http://127.0.0.1:8080"
MIGRATION = "20260110_001_split_names.py"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "nginx" / "maintenance"


def plan(folder=None, **more):
    services = {
        "api": {"image_variable": "API_IMAGE", "probe": "http://127.0.0.1:3000/health"},
        "edge": {"image_variable": "EDGE_IMAGE", "probe": f"{URL}/health"},
    }
    edge = {"url": URL, "service": "edge", **({"maintenance": {"directory": str(folder)}} if folder else {})}
    defaults = {"project": "p", "directory": "/srv/p", "files": ["compose.yml"]}
    definition = {"services": services, "service_defaults": defaults, "edge": edge}
    fence = {"services": ["api"], "edge": bool(folder), "irreversible": [MIGRATION], **more}
    return {"definition": definition, "fence": fence}


def found(given):
    return [(result.outcome, result.text_id.removeprefix("preflight.")) for result in check_fence(given)]


def text(given):
    (result,) = check_fence(given)
    return result.say("fr")


def another_account(monkeypatch, folder, *, writes=True):
    """The tests may run as root, who may do anything."""
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: (writes or str(path) != str(folder)) and real(path, mode))
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)


def test_no_fence_no_check(folder):
    assert check_fence({**plan(folder), "fence": None}) == []
    assert check_fence({"definition": {}}) == []


def test_a_folder_that_is_there_and_one_that_will_be_made(folder):
    assert found(plan(folder)) == [("ok", "fence")]
    assert not folder.parent.exists()
    folder.mkdir(parents=True)
    assert found(plan(folder)) == [("ok", "fence")]
    assert str(folder) in text(plan(folder))


def test_a_folder_that_cannot_be_made(folder, monkeypatch):
    another_account(monkeypatch, folder.parent.parent, writes=False)
    assert found(plan(folder)) == [("failed", "fence_missing")]
    said = text(plan(folder))
    for part in (str(folder), f"dans {folder.parent.parent}", "bootstrap.yml"):
        assert part in said


@pytest.mark.parametrize(("below", "expected"), [("", "fence_not_a_folder"), ("deeper", "fence_missing")])
def test_a_file_in_its_place(folder, below, expected):
    folder.parent.mkdir()
    folder.write_text("")
    assert found(plan(folder / below)) == [("failed", expected)]
    assert "edge.maintenance.directory" in text(plan(folder / below))


def test_a_folder_of_somebody_else(folder, monkeypatch):
    folder.mkdir(parents=True)
    another_account(monkeypatch, folder, writes=False)
    assert found(plan(folder)) == [("failed", "fence_unwritable")]
    assert "chown" in text(plan(folder))


def test_a_folder_that_nginx_cannot_read_and_we_cannot_change(folder, monkeypatch):
    folder.mkdir(parents=True)
    folder.chmod(0o770)
    assert found(plan(folder)) == [("ok", "fence")]
    another_account(monkeypatch, folder)
    assert found(plan(folder)) == [("failed", "fence_unreadable")]
    assert "770" in text(plan(folder))


def test_an_edge_that_would_be_stopped_shows_no_page(folder):
    given = plan(folder, services=["api", "edge"])
    assert found(given) == [("failed", "fence_edge_stopped")]
    assert "benevoclic_edge.service: edge" in text(given)


def test_without_a_page_the_question_that_may_come_is_announced():
    assert found(plan()) == [("warning", "fence_no_page")]
    for part in (MIGRATION, "rollback_database=restore", "edge.maintenance.directory"):
        assert part in text(plan())
    assert found(plan(irreversible=[])) == [("ok", "fence_stops")]
