# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a backup folder is told for what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from backup_folders import STACK, make_set

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import manifest, sets, workspace


def states(folder: Path) -> dict[str, str]:
    return {one.id: one.state for one in sets.inventory(folder, STACK)}


def test_newest_first_good_and_unproven(tmp_path: Path) -> None:
    first = make_set(tmp_path, "2026-11-01T10:00:00", proof="none")
    second = make_set(tmp_path, "2026-11-02T10:00:00", proof="checksum")
    third = make_set(tmp_path, "2026-11-03T10:00:00", proof="rehearsal")
    assert list(states(tmp_path).items()) == [(third, "good"), (second, "good"), (first, "unproven")]


def test_a_folder_that_is_not_there_is_empty_and_one_that_is_a_file_is_said(tmp_path: Path) -> None:
    assert sets.inventory(tmp_path / "none", STACK) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed) as caught:
        sets.inventory(tmp_path / "file", STACK)
    assert caught.value.text_id == "file.unreadable"


def edited(folder: Path, **changes: object) -> None:
    """The manifest as somebody who edits it would leave it."""
    path = folder / manifest.NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}, indent=2, sort_keys=True) + "\n")


def rewritten(folder: Path, **changes: object) -> None:
    """The manifest with a digest that fits."""
    manifest.write(folder, {**manifest.read(folder), **changes})


DAMAGES = {
    "edited": (lambda folder: edited(folder, kind="pre_update"), "backup_set.changed"),
    "no json": (lambda folder: (folder / manifest.NAME).write_text("{"), "backup_set.changed"),
    "a list": (lambda folder: (folder / manifest.NAME).write_text("[]"), "backup_set.schema"),
    "no utf-8": (lambda folder: (folder / manifest.NAME).write_bytes(b"\xff\xfe"), "backup_set.changed"),
    "empty": (lambda folder: (folder / manifest.NAME).write_text(""), "backup_set.changed"),
    "older schema": (lambda folder: edited(folder, schema=1), "backup_set.schema"),
    "no manifest": (lambda folder: (folder / manifest.NAME).unlink(), "file.unreadable"),
    "a file gone": (lambda folder: (folder / "database.archive.gz").unlink(), "backup_set.files"),
    "a file more": (lambda folder: (folder / "more").write_text(""), "backup_set.files"),
    "cut": (lambda folder: (folder / "database.archive.gz").write_bytes(b"cont"), "backup_set.size"),
    "another id": (lambda folder: rewritten(folder, id="other"), "backup_set.changed"),
    "no moment": (lambda folder: rewritten(folder, created_at="yesterday"), "backup_set.changed"),
    "no level": (lambda folder: rewritten(folder, proof={}), "backup_set.changed"),
    "a level that is none": (lambda folder: rewritten(folder, proof={"level": "sure"}), "backup_set.changed"),
    "files of another kind": (lambda folder: rewritten(folder, files=3), "backup_set.changed"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_seen(tmp_path: Path, damage: str) -> None:
    do, error_id = DAMAGES[damage]
    identifier = make_set(tmp_path, "2026-11-01T10:00:00")
    do(tmp_path / identifier)
    (found,) = sets.inventory(tmp_path, STACK)
    assert found.state == "damaged"
    assert found.damage is not None
    assert found.damage.text_id == error_id
    assert found.created is not None


def test_others_are_foreign(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = make_set(tmp_path, "2026-11-01T10:00:00", stack="other")
    changed = make_set(tmp_path, "2026-11-02T10:00:00", stack="other")
    edited(tmp_path / changed, kind="pre_update")
    link = make_set(elsewhere, "2026-11-03T10:00:00")
    (tmp_path / link).symlink_to(elsewhere / link)
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "notes.txt").write_text("no folder, no set")
    assert states(tmp_path) == dict.fromkeys((other, changed, link, "lost+found", "elsewhere"), "foreign")


def test_what_is_being_written_or_taken_away_is_partial(tmp_path: Path) -> None:
    with workspace.open_partial(tmp_path, "20261101T100000Z-manual") as (_identifier, partial):
        (tmp_path / "20261001T100000Z-manual.expired").mkdir()
        assert states(tmp_path) == {partial.name: "partial", "20261001T100000Z-manual.expired": "partial"}
    workspace.sweep(tmp_path)
    assert states(tmp_path) == {}


def test_one_is_found_or_those_that_there_are_are_named(tmp_path: Path) -> None:
    identifier = make_set(tmp_path, "2026-11-01T10:00:00")
    foreign = make_set(tmp_path, "2026-11-02T10:00:00", stack="other")
    assert sets.find(tmp_path, STACK, identifier).path == tmp_path / identifier
    for wrong in (foreign, "none", f"../{tmp_path.name}/{identifier}", ""):
        with pytest.raises(BadInput) as caught:
            sets.find(tmp_path, STACK, wrong)
        assert (caught.value.text_id, caught.value.details["known"]) == ("backup_set.unknown", identifier)
