# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database that was migrated by other means is taken over, records are put right; no migration runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from demo_stack import CLONE
from flow_site import Done, Site

GOOD = "20240815_001"
FILE = f"{GOOD}_add_user_preferences.py"
REASON = {"reason": "made by hand"}
BASELINE = {"operation": "baseline", "version": GOOD, **REASON}
OLD = "20230101-first-users"


def records(site: Site) -> list[tuple[str, str]]:
    with site.client() as client:
        found = client["benevoclic"]["benevoclic_migrations"].find().sort("order", 1)
        return [(record["_id"], record.get("origin", "")) for record in found]


def change(site: Site, variables: dict[str, Any], *typed: str) -> Done:
    done = site.run("migration_records", variables, *typed)
    assert done.status == 0, done.output
    return done


def test_a_baseline_is_seen_first_made_once_and_forgotten(site: Site) -> None:
    before, runs = site.look(), site.run_ids()
    preview = change(site, BASELINE, "--check", "--diff")
    for said in (f'+  "_id": "{GOOD}"', '+  "origin": "baseline"', FILE, "préférences"):
        assert said in preview.output, preview.output
    assert (preview.recap("changed"), site.look(), records(site)) == (1, before, [])
    assert change(site, BASELINE).recap("changed") == 1
    assert records(site) == [(GOOD, "baseline")]
    with site.client() as client:
        assert client["benevoclic"]["preferences"].count_documents({}) == 0  # nothing ran
        note = client["benevoclic_updates"]["migration_attempts"].find_one(sort=[("_id", -1)])
    assert (note["version"], note["reason"]) == (GOOD, REASON["reason"])
    after = site.look()
    assert change(site, BASELINE).recap("changed") == 0
    assert site.look() == after
    forget = {"operation": "repair", "how": "forget", "version": GOOD, **REASON}
    assert change(site, forget, "--check").recap("changed") == 1
    assert site.look() == after
    assert change(site, forget).recap("changed") == 1
    assert (site.look(), records(site), site.run_ids()) == (before, [], runs)


@pytest.fixture
def changelog(site: Site) -> Iterator[None]:
    """What migrate-mongo left; in the end neither it nor the records."""
    names = (f"{OLD}.js", "20240815-preferences.js")
    entries = [{"fileName": name, "appliedAt": datetime(2024, 1, day)} for day, name in enumerate(names, start=1)]
    with site.client() as client:
        database = client["benevoclic"]
        database["changelog"].insert_many(entries)
        yield
        database["changelog"].drop()
        database["benevoclic_migrations"].drop()


def test_a_changelog_is_imported_and_an_edited_file_accepted(site: Site, changelog: None, tmp_path: Path) -> None:
    shutil.copytree(CLONE / "demo" / "migrations", tmp_path, dirs_exist_ok=True)
    file = tmp_path / FILE
    file.write_text(file.read_text() + '\nREPLACES = ("20240815-preferences.js",)\n')
    where = {"benevoclic_migrations_dir": str(tmp_path)}
    imported = {"operation": "import", **REASON, **where}
    before = site.look()
    assert OLD in change(site, imported, "--check", "--diff").output
    assert site.look() == before
    assert change(site, imported).recap("changed") == 1
    assert records(site) == [(OLD, "migrate-mongo"), (GOOD, "migrate-mongo")]
    assert change(site, imported).recap("changed") == 0
    file.write_text(file.read_text() + "# a comment\n")
    assert GOOD in site.run("database_migration", where, "--check").output
    rehash = {"operation": "repair", "how": "rehash", "version": GOOD, **REASON, **where}
    assert change(site, rehash).recap("changed") == 1
    assert change(site, rehash).recap("changed") == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("operation=baseline version=20990101_001 reason=typo", ["20990101_001", GOOD]),
        (f"operation=baseline version={GOOD}", ["reason", "raison"]),
        (f"operation=baseline version={GOOD} reason=made by hand", ["by hand", "JSON"]),
        ("operation=import collection=nothing reason=typo", ["benevoclic.nothing"]),
        (f"operation=repair how=rehash version={GOOD} reason=typo", [GOOD, "enregistrement"]),
        (f"operation=repair how=mend version={GOOD} reason=typo", ["mend", "rehash, forget, applied"]),
    ],
)
def test_what_does_not_fit_is_one_clear_error(site: Site, typed: str, words: list[str]) -> None:
    before = site.look()
    done = site.run("migration_records", None, "-e", typed)
    assert done.status not in (0, None), done.output
    for word in words:
        assert word in done.output, done.output
    assert "Traceback" not in done.output
    assert (site.look(), records(site)) == (before, [])
