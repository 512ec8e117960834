# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan says, and what is no ground for one."""

from __future__ import annotations

import hashlib

import pytest
from update_plans import DEFINITION, LANDINGS, VERSION, manifest, options, planned, refused

from ansible_collections.benevoclic.updates.plugins.action import update_plan


def test_the_plan_brings_manifest_and_migrations_for_the_host(releases):
    result = planned(releases, version="1.1.0")
    source = (releases.parent / "migrations" / f"{VERSION}_add_preferences.py").read_text(encoding="utf-8")
    name = f"{VERSION}_add_preferences.py"
    digest = hashlib.sha256(source.encode()).hexdigest()
    said = {"description": "Préférences", "reversible": True, "phase": "before_deploy", "compatible": True}
    assert result["plan"]["migrations"] == [{"version": VERSION, "file": name, "sha256": digest, **said}]
    assert result["files"] == {
        "manifest.yml": (releases / "1.1.0.yml").read_text(),
        f"migrations/{name}": source,
    }
    assert "migrate" in result["plan"]["stages"]
    assert result["plan"]["from_version"] == "1.0.0"
    assert "@" in result["plan"]["requested_by"]


@pytest.mark.parametrize("version", [None, "", "latest"])
def test_latest_is_resolved_before_anything_is_planned(releases, version):
    assert planned(releases, version=version)["plan"]["to_version"] == "1.1.0"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_people_read_what_will_happen(releases, locale):
    off = {"backup_enabled": False, "backup_disabled_reason": "an hour old"}
    lines = update_plan.plan_of(options(releases, version="1.1.0", **off), locale)["lines"]
    shown = "\n".join(line["text"] for line in lines)
    for word in ("1.0.0", "1.1.0", "demo", "api", "20240815_001", "test:database", "an hour old"):
        assert word in shown
    assert [line["mark"] for line in lines].count("warning") == 1
    assert len(lines) <= 8


def test_a_release_that_is_there_is_planned_as_unchanged(releases):
    observed = {"version": "1.0.0", "services": {"api": {"reference": "benevoclic/api:1.0.0"}}}
    result = planned(releases, version="1.0.0", observed=observed, runs={"landings": LANDINGS[:1]})
    assert result["plan"]["unchanged"] is True
    assert len(result["lines"]) == 2


def test_a_security_update_says_its_deadline(releases):
    asked = {"flow": "security_update", "update_type": "security", "severity": "HIGH", "vulnerability_id": "CVE-2026-1"}
    shown = "\n".join(line["text"] for line in planned(releases, version="1.1.1", **asked)["lines"])
    assert "WITHIN_2H" in shown
    assert "CVE-2026-1" in shown


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        ("a: [", "manifest.unreadable"),
        ("published_at: 2026-13-45", "manifest.unreadable"),
        ("{[1]: 2}", "manifest.unreadable"),
        ("\x00", "manifest.unreadable"),
        ("[" * 400, "manifest.unreadable"),
        ("", "manifest.not_mapping"),
        ("--- 1\n--- 2", "manifest.unreadable"),
        ("version: 1.10", "manifest.missing_key"),
        (manifest("1.1.0"), "manifest.other_version"),
    ],
)
def test_a_broken_manifest_is_named_when_chosen_and_in_nobodys_way_otherwise(releases, content, text_id):
    (releases / "1.3.0.yml").write_text(content)
    error = refused(releases, version="1.3.0")
    assert (error.text_id, error.details["path"]) == (text_id, str(releases / "1.3.0.yml"))
    assert "\n" not in str(error.details.get("found", ""))
    assert planned(releases, version="1.1.0")["plan"]["to_version"] == "1.1.0"


def test_files_that_are_no_manifests_are_in_nobodys_way(releases):
    for name in ("2024-notes.yml", "1.1.yml", "1.1.٣.yml"):
        (releases / name).write_text(manifest("9.9.9"))
    assert planned(releases)["plan"]["to_version"] == "1.1.0"
    assert refused(releases, version="1.7.0").details["known"] == "1.0.0, 1.1.0, 1.1.1, 1.9.0-crash"


