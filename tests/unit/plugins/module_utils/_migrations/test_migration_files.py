# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migration files: what is refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files

GOOD = """
VERSION = "20240815_001"
DESCRIPTION: str = "préférences"
DEPENDENCIES = ["20240101_001"]
def up(db, step): return 1
def down(db, step): return 2
"""
NAME = "20240815_001_add_things.py"
DEMO = Path(__file__).parents[5] / "demo" / "migrations"


def write(folder: Path, source: str, name: str = NAME) -> Path:
    path = folder / name
    path.write_text(source)
    return path


def test_read_without_running(tmp_path: Path) -> None:
    found = files.describe(write(tmp_path, GOOD + "\nraise SystemExit('ran')\n"))
    assert (found.version, found.description, found.reversible) == ("20240815_001", "préférences", True)
    assert found.dependencies == ("20240101_001",)


def test_loaded_as_planned(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    code = files.load(path, files.describe(path).sha256)
    assert code.down is not None
    assert (code.up(None, None), code.down(None, None), code.verify) == (1, 2, None)


def test_another_content_than_planned_does_not_run(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    planned = files.describe(path).sha256
    write(tmp_path, GOOD + f"\nopen({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(Failed) as caught:
        files.load(path, planned)
    assert caught.value.text_id == "migrations.file_changed"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "name", ["add.py", "20240815_add.py", "20240815_001.py", "20240815_001_Add.py", "2024_001_a.py"]
)
def test_bad_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        files.describe(write(tmp_path, GOOD, name))
    assert (caught.value.text_id, caught.value.details["file"]) == ("migrations.name", name)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('VERSION = "20240815_001"', "", "VERSION"),
        ('VERSION = "20240815_001"', 'VERSION = "20240815_002"', "VERSION"),
        ('VERSION = "20240815_001"', "VERSION = compute()", "VERSION"),
        ("préférences", " ", "DESCRIPTION"),
        ('["20240101_001"]', '"20240101_001"', "DEPENDENCIES"),
        ('["20240101_001"]', "[1]", "DEPENDENCIES"),
        ("def down(db, step): return 2", "", "down"),
        ("def up(db, step): return 1", "", "up"),
        ("def up", "REVERSIBLE = 'no'\ndef up", "REVERSIBLE"),
        ("def up", "PHASE = 'later'\ndef up", "PHASE"),
        ("def up", "TRANSACTION = 1\ndef up", "TRANSACTION"),
        ("def up", "DEADLINE_SECONDS = 0\ndef up", "DEADLINE_SECONDS"),
        ("def up", "DEADLINE_SECONDS = 1e999\ndef up", "DEADLINE_SECONDS"),
        ("def up", "DEADLINE_SECONDS = True\ndef up", "DEADLINE_SECONDS"),
        ("def up", "COMPATIBLE = None\ndef up", "COMPATIBLE"),
        ("def up", "ALLOWS = {'drop_collection': ''}\ndef up", "ALLOWS"),
        ("def up", "ALLOWS = ['drop_collection']\ndef up", "ALLOWS"),
        ("def up", "ALLOWS = {'drop_colection': 'why'}\ndef up", "ALLOWS"),
        ("def up", "REPLACES = 'old.js'\ndef up", "REPLACES"),
        ("préférences", "two\\nlines", "DESCRIPTION"),
        ("préférences", "é" * 201, "DESCRIPTION"),
        ("def up(db, step)", "def up(db)", "up"),
        ("def up(db, step)", "def up(db, step, other)", "up"),
        ("def up(db, step)", "def up(db, step, *, other)", "up"),
        ("def up(db, step)", "async def up(db, step)", "up"),
        ("def down(db, step)", "def down()", "down"),
        ("def up", "def verify(): ...\ndef up", "verify"),
    ],
)
def test_missing_or_wrong_parts(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as caught:
        files.describe(write(tmp_path, GOOD.replace(old, new)))
    assert caught.value.text_id == "migrations.field"
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    "given", ["(db, step)", "(database, s)", "(db, step, size=5)", "(*everything)", "(db, step, *, a=1)"]
)
def test_up_may_have_any_parameters_that_can_be_given_two(tmp_path: Path, given: str) -> None:
    assert files.describe(write(tmp_path, GOOD.replace("up(db, step)", f"up{given}"))).version == "20240815_001"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("DEPENDANCIES", "DEPENDENCIES"),
        ("DEPENDENCY", "DEPENDENCIES"),
        ("REVERSABLE", "REVERSIBLE"),
        ("IRREVERSIBLE", "REVERSIBLE"),
        ("DEADLINE", "DEADLINE_SECONDS"),
        ("TRANSACTIONS", "TRANSACTION"),
    ],
)
def test_a_misspelled_constant_does_not_leave_the_default_in_force(tmp_path: Path, given: str, meant: str) -> None:
    with pytest.raises(BadInput) as caught:
        files.describe(write(tmp_path, GOOD + f"{given} = True\n"))
    assert (caught.value.text_id, caught.value.details["expected"]) == ("migrations.misspelled", meant)


