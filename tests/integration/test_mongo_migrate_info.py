# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files beside a real database: nine ways to spoil the set, what a target asks for, what is risky for how many documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files, outlook, state
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.outlook import Outlook
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Wish
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import database_lock, fingerprint

DATABASE = "looked_at"
SOURCE = """
VERSION = "{version}"
DESCRIPTION = "{version}"
DEPENDENCIES = {dependencies!r}
{top}
def up(db, step):
    {up}
def down(db, step):
    pass
"""
Files = dict[str, bytes]


def source(version: str, *dependencies: str, up: str = "pass", top: str = "") -> bytes:
    return SOURCE.format(version=version, dependencies=dependencies, up=up, top=top).encode()


FIRST, SECOND, THIRD, FOURTH = (f"2025010{day}_001" for day in range(1, 5))
SET: Files = {
    f"{FIRST}_a.py": source(FIRST),
    f"{SECOND}_b.py": source(SECOND, FIRST),
    f"{THIRD}_c.py": source(THIRD),
}


@pytest.fixture
def database(replica_set: Server) -> Iterator[Any]:
    """The first two are applied."""
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"n": number % 40, "old": 1} for number in range(120)])
        for migration in files.described(SET)[:2]:
            state.begin(client[DATABASE], migration, state.Origin("run-1", "1.1.0"), SystemClock())
            state.finish(client[DATABASE], migration.version, 0.5)
        yield client[DATABASE]
        client.drop_database(DATABASE)


def look(server: Server, contents: Files | None, wish: Wish | None = None) -> Outlook:
    return outlook.look(server.uri, DATABASE, contents, wish or Wish(), lint=True)


def test_what_is_applied_and_what_would_be(replica_set: Server, database: Any) -> None:
    found = look(replica_set, SET)
    assert [(item["version"], item["order"], item["release"]) for item in found.applied] == [
        (FIRST, 1, "1.1.0"),
        (SECOND, 2, "1.1.0"),
    ]
    assert found.applied[0]["started_at"].endswith("Z")
    assert [item.version for item in found.selection.up] == [THIRD]
    assert found.problems == []
    back = look(replica_set, SET, Wish(FIRST)).selection
    assert ([item.version for item in back.down], back.up) == ([SECOND], ())


def without(name: str) -> Files:
    return {known: content for known, content in SET.items() if known != name}


def with_(name: str, content: bytes) -> Files:
    return {**SET, name: content}


NINE: dict[str, tuple[Files, str]] = {
    "edited": (with_(f"{SECOND}_b.py", source(SECOND, FIRST, up="return")), "migrations.changed_after"),
    "renamed": ({**without(f"{SECOND}_b.py"), f"{SECOND}_z.py": SET[f"{SECOND}_b.py"]}, "migrations.renamed"),
    "deleted": (without(f"{SECOND}_b.py"), "migrations.deleted"),
    "reordered": (with_(f"{SECOND}_b.py", source(SECOND)), "migrations.reordered"),
    "late": (with_("20250101_002_late.py", source("20250101_002")), "migrations.late"),
    "cycle": (
        {**with_(f"{THIRD}_c.py", source(THIRD, FOURTH)), f"{FOURTH}_d.py": source(FOURTH, THIRD)},
        "migrations.cycle",
    ),
    "dependency": (with_(f"{THIRD}_c.py", source(THIRD, "20990101_001")), "migrations.dependency"),
    "duplicate": (with_(f"{THIRD}_other.py", source(THIRD)), "migrations.duplicate"),
    "name": (with_("add_things.py", source(THIRD)), "migrations.name"),
}


@pytest.mark.parametrize("spoiled", NINE)
def test_nine_ways_to_spoil_the_set(replica_set: Server, database: Any, spoiled: str) -> None:
    contents, text_id = NINE[spoiled]
    before = fingerprint.of_uri(replica_set.uri, DATABASE)["digest"]
    with pytest.raises(EngineError) as caught:
        look(replica_set, contents).refuse()
    assert caught.value.text_id == text_id
    assert ".py" in str(caught.value.details)
    assert outlook.holder(database) is None
    assert fingerprint.of_uri(replica_set.uri, DATABASE)["digest"] == before


def test_the_nine_are_distinct() -> None:
    assert len({text_id for _contents, text_id in NINE.values()}) == len(NINE) == 9


Finding = dict[str, Any]