def test_a_folder_that_is_not_there_is_said(releases):
    error = refused(releases.parent / "nowhere")
    assert (error.text_id, error.details["path"]) == ("manifest.no_folder", str(releases.parent / "nowhere"))


@pytest.mark.parametrize("version", ["20990101_001", "../20240815_001", "/etc/x", "*", "**", "2024081?_001", "[2]"])
def test_a_migration_without_exactly_its_file_is_refused(releases, version):
    (releases / "1.3.0.yml").write_text(manifest("1.3.0", migrations=[version]))
    error = refused(releases, version="1.3.0")
    assert (error.text_id, error.details["version"]) == ("migration_file.missing", version)
    assert refused(releases, version="1.1.0", migrations_dir=None).text_id == "migration_file.missing"


def test_two_files_of_one_migration_and_one_that_is_no_text(releases):
    folder = releases.parent / "migrations"
    (folder / "20240815_001_again.py").write_text("x = 1")
    assert "20240815_001_again.py" in refused(releases, version="1.1.0").details["found"]
    (folder / "20240815_001_again.py").unlink()
    (folder / f"{VERSION}_add_preferences.py").write_bytes(b"\xff\xfe")
    assert refused(releases, version="1.1.0").text_id == "file.not_utf8"


def test_another_run_at_work_is_named_before_its_half_done_work_is_judged(releases):
    owner = {"run_id": "R9", "owner": "ana@srv", "host": "srv", "since": "2026-11-23T16:00:00Z", "state": "changing"}
    seen = {"version": "1.9.0-crash", "services": {}}
    error = refused(releases, version="1.1.0", observed=seen, runs={"unfinished": owner})
    assert error.text_id == "lock.run_unfinished"
    assert error.details == owner


def rollback(releases, **changes):
    asked = {"flow": "rollback", "update_type": "rollback", "runs": {"landings": LANDINGS, "latched": None}}
    return planned(releases, **{**asked, **changes})["plan"]


def test_a_rollback_goes_to_the_last_verified_release_before_this_one(releases):
    assert rollback(releases)["target"] == LANDINGS[0]
    assert rollback(releases, version="1.0.0")["to_version"] == "1.0.0"
    assert refused(releases, flow="rollback", update_type="rollback").text_id == "rollback.no_target"


def test_a_latched_stack_goes_back_to_the_last_verified_release_itself(releases):
    assert rollback(releases, runs={"landings": LANDINGS, "latched": "R2"})["target"] == LANDINGS[1]
    assert rollback(releases, runs={"landings": LANDINGS[:1], "latched": "R1"})["target"] == LANDINGS[0]


def test_production_refuses_switches_for_a_rollback_too(releases):
    asked = {"definition": {**DEFINITION, "environment": "production"}, "backup_enabled": False}
    for flow in ({"flow": "rollback", "update_type": "rollback"}, {}):
        error = refused(releases, **asked, **flow, backup_disabled_reason="x", runs={"landings": LANDINGS})
        assert error.text_id == "request.switch_in_production"


def test_a_restore_leaves_the_release_that_serves(releases):
    asked = {"flow": "restore", "update_type": "restore", "restore": {"backup_id": "B1", "collections": "users,events"}}
    plan = planned(releases, **asked, runs={"landings": LANDINGS})["plan"]
    assert plan["from_version"] == plan["to_version"] == "1.0.0"
    assert plan["restore"] == {"backup_id": "B1", "collections": ["users", "events"]}
    assert plan["stages"] == ["backup", "restore", "verify", "conclude"]
    assert plan["switches"]["rollback"] is True
    assert plan["services"]
    nobody_knows = planned(releases, **asked, observed={"version": None})["plan"]
    assert (nobody_knows["from_version"], nobody_knows["to_version"]) == (None, "unknown")
