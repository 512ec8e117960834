# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new migration file is a migration; bad names and taken ones are refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.action import migration_file
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, EngineError
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files, lint
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.scaffold import new_file

TODAY = date(2026, 11, 24)


def test_a_new_file_is_a_migration_with_all_that_holds_anyway() -> None:
    name, content = new_file("add_badges", [], TODAY)
    found = files.describe_source(name, content.encode())
    assert (name, found.version, found.description) == ("20261124_001_add_badges.py", "20261124_001", "Add badges")
    bare = 'VERSION = "20261124_001"\nDESCRIPTION = "Add badges"\ndef up(db, step): ...\ndef down(db, step): ...'
    plain = files.describe_source(name, bare.encode())
    assert {key: value for key, value in vars(found).items() if key != "sha256"} == {
        key: value for key, value in vars(plain).items() if key != "sha256"
    }
    assert lint.findings(found, content.encode()) == []


def test_a_new_file_made_irreversible_is_not_compatible_by_an_oversight() -> None:
    name, content = new_file("add_badges", [], TODAY)
    changed = content.replace("REVERSIBLE = True", "REVERSIBLE = False")
    assert changed != content
    assert files.describe_source(name, changed.encode()).compatible is False


def test_what_was_not_written_yet_fails_when_it_runs(tmp_path: Path) -> None:
    name, content = new_file("add_badges", [], TODAY)
    (tmp_path / name).write_text(content)
    code = files.load(tmp_path / name, files.describe(tmp_path / name).sha256)
    with pytest.raises(NotImplementedError):
        code.up(None, None)


def test_the_next_free_number_of_the_day() -> None:
    existing = ["20261123_009_x.py", "20261124_001_x.py", "20261124_004_y.py", "README.md"]
    assert new_file("add_badges", existing, TODAY)[0] == "20261124_005_add_badges.py"


@pytest.mark.parametrize("name", ["", "Add", "add-badges", "add__badges", "_add", "../x", "a" * 61, "été", "a\n"])
def test_bad_names(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        new_file(name, [], TODAY)
    assert caught.value.text_id == "migrations.new_name"


def test_a_name_that_is_taken() -> None:
    with pytest.raises(BadInput) as caught:
        new_file("add_badges", ["20250101_001_add_badges.py"], TODAY)
    assert (caught.value.text_id, caught.value.details["file"]) == (
        "migrations.new_exists",
        "20250101_001_add_badges.py",
    )


def test_written_where_the_team_has_its_files_and_never_over_one(tmp_path: Path) -> None:
    options = {"name": "add_badges", "migrations_dir": str(tmp_path)}
    foreseen = migration_file.written(options, "en", check_mode=True)
    assert list(tmp_path.iterdir()) == []
    done = migration_file.written(options, "en", check_mode=False)
    assert done["path"] == foreseen["path"]
    assert files.scan(tmp_path)[0].description == "Add badges"
    for wrong in (options, {**options, "migrations_dir": str(tmp_path / "nowhere")}):
        with pytest.raises(EngineError):
            migration_file.written(wrong, "en", check_mode=False)