@pytest.fixture
def risky(replica_set: Server, database: Any) -> Callable[..., Finding]:
    """The one finding of a pending migration with this body."""

    def find(up: str, rule: str, top: str = "") -> Finding:
        found = look(replica_set, with_(f"{THIRD}_c.py", source(THIRD, up=up, top=top)))
        (finding,) = [item for item in found.findings if item["rule"] == rule]
        refused = finding["level"] == "refused"
        if refused:
            with pytest.raises(Refused, match="migrations.risky"):
                found.refuse()
        else:
            found.refuse()
        return finding

    return find


@pytest.mark.parametrize(
    ("up", "rule", "documents", "level"),
    [
        ('db["users"].drop()', "drop_collection", 120, "refused"),
        ('db["nothing"].drop()', "drop_collection", 0, "shown"),
        ('db["users"].update_many({"n": 3}, {"$unset": {"old": ""}})', "remove_field", 3, "refused"),
        ('db["users"].update_many({}, {"$set": {"new": 1}})', "update_everything", 120, "shown"),
        ('db["users"].create_index("n", unique=True)', "unique_index", 120, "refused"),
        ('db["users"].create_index("_id", unique=True)', "unique_index", 0, "shown"),
        ('db.command("collMod", "users", validator={"n": {"$lt": 30}})', "validator", 30, "refused"),
        ("db[str(step)].drop()", "drop_collection", None, "refused"),
        ('people: object = db["users"]; people.delete_many({})', "delete_everything", 120, "refused"),
        ('db["users"].update_many({"n": {"$in": {1, 2}}}, {"$unset": {"old": ""}})', "remove_field", None, "refused"),
        ('db["users"].create_index([[]], unique=True)', "unique_index", None, "shown"),
    ],
)
def test_risks_with_the_documents_concerned(
    risky: Callable[..., Finding], up: str, rule: str, documents: int | None, level: str
) -> None:
    finding = risky(up, rule)
    assert (finding["documents"], finding["level"]) == (documents, level)
    assert (finding["file"], finding["line"]) == (f"{THIRD}_c.py", 7)


def test_a_collection_whose_name_is_computed_is_not_taken_for_an_empty_one(risky: Callable[..., Finding]) -> None:
    finding = risky("db[USERS].drop()", "drop_collection", 'USERS = "us" + str("ers")')
    assert (finding["documents"], finding["level"]) == (None, "refused")


def test_the_file_may_allow_a_risk_with_its_reason(risky: Callable[..., Finding]) -> None:
    finding = risky('db["users"].drop()', "drop_collection", 'ALLOWS = {"drop_collection": "imported every night"}')
    assert (finding["level"], finding["reason"], finding["documents"]) == ("allowed", "imported every night", 120)


def test_small_collections_and_indexed_queries_are_not_worth_a_line(replica_set: Server, database: Any) -> None:
    up = 'db["users"].create_index("n"); db["users"].delete_many({"_id": 3}); db["users"].delete_many({"n": 3})'
    assert look(replica_set, with_(f"{THIRD}_c.py", source(THIRD, up=up))).findings == []


def test_scans_of_a_big_collection(replica_set: Server, database: Any) -> None:
    database["big"].insert_many([{"n": number} for number in range(12_000)])
    up = 'db["big"].delete_many({"n": 3}); list(db["big"].find())'
    contents = with_(f"{THIRD}_c.py", source(THIRD, up=up))
    rules = {item["rule"]: item["documents"] for item in look(replica_set, contents).findings}
    assert rules == {"full_scan": 12_000, "whole_collection_in_memory": 12_000}
    database["big"].create_index("n")
    assert [item["rule"] for item in look(replica_set, contents).findings] == ["whole_collection_in_memory"]


def test_who_is_at_work_is_seen_without_waiting(replica_set: Server, database: Any) -> None:
    with database_lock.hold(replica_set.uri, DATABASE, "migration", SystemClock(), run_id="run-7"):
        found = look(replica_set, SET)
    assert found.holder is not None
    assert (found.holder["work"], found.holder["run_id"], found.holder["expired"]) == ("migration", "run-7", False)
    assert look(replica_set, None).holder is None


def test_what_was_begun_and_not_finished_is_told(replica_set: Server, database: Any) -> None:
    migration = files.described(SET)[2]
    state.begin(database, migration, state.Origin("run-2", None), SystemClock())
    found = look(replica_set, SET)
    assert [(item["version"], item["run_id"]) for item in found.unfinished] == [(THIRD, "run-2")]


def test_the_demos_files_on_an_empty_database(replica_set: Server, database: Any) -> None:
    folder = Path(__file__).parents[2] / "demo" / "migrations"
    state.writable(database).drop()
    found = look(replica_set, {path.name: path.read_bytes() for path in files.sources(folder)})
    found.refuse()
    assert len(found.selection.up) == len(found.pending) > 1
