# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type or write wrong: one clear message, nothing begun, nothing touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flow_site import FIRST, Done, Seen, Site

SECURITY = ["security_update", "-e", "version=1.1.1"]
FEATURE = ["feature_update", "-e", "version=1.1.0"]


@pytest.fixture(scope="module", autouse=True)
def _nothing_happens(site: Site) -> Iterator[None]:
    """None of these cases opens a run, tells anybody, or leaves a trace."""
    before, runs, kept = site.look(), site.run_ids(), site.tree("state", "backups")
    told = site.notified()
    yield
    assert site.look() == before
    assert site.run_ids() == runs
    assert site.tree("state", "backups") == kept
    assert site.notified() == told
    site.assert_at_rest()


@pytest.fixture
def seen(site: Site) -> Seen:
    return site.look()


def assert_refused(site: Site, seen: Seen, done: Done, *causes: str) -> None:
    """One message with the cause in it, and everything as it was."""
    assert done.status not in (0, None), done.output
    for cause in causes:
        assert cause in done.output, done.output
    assert "Traceback" not in done.output
    assert "usage: ansible-playbook" not in done.output
    assert len([line for line in done.output.splitlines() if line.startswith("[x]  ")]) == 1, done.output
    assert len(done.output.splitlines()) <= 20
    assert site.served() == (FIRST, FIRST)
    assert site.containers() == seen.containers


@pytest.mark.parametrize(
    ("typed", "causes"),
    [
        (["feature_update", "-e", "version=7.7.7"], ["7.7.7", "1.1.0, 1.1.1", "aucun"]),
        (["feature_update", "-e", "version=v1.1"], ["« v1.1 »", "par exemple 1.1.0"]),
        (["feature_update", "-e", '{"version": 1.10}'], ["Lecture de la version 1.1", "de type float", "guillemets"]),
        (["feature_update", "-e", "version=1.1.1"], ["type security", "security_update.yml"]),
        ([*FEATURE, "-e", "reason=bad deploy today"], ["« deploy today »", '{"reason": "…"}']),
        (
            [*SECURITY, "-e", "vulnerability_id=CVE-2026-0001", "-e", "severity=critical"],
            ["CRITICAL, HIGH", "critical"],
        ),
        ([*SECURITY, "-e", "vulnerability_id=CVE-2026-0001", "-e", "severity=URGENT"], ["CRITICAL, HIGH", "URGENT"]),
        ([*SECURITY, "-e", "vulnerability_id=CVE-2026-0001"], ["CRITICAL, HIGH", "severity"]),
        ([*SECURITY, "-e", "severity=HIGH"], ["vulnerability_id=", "CVE-2026-0001"]),
        ([*FEATURE, "-e", "benevoclic_backup_enabled=false"], ["benevoclic_backup_disabled_reason"]),
        ([*FEATURE, "-e", "benevoclic_rollback_enabled=false"], ["benevoclic_rollback_disabled_reason"]),
        (["rollback", "-e", "version=7.7.7"], ["7.7.7"]),
        (["rollback", "-e", "reason=bad deploy today"], ["« deploy today »"]),
    ],
    ids=lambda value: " ".join(value)[-50:] if isinstance(value, list) else None,
)
def test_what_is_typed(site: Site, seen: Seen, typed: list[str], causes: list[str]) -> None:
    assert_refused(site, seen, site.run(typed[0], None, *typed[1:]), *causes)


@pytest.mark.parametrize("switch", ["backup", "rollback"])
def test_switches_stay_on_in_production(site: Site, seen: Seen, switch: str) -> None:
    off = {f"benevoclic_{switch}_enabled": False, f"benevoclic_{switch}_disabled_reason": "pressé"}
    done = site.update("1.1.0", benevoclic_environment="production", **off)
    assert_refused(site, seen, done, f"benevoclic_{switch}_enabled", "true en production")


def services(site: Site, **changed: Any) -> dict[str, Any]:
    """The table of services with its ``api`` changed; a key that becomes None is left out."""
    folder = str(site.folders[0])
    api = {"project": site.demo.project, "directory": folder, "files": ["compose.yml"], "image_variable": "API_IMAGE"}
    return {"api": {key: value for key, value in {**api, **changed}.items() if value is not None}}


@pytest.mark.parametrize(
    ("changed", "causes"),
    [
        ({"image_varible": "API_IMAGE"}, ["services.api.image_varible", "image_variable"]),
        ({"image_variable": None}, ["services.api", "image_variable"]),
        ({"files": "compose.yml"}, ["services.api.files"]),
        ({"updatable": "no"}, ["services.api.updatable"]),
        ({"probe": "localhost/health"}, ["services.api.probe", "localhost/health"]),
        ({"directory": None}, ["services.api.directory"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_service_of_the_inventory(site: Site, seen: Seen, changed: dict[str, Any], causes: list[str]) -> None:
    table = {"benevoclic_services": services(site, **changed), "benevoclic_service_defaults": {}}
    assert_refused(site, seen, site.update("1.1.0", **table), *causes)


@pytest.mark.parametrize(
    ("name", "value", "causes"),
    [
        ("benevoclic_backup_enabled", "no thanks", ["benevoclic_backup_enabled", "no thanks"]),
        ("benevoclic_services", "api", ["benevoclic_services", "dict"]),
        ("benevoclic_watch_seconds", "long", ["benevoclic_watch_seconds", "long"]),
        ("benevoclic_releases_dir", "/nowhere/releases", ["/nowhere/releases", "benevoclic_releases_dir"]),
        ("benevoclic_stack", "../etc", ["../etc", "benevoclic_stack"]),
    ],
)
def test_a_variable_of_the_inventory(site: Site, seen: Seen, name: str, value: str, causes: list[str]) -> None:
    assert_refused(site, seen, site.update("1.1.0", **{name: value}), *causes)


def test_a_manifest_as_people_meet_it(site: Site, seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "2.0.0.yml").write_text(
        "schema: 1\nversion: 2.0.0\ntype: feature\nimages: {api: benevoclic/api:2.0.0}\nservces: []\n"
    )
    done = site.update("2.0.0", benevoclic_releases_dir=str(tmp_path))
    assert_refused(site, seen, done, str(tmp_path / "2.0.0.yml"), "servces")
