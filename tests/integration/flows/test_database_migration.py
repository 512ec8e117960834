# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations alone: up to a target and back down, seen first by --check, refused when the files were spoiled."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from demo_stack import CLONE
from flow_site import Site

from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import rehearsal

GOOD = "20240815_001"
BAD = "20240901_001"


def preferences(site: Site) -> int:
    with site.client() as client:
        return int(client["benevoclic"]["preferences"].count_documents({}))


def users(site: Site) -> int:
    with site.client() as client:
        return int(client["benevoclic"]["users"].count_documents({}))


def applied(site: Site) -> list[str]:
    with site.client() as client:
        return [record["_id"] for record in client["benevoclic"]["benevoclic_migrations"].find().sort("order", 1)]


def test_the_preview_changes_nothing(site: Site) -> None:
    before, runs = site.look(), site.run_ids()
    done = site.run("database_migration", None, "--check")
    assert done.status == 0, done.output
    assert f"migration {GOOD} à appliquer" in done.output
    assert f"migration {BAD} hors de latest" in done.output  # only a pre-release names it
    assert (site.look(), site.run_ids()) == (before, runs)


@pytest.mark.parametrize(
    ("variables", "words"), [({"target": "20990101_001"}, ["20990101_001", GOOD]), ({"target": "Latest"}, ["latest"])]
)
def test_an_unknown_target_is_refused_with_the_known_ones(
    site: Site, variables: dict[str, str], words: list[str]
) -> None:
    before, runs = site.look(), site.run_ids()
    done = site.run("database_migration", variables)
    assert done.status != 0
    assert all(word in done.output for word in words), done.output
    assert (site.look(), site.run_ids()) == (before, runs)


def seen(site: Site, *varying: str) -> str:
    """The database as the rehearsal tells it."""
    with site.client() as client:
        return rehearsal.digest(rehearsal.content_of(client, "benevoclic"), varying)


def rehearse(site: Site) -> dict[str, Any]:
    """A dry run, which touches nothing; the fingerprints that it promises."""
    before, told = site.look(), site.notified()
    done = site.run("database_migration", None, "-e", f"target={GOOD}", "-e", "dry_run=true")
    assert done.status == 0, done.output
    report = site.report(site.run_ids()[-1])
    assert [stage["name"] for stage in report["stages"]] == ["preflight", "backup", "migrate", "conclude"]
    assert (report["outcome"], report["changed"]["migrations"]) == ("succeeded", [])
    (rehearsed,) = report["migrations"]
    assert (rehearsed["version"], rehearsed["outcome"], rehearsed["round_trip"]) == (GOOD, "rehearsed", "identical")
    assert (site.look(), site.notified()) == (before, told)
    site.assert_at_rest()
    for said in ("aller-retour identique", f"preferences : 0 document avant, {users(site)} après", "compter"):
        assert said in done.output, done.output
    return dict(rehearsed["fingerprints"])


def test_up_down_and_up_again_end_with_the_fingerprints_that_the_rehearsal_promised(site: Site) -> None:
    before, promised = site.look(), rehearse(site)
    assert (promised["varying"], seen(site)) == (["preferences"], promised["before"])
    done = site.run("database_migration", None, "-e", f"target={GOOD}")
    assert done.status == 0, done.output
    after = site.look()
    assert (after.containers, after.definition) == (before.containers, before.definition)
    assert (applied(site), preferences(site)) == ([GOOD], users(site))
    assert seen(site, "preferences") == promised["after"]
    report = site.report(site.run_ids()[-1])
    assert (report["flow"], report["update_type"], report["outcome"]) == (
        "database_migration",
        "migration",
        "succeeded",
    )
    assert [stage["name"] for stage in report["stages"]] == [
        "preflight",
        "announce",
        "backup",
        "migrate",
        "verify",
        "test",
        "conclude",
    ]
    assert [item["kind"] for item in report["backups"]] == ["pre_migration"]
    assert (report["changed"]["services"], report["changed"]["migrations"]) == ([], [GOOD])
    told = site.notified()[-1]
    assert told["status"] == "success"
    assert f"migration {GOOD}" in told["message"]
    again = site.run("database_migration", {"target": GOOD})
    assert again.status == 0, again.output
    assert again.recap("changed") == 0
    for target, end in (("none", "before"), (GOOD, "after"), ("none", "before")):
        done = site.run("database_migration", {"target": target})
        assert done.status == 0, done.output
        assert seen(site, "preferences") == promised[end]
    assert applied(site) == []
    assert site.look() == before
    site.assert_at_rest()


def test_a_failure_is_taken_back(site: Site) -> None:
    """Both ways: what was applied before the failing one goes too, what was taken back comes again."""
    before = site.look()
    done = site.run("database_migration", {"target": BAD})
    assert done.status != 0
    assert "badge catalogue unreadable" in done.output
    assert site.report(site.run_ids()[-1])["outcome"] == "rolled_back"
    assert site.look() == before
    site.assert_at_rest()


BROKEN = """
VERSION = "20240816_001"
DESCRIPTION = "Announcements are archived"


def up(db, step):
    step.fill(db["announcements"], "archived", False)
    raise RuntimeError("archive unreachable")


def down(db, step):
    raise RuntimeError("still unreachable")
"""


def test_what_down_could_not_take_back_comes_from_the_backup(site: Site, tmp_path: Path) -> None:
    """Nothing else starts until it has, and a rollback that left the data would be no rollback."""
    (tmp_path / "20240816_001_archive.py").write_text(BROKEN)
    variables = {"benevoclic_migrations_dir": str(tmp_path), "benevoclic_backup_proof": "structure"}
    before = site.look()
    failed = site.run("database_migration", variables)
    assert failed.status != 0
    for said in ("archive unreachable", "still unreachable", "rollback_database=restore"):
        assert said in failed.output, failed.output
    assert site.report(site.run_ids()[-1])["outcome"] == "rollback_failed"
    assert site.database() != before.database
    restored = site.run("rollback", {"rollback_database": "restore"})
    assert restored.status == 0, restored.output
    assert (site.database(), applied(site), site.definition()) == (before.database, [], before.definition)
    assert site.served() == (before.edge, before.api)
    site.assert_at_rest()


def test_a_spoiled_set_is_refused_before_anything_is_opened(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(CLONE / "demo" / "migrations", folder)
    (folder / "add_things.py").write_text("VERSION = 'x'\n")
    before, runs = site.look(), site.run_ids()
    for name, variables in (("database_migration", {}), ("feature_update", {"version": "1.1.0"})):
        done = site.run(name, {**variables, "benevoclic_migrations_dir": str(folder)})
        assert done.status != 0
        assert "add_things.py" in done.output
        assert (site.look(), site.run_ids()) == (before, runs)


def test_a_file_that_does_not_load_is_told_before_the_backup(site: Site, tmp_path: Path) -> None:
    (tmp_path / "20240816_001_archive.py").write_text(f"import a_library_of_the_team\n{BROKEN}")
    before = site.look()
    done = site.run("database_migration", {"benevoclic_migrations_dir": str(tmp_path)})
    assert done.status != 0
    assert "a_library_of_the_team" in done.output, done.output
    report = site.report(site.run_ids()[-1])
    assert (report["outcome"], report["backups"], report["stages"][0]["name"]) == ("aborted", [], "preflight")
    assert site.look() == before
    site.assert_at_rest()
