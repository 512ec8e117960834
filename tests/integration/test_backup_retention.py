# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old backups as the modules see them and let them go: real folders, a real database, Ansible as people run it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from backup_folders import make_set
from mongod import Server
from test_mongo_modules import Played

DATABASE = "retained"
KEEP = {"daily": 2, "weekly": 0, "monthly": 0, "verified_releases": 1}
NOON = datetime.now(timezone.utc).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)


def ago(days: int, hours: int = 0) -> str:
    return (NOON - timedelta(days=days, hours=hours)).isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def definition(folder: Path, tmp_path: Path) -> dict[str, Any]:
    app = tmp_path / "app"
    app.mkdir()
    (app / "compose.yml").write_text("services: {api: {image: '${API_IMAGE}'}}\n")
    (app / ".env").write_text("API_IMAGE=api:1\n")
    place = {"project": "small", "directory": str(app), "files": ["compose.yml"], "env_file": ".env"}
    return {
        "stack": "small",
        "environment": "dev",
        "service_defaults": place,
        "services": {"api": {"image_variable": "API_IMAGE"}},
        "mongodb": {"database": DATABASE},
        "backup_dir": str(folder),
        "backup": {"engine": "auto", "proof": "structure", "keep": KEEP},
    }


@pytest.fixture
def filled(replica_set: Server) -> Iterator[Server]:
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"n": number} for number in range(40)])
    yield replica_set
    replica_set.drop_database(DATABASE)


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_lets_go_what_its_dry_run_foretold(
    filled: Server, definition: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    rehearsed = make_set(folder, ago(9), proof="rehearsal", restore_seconds=12.3)
    old, early, late = make_set(folder, ago(5)), make_set(folder, ago(2, 3)), make_set(folder, ago(2))
    other = make_set(folder, ago(8), stack="other")
    broken = make_set(folder, ago(7))
    (folder / broken / "database.archive.gz").write_bytes(b"cut")
    before = there(folder)
    options = {"definition": definition, "mongodb_admin_uri": filled.uri, "locale": "en"}
    negative = {**definition, "backup": {"keep": {**KEEP, "daily": -1}}}
    kept = Played(
        tmp_path,
        ("mongodb_backup", {**options, "check": True}),
        ("mongodb_backup", {**options, "definition": negative, "check": True}),
        ("mongodb_backup", {**options, "definition": negative}),
    )
    foretold, refused_in_check, refused = kept.results
    assert there(folder) == before
    assert (refused_in_check["error_id"], refused["error_id"]) == ("retention.keep", "retention.keep")
    assert "benevoclic_backup_keep_daily" in refused["msg"]
    (done,) = Played(tmp_path, ("mongodb_backup", options)).results
    assert done["retention"]["removed"] == foretold["retention"]["removed"]
    assert {one["id"]: one["reason"] for one in done["retention"]["removed"]} == {old: "past", early: "superseded"}
    assert there(folder) == {rehearsed, late, other, broken, done["backup"]["id"]}
    said = [line["text"] for line in done["lines"]]
    assert f"backup {early} removed (" in "\n".join(said)
    assert f"{late} keeps {ago(2)[:10]}" in "\n".join(said)
    assert f"damaged or cut off, left in place (1): {broken}" in said
    foreseen = [line["text"] for line in foretold["lines"]]
    assert [text.replace(" would go ", " removed ") for text in foreseen[1:]] == said[-len(foreseen) + 1 :]


def test_what_a_restore_put_aside_long_ago_goes_too(
    filled: Server, definition: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    old, recent = (f"{NOON - timedelta(days=days):%Y%m%dT%H%M%SZ}-restore-1.0.0" for days in (9, 1))
    names = {f"benevoclic_updates.aside.{run_id}/users" for run_id in (old, recent)}
    with filled.client() as client:
        for name in names:
            client[DATABASE][name].insert_one({"n": 1})
        wanted = {**definition, "backup": {**definition["backup"], "keep_days_aside": 7}}
        options = {"definition": wanted, "mongodb_admin_uri": filled.uri, "locale": "en"}
        foreseen, done = Played(
            tmp_path, ("mongodb_backup", {**options, "check": True}), ("mongodb_backup", options)
        ).results
        left = set(client[DATABASE].list_collection_names())
    assert foreseen["aside"] == done["aside"]
    assert [(one["run_id"], one["collection"]) for one in done["aside"]] == [(old, "users")]
    assert left == names - {f"benevoclic_updates.aside.{old}/users"} | {"users"}
    assert "collections put aside and dropped now (1)" in done["lines"][-1]["text"]
    assert done["backup"]["documents"] == 40, "it was in no backup"


def test_the_backups_are_told_and_one_is_read_again(definition: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    kept = make_set(folder, ago(0), kind="pre_update", release="1.1.0", served="1.0.0")
    rehearsed = make_set(folder, ago(3), proof="rehearsal", restore_seconds=12.3, served="1.0.0")
    unproven = make_set(folder, ago(4), proof="none")
    broken = make_set(folder, ago(5))
    other = make_set(folder, ago(6), stack="other")
    (folder / "20260101T000000Z-manual.partial").mkdir()
    archive = folder / broken / "database.archive.gz"
    flipped = bytearray(archive.read_bytes())
    flipped[5] ^= 1
    archive.write_bytes(bytes(flipped))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    options = {"definition": definition, "locale": "en"}
    played = Played(
        tmp_path,
        ("mongodb_backup_info", options),
        ("mongodb_backup_info", {**options, "backup_id": rehearsed, "verify": "checksum"}),
        ("mongodb_backup_info", {**options, "backup_id": broken}),
        ("mongodb_backup_info", {**options, "backup_id": broken, "verify": "checksum", "check": True}),
        ("mongodb_backup_info", {**options, "backup_id": kept, "verify": "structure"}),
        ("mongodb_backup_info", {**options, "backup_id": other}),
        ("mongodb_backup_info", {**options, "verify": "checksum"}),
        ("mongodb_backup_info", {**options, "definition": {**definition, "backup_dir": str(tmp_path / "none")}}),
    )
    every, good, unread, flipped_bit, no_archive, foreign, which, none = played.results
    assert not any(result["changed"] for result in played.results)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert "Traceback" not in played.printed
    states = {one["id"]: one["state"] for one in every["sets"]}
    assert list(states) == [kept, rehearsed, unproven, broken, "20260101T000000Z-manual.partial"]
    assert list(states.values()) == ["good", "good", "unproven", "good", "partial"]
    assert every["foreign"] == [other]
    assert every["totals"]["good"] == 3
    first, second = every["sets"][:2]
    assert first["protects"] == {"served_version": "1.0.0", "release": "1.1.0", "run_id": None}
    assert (first["kind"], first["proof"], first["restore_seconds"], first["documents"]) == (
        "pre_update",
        "structure",
        None,
        3,
    )
    assert (second["restore_seconds"], second["keep_why"]) == (12.3, "the best proven one")
    assert second["age_seconds"] // 3600 in range(3 * 24 - 13, 3 * 24 + 13)
    assert [row[3:] for row in every["table"]["rows"]][:2] == [
        ["read again", "?", "1.0.0, before 1.1.0"],
        ["restored", "12 s", "1.0.0"],
    ]
    assert [one["id"] for one in good["sets"]] == [rehearsed]
    assert unread["sets"][0]["state"] == "good"
    assert (flipped_bit["error_id"], flipped_bit["sets"][0]["state"]) == ("backup_set.file_changed", "damaged")
    assert "SHA-256" in flipped_bit["sets"][0]["damage"]
    # these few bytes have sums that fit, but are no archive
    assert no_archive["error_id"].startswith("archive.")
    assert (foreign["error_id"], which["error_id"]) == ("backup_set.unknown", "backup_set.verify_which")
    assert (none["sets"], none["table"]) == ([], None)
    assert "no good backup" in none["lines"][0]["text"]
