# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damage of a backup set, all of it, is found by its proof."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bson
import made_sets
import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core import files
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, EngineError, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup_set, manifest, proof
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.archive_format import ARCHIVE

MEMBERS = (ARCHIVE, "config.tar.gz", "release.json", "manifest.json")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_sets.make_set(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(whole, tmp_path / whole.name))


def prove(folder: Path, level: str) -> dict[str, Any]:
    return proof.prove(folder, manifest.read(folder), level, None, FakeClock(), Silent())


def fault(folder: Path, level: str = "checksum") -> str:
    """What the proof says; empty when nothing is wrong."""
    try:
        prove(folder, level)
    except EngineError as error:
        return error.text_id
    return ""


def test_a_good_set_passes_what_it_can(folder: Path) -> None:
    assert [fault(folder, level) for level in ("none", "checksum", "structure")] == ["", "", ""]
    assert prove(folder, "structure")["level"] == "structure"
    assert fault(folder, "rehearsal") == "proof.no_place"
    assert fault(folder, "thorough") == "policy.proof"


@pytest.mark.parametrize("member", MEMBERS)
def test_one_flipped_bit_anywhere_is_found(folder: Path, member: str) -> None:
    """Every byte of each file, each time another bit of it."""
    path = folder / member
    good = path.read_bytes()
    missed = []
    for position in range(len(good)):
        spoiled = bytearray(good)
        spoiled[position] ^= 1 << position % 8
        path.write_bytes(spoiled)
        if not fault(folder):
            missed.append(position)
    assert missed == []


@pytest.mark.parametrize("member", MEMBERS)
def test_a_file_that_is_cut_or_missing_or_longer_is_found(folder: Path, member: str) -> None:
    path = folder / member
    good = path.read_bytes()
    for size in (0, 1, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:size])
        assert fault(folder), size
    path.write_bytes(good + b"\0")
    assert fault(folder)
    path.unlink()
    assert fault(folder)


def test_files_that_were_swapped_or_added_are_found(folder: Path) -> None:
    one, other = (folder / ARCHIVE).read_bytes(), (folder / "config.tar.gz").read_bytes()
    (folder / ARCHIVE).write_bytes(other)
    (folder / "config.tar.gz").write_bytes(one)
    assert fault(folder) == "backup_set.file_changed"
    (folder / ARCHIVE).write_bytes(one)
    (folder / "config.tar.gz").write_bytes(other)
    (folder / "extra").write_text("")
    assert fault(folder) == "backup_set.files"


@pytest.mark.parametrize(
    "edit",
    [
        lambda told: {**told, "server_version": "8.0.0"},
        lambda told: {**told, "stack": "another"},
        lambda told: {**told, "proof": {**told["proof"], "level": "rehearsal"}},
        lambda told: {**told, "files": told["files"][:-1]},
        lambda told: {key: value for key, value in told.items() if key != "collections"},
        lambda told: {**told, "more": 1},
        lambda told: {**told, "schema": 3},
        lambda told: [told],
    ],
)
def test_an_edited_manifest_is_found(folder: Path, edit: Callable[[Any], Any]) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(edit(json.loads(path.read_text())), indent=2, sort_keys=True) + "\n")
    assert fault(folder, "none") in ("backup_set.changed", "backup_set.schema")


def reissue(folder: Path, documents: made_sets.Documents, **changed: Any) -> None:
    """Another archive, with sums that fit: only what is in it can tell."""
    (folder / ARCHIVE).unlink()
    fact = made_sets.write_archive(folder / ARCHIVE, documents)
    told = manifest.read(folder)
    entries = [fact if entry["path"] == ARCHIVE else entry for entry in told["files"]]
    manifest.write(folder, {**told, "files": entries, "sha256": manifest.digest_of(entries), **changed})


def without_last(documents: made_sets.Documents) -> dict[str, list[bytes]]:
    return {name: list(of_it)[:-1] for name, of_it in documents.items()}


def test_documents_that_are_missing_are_found_by_their_count(folder: Path) -> None:
    reissue(folder, without_last(made_sets.SOME))
    assert (fault(folder, "checksum"), fault(folder, "structure")) == ("", "load.counts")


def test_collections_that_are_missing_are_found(folder: Path) -> None:
    reissue(folder, {"people": made_sets.SOME["people"]})
    assert fault(folder, "structure") == "proof.collections"


def test_a_document_that_is_no_bson_is_found(folder: Path) -> None:
    """Its length and end are right, and so are all sums."""
    good = bson.encode({"_id": 1, "name": "x"})
    wrong = good.replace(b"\x02name", b"\x77name")
    reissue(folder, {"people": [wrong]}, collections=made_sets.facts({"people": [wrong]}))
    assert fault(folder, "structure") == "proof.document"


def test_more_in_the_database_than_in_the_archive_is_found(folder: Path) -> None:
    """What the server counted at the moment of the dump, where it was one moment."""
    counted = {
        item["name"]: {key: item[key] for key in ("documents", "bytes")} for item in made_sets.facts(made_sets.SOME)
    }
    counted["people"]["documents"] += 1
    moment = {"point_in_time": True, "cluster_time": "1.1", "exceptions": []}
    reissue(folder, made_sets.SOME, consistency=moment, fingerprint={"digest": "-", "collections": counted})
    assert fault(folder, "structure") == "load.counts"
    reissue(folder, made_sets.SOME, consistency={**moment, "exceptions": ["people"]})
    assert fault(folder, "structure") == ""


def test_dates_and_texts_that_python_has_not_are_no_damage(folder: Path) -> None:
    far = (
        bson.encode({"_id": 1, "at": bson.Int64(2**62), "text": "abc"})
        .replace(b"\x12at", b"\x09at")
        .replace(b"abc", b"\xffbc")
    )
    reissue(folder, {"people": [far]}, collections=made_sets.facts({"people": [far]}))
    assert fault(folder, "structure") == ""


def test_a_backup_that_fails_its_proof_leaves_nothing(tmp_path: Path) -> None:
    def refuse(_partial: Path, _content: Mapping[str, Any]) -> Mapping[str, Any]:
        raise Failed("proof.no_place")

    with pytest.raises(Failed):
        made_sets.make_set(tmp_path, prove=refuse)
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_unknown_kind_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    purpose = backup_set.Purpose("weekly", "small", "dev")
    with pytest.raises(BadInput):
        backup_set.take(purpose, None, "db", tmp_path / "backups", [], FakeClock(), prove=None)
    assert not (tmp_path / "backups").exists()


def test_a_proof_is_recorded_and_the_manifest_still_knows_itself(folder: Path) -> None:
    manifest.record_proof(folder, {"level": "structure"})
    assert manifest.read(folder)["proof"] == {"level": "structure"}
    assert fault(folder) == ""
    assert (folder / "manifest.json").stat().st_mode & 0o777 == files.SECRET_MODE