def test_constants_of_the_teams_own_are_left_in_peace(tmp_path: Path) -> None:
    own = "CATEGORY = 1\nVALIDATOR = 2\nOLD_INDEX = 3\nBATCH_SIZE = 4\nversions = 5\nDESCRIPTIONS_BY_LANGUAGE = 6\n"
    assert files.describe(write(tmp_path, GOOD + own)).version == "20240815_001"


def test_irreversible_needs_no_down(tmp_path: Path) -> None:
    source = GOOD.replace("def down(db, step): return 2", "REVERSIBLE = False")
    assert files.describe(write(tmp_path, source)).reversible is False


def test_what_a_file_declares_and_what_holds_otherwise(tmp_path: Path) -> None:
    found = files.describe(write(tmp_path, GOOD))
    assert (found.phase, found.transaction, found.deadline_seconds) == ("before_deploy", False, 3600)
    assert (found.compatible, found.author, found.allows, found.replaces) == (True, None, {}, ())
    declared = """
PHASE = "after_verified"
TRANSACTION = True
DEADLINE_SECONDS = 90
AUTHOR = "Zoé"
ALLOWS = {"drop_collection": "made again every night"}
REPLACES = ["20240101-old.js"]
"""
    found = files.describe(write(tmp_path, GOOD + declared))
    assert (found.phase, found.transaction, found.deadline_seconds) == ("after_verified", True, 90)
    assert (found.author, found.allows, found.replaces) == (
        "Zoé",
        {"drop_collection": "made again every night"},
        ("20240101-old.js",),
    )


@pytest.mark.parametrize(("more", "compatible"), [("", False), ("COMPATIBLE = True", True)])
def test_the_old_code_cannot_live_with_what_is_irreversible_unless_the_file_says_so(
    tmp_path: Path, more: str, compatible: bool
) -> None:
    source = GOOD.replace("def down(db, step): return 2", f"REVERSIBLE = False\n{more}")
    assert files.describe(write(tmp_path, source)).compatible is compatible


def test_syntax_error_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        files.describe(write(tmp_path, GOOD + "def broken(:\n"))
    assert (caught.value.text_id, caught.value.details["line"]) == ("migrations.syntax", 7)


@pytest.mark.parametrize(
    "said",
    [
        "import nowhere_to_be_found",
        *(f"raise {kind}('nowhere_to_be_found')" for kind in ("SystemExit", "KeyboardInterrupt")),
    ],
)
def test_a_module_that_fails_to_load(tmp_path: Path, said: str) -> None:
    path = write(tmp_path, GOOD + said + "\n")
    with pytest.raises(BadInput) as caught:
        files.load(path, files.describe(path).sha256)
    assert caught.value.text_id == "migrations.import"
    assert "nowhere_to_be_found" in str(caught.value.details["found"])


def test_a_module_that_never_ends_to_load_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOAD_SECONDS", 0.05)
    path = write(tmp_path, GOOD + "while True:\n    pass\n")
    with pytest.raises(BadInput) as caught:
        files.load(path, files.describe(path).sha256)
    assert caught.value.text_id == "migrations.import_endless"


def test_a_null_byte_is_no_python(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        files.describe(write(tmp_path, GOOD + "# \0\n"))
    assert (caught.value.text_id, caught.value.details["line"]) == ("migrations.syntax", 1)


def test_the_same_version_twice(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "20240815_001_other.py")
    with pytest.raises(BadInput) as caught:
        files.scan(tmp_path)
    assert caught.value.text_id == "migrations.duplicate"
    assert caught.value.details["files"] == f"{NAME}, 20240815_001_other.py"


def test_the_demos_own() -> None:
    assert [migration.version for migration in files.scan(DEMO)] == ["20240815_001", "20240901_001", "20260110_001"]
