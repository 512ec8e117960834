# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations in plans: their stages, what a swap allows, a migration alone."""

from __future__ import annotations

import pytest
from update_plans import VERSION, manifest, migration, planned, refused

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError


def test_expand_and_contract_have_their_stages(releases):
    phases = {"20250101_001": "after_deploy", "20250102_001": "after_verified"}
    for version, phase in phases.items():
        path = releases.parent / "migrations" / f"{version}_x.py"
        more = ["REVERSIBLE = False"] if phase == "after_verified" else []
        path.write_text(migration(version, f"PHASE = '{phase}'", *more), encoding="utf-8")
    (releases / "1.2.0.yml").write_text(manifest("1.2.0", migrations=[VERSION, *phases]))
    stages = planned(releases, version="1.2.0")["plan"]["stages"]
    assert [stage for stage in stages if stage not in ("preflight", "announce", "backup", "conclude")] == [
        "migrate",
        "deploy",
        "migrate_after_deploy",
        "verify",
        "test",
        "watch",
        "migrate_after_verified",
    ]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["REVERSIBLE = False"], "REVERSIBLE = False"),
        (["COMPATIBLE = False"], "COMPATIBLE = False"),
        (["COMPATIBLE = False", "PHASE = 'after_deploy'"], "COMPATIBLE = False"),
    ],
)
def test_a_swap_without_downtime_is_refused_with_what_the_old_code_cannot_live_with(releases, more, why):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text(migration(VERSION, *more), encoding="utf-8")
    error = refused(releases, version="1.1.0")
    assert (error.text_id, error.details["file"], error.details["why"]) == ("plan.needs_downtime", path.name, why)
    (releases / "1.1.0.yml").write_text(manifest("1.1.0", migrations=[VERSION], downtime=True))
    result = planned(releases, version="1.1.0")
    assert result["plan"]["downtime"] is True
    assert any("downtime" in line["text"] for line in result["lines"])


def test_what_the_file_says_the_old_code_can_live_with_is_planned(releases):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text(migration(VERSION, "REVERSIBLE = False", "COMPATIBLE = True"), encoding="utf-8")
    assert planned(releases, version="1.1.0")["plan"]["migrations"][0]["reversible"] is False


def entry(releases):
    return planned(releases, version="1.1.0")["plan"]["migrations"][0]


def alone(releases, up=(), down=(), **more):
    outlook = {"apply": list(up), "undo": list(down)}
    asked = {"flow": "database_migration", "update_type": "migration", "target": "latest", "outlook": outlook}
    return planned(releases, **asked, **more)


def test_a_migration_alone_touches_no_service(releases):
    result = alone(releases, up=[entry(releases)])
    plan = result["plan"]
    assert plan["stages"] == ["preflight", "announce", "backup", "migrate", "verify", "test", "conclude"]
    assert (plan["from_version"], plan["to_version"], plan["services"], plan["images"]) == ("1.0.0", "1.0.0", [], {})
    assert (plan["backup_kind"], plan["backup_proof"], plan["suites"]) == (
        "pre_migration",
        "rehearsal",
        ["test:database"],
    )
    assert list(result["files"]) == [f"migrations/{VERSION}_add_preferences.py"]
    back = alone(releases, down=[entry(releases)])
    assert (back["plan"]["migrations"], len(back["plan"]["undo"]), len(back["files"])) == ([], 1, 1)


def test_a_rehearsal_changes_nothing_and_is_planned_so(releases):
    plan = alone(releases, up=[entry(releases)], rehearsal=True)["plan"]
    assert (plan["stages"], plan["dry_run"]) == (["preflight", "backup", "migrate", "conclude"], True)


def test_a_release_to_come_is_rehearsed_and_never_run_alone(releases):
    plan = alone(releases, up=[entry(releases)], rehearsal=True, version="1.1.0")["plan"]
    assert (plan["dry_run"], plan["migration_target"], plan["to_version"]) == (True, "1.1.0, latest", "1.0.0")
    asked = {"flow": "database_migration", "update_type": "migration", "target": "latest"}
    asked["outlook"] = {"apply": [entry(releases)], "undo": []}
    assert refused(releases, **asked, version="1.1.0").text_id == "plan.version_alone"
    unknown = refused(releases, **asked, version="9.9.9", rehearsal=True)
    assert (unknown.text_id, unknown.details["version"]) == ("manifest.unknown_version", "9.9.9")


def test_a_database_that_is_at_its_target_is_only_looked_at(releases):
    plan = alone(releases)["plan"]
    assert (plan["unchanged"], plan["stages"], plan["suites"]) == (True, ["verify", "conclude"], [])


def test_nobody_knows_what_is_served(releases):
    with pytest.raises(EngineError) as caught:
        alone(releases, observed={"version": None, "services": {}})
    assert caught.value.text_id == "plan.nothing_served"
