# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Baseline, import of migrate-mongo's changelog, repair: foreseen, made, noted, and nothing the second time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import (
    files,
    history,
    outlook,
    records,
    state,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.files import Migration
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.history import Act
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.records import Foresee
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Wish
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import database_lock
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.client import OWN_DATABASE

DATABASE = "recorded"
SOURCE = """
VERSION = "{version}"
DESCRIPTION = "made by a test"
{top}
def up(db, step): raise RuntimeError("must not run")
def down(db, step): ...
"""
FIRST, SECOND, THIRD = (f"2025010{day}_001" for day in range(1, 4))
CLOCK = SystemClock()


def source(version: str, top: str = "") -> bytes:
    return SOURCE.format(version=version, top=top).encode()


SET = {
    f"{FIRST}_a.py": source(FIRST, 'REPLACES = ("20250101-first.js",)'),
    f"{SECOND}_b.py": source(SECOND),
    f"{THIRD}_c.py": source(THIRD),
}


@pytest.fixture
def database(replica_set: Server) -> Iterator[Any]:
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        client[OWN_DATABASE]["migration_attempts"].delete_many({"database": DATABASE})
        client[DATABASE]["users"].insert_one({"n": 1})
        yield client[DATABASE]
        client.drop_database(DATABASE)


def known() -> list[Migration]:
    return files.described(SET)


def made(server: Server, foresee: Foresee, act: Act) -> list[tuple[str, bool, bool]]:
    """What was foreseen is what is done; a second time there is nothing to do."""
    expected = records.foreseen(server.uri, DATABASE, foresee)
    done = records.carry_out(server.uri, DATABASE, foresee, act, CLOCK)
    assert done == expected
    return [(change.version, change.before is not None, change.after is not None) for change in done]


def applied(database: Any) -> list[tuple[str, str | None]]:
    return [(record["_id"], record.get("origin")) for record in state.records(database)]


def test_a_baseline_runs_nothing_and_is_noted(replica_set: Server, database: Any) -> None:
    act = Act("baseline", "marie", "made by hand")
    foresee = records.baseline(known(), SECOND, act)
    assert records.foreseen(replica_set.uri, DATABASE, foresee) != []
    assert not state.exists(database)
    assert made(replica_set, foresee, act) == [(FIRST, False, True), (SECOND, False, True)]
    assert applied(database) == [(FIRST, "baseline"), (SECOND, "baseline")]
    assert [record["order"] for record in state.records(database)] == [1, 2]
    found = outlook.look(replica_set.uri, DATABASE, SET, Wish(), lint=True)
    found.refuse()
    assert [item.version for item in found.selection.up] == [THIRD]
    noted = history.latest(database)
    assert [(item["version"], item["direction"], item["author"], item["reason"]) for item in noted] == [
        (SECOND, "baseline", "marie", "made by hand"),
        (FIRST, "baseline", "marie", "made by hand"),
    ]
    assert made(replica_set, foresee, act) == []
    assert len(history.latest(database)) == 2


def test_a_changelog_of_migrate_mongo_is_imported_in_its_order(replica_set: Server, database: Any) -> None:
    database["changelog"].insert_many(
        [
            {"fileName": "20250101-first.js", "appliedAt": datetime(2025, 1, 2), "migrationBlock": 2},
            {"fileName": "20240101-oldest.js", "appliedAt": datetime(2024, 1, 1), "fileHash": "abc"},
        ]
    )
    act = Act("import", "marie", "from migrate-mongo")
    foresee = records.imported(known(), "changelog", act)
    assert made(replica_set, foresee, act) == [("20240101-oldest", False, True), (FIRST, False, True)]
    assert applied(database) == [("20240101-oldest", "migrate-mongo"), (FIRST, "migrate-mongo")]
    assert state.records(database)[0]["started_at"] == datetime(2024, 1, 1)
    found = outlook.look(replica_set.uri, DATABASE, SET, Wish(), lint=True)
    found.refuse()
    assert [item.version for item in found.selection.up] == [SECOND, THIRD]
    assert made(replica_set, foresee, act) == []


@pytest.mark.parametrize("documents", [[], [{"fileName": 3}], [{"name": "x"}]])
def test_what_is_no_changelog_is_refused(replica_set: Server, database: Any, documents: list[dict[str, Any]]) -> None:
    if documents:
        database["changelog"].insert_many(documents)
    with pytest.raises(Refused) as caught:
        records.foreseen(replica_set.uri, DATABASE, records.imported(known(), "changelog", Act("import", "m", "r")))
    assert caught.value.text_id == "migrations.changelog"


def repair(server: Server, version: str, how: str, contents: dict[str, bytes]) -> list[tuple[str, bool, bool]]:
    act = Act("repair", "marie", "reviewed")
    return made(server, records.repaired(files.described(contents), version, how), act)


def test_repairs(replica_set: Server, database: Any) -> None:
    for migration in known()[:2]:
        state.begin(database, migration, state.Origin("run-1", "1.1.0"), CLOCK)
        state.finish(database, migration.version, 0.5)
    state.begin(database, known()[2], state.Origin("run-1", "1.1.0"), CLOCK)
    renamed = {f"{FIRST}_renamed.py": source(FIRST, "# a comment"), f"{THIRD}_c.py": SET[f"{THIRD}_c.py"]}
    wrong = {
        problem.text_id for problem in outlook.look(replica_set.uri, DATABASE, renamed, Wish(), lint=False).problems
    }
    assert wrong == {"migrations.renamed", "migrations.deleted"}
    assert repair(replica_set, FIRST, "rehash", renamed) == [(FIRST, True, True)]
    assert repair(replica_set, SECOND, "forget", renamed) == [(SECOND, True, False)]
    assert repair(replica_set, THIRD, "applied", renamed) == [(THIRD, True, True)]
    assert outlook.look(replica_set.uri, DATABASE, renamed, Wish(), lint=False).problems == []
    record = state.records(database)[0]
    assert (record["run_id"], record["file"], record["seconds"]) == ("run-1", f"{FIRST}_renamed.py", 0.5)
    assert repair(replica_set, FIRST, "rehash", renamed) == repair(replica_set, THIRD, "applied", renamed) == []
    before = history.latest(database)[2]["before"]
    assert (before["_id"], before["file"]) == (FIRST, f"{FIRST}_a.py")


@pytest.mark.parametrize(
    ("foresee", "text_id"),
    [
        (records.baseline(known(), "20990101_001", Act("baseline", "m", "r")), "request.choice"),
        (records.baseline(known(), THIRD, Act("baseline", "m", "r")), "migrations.unfinished"),
        (records.repaired(known(), SECOND, "rehash"), "migrations.no_record"),
        (records.repaired([], FIRST, "rehash"), "migrations.repair"),
    ],
)
def test_what_does_not_fit_is_refused(replica_set: Server, database: Any, foresee: Foresee, text_id: str) -> None:
    state.begin(database, known()[0], state.Origin("run-1", "1.1.0"), CLOCK)
    before = list(database["benevoclic_migrations"].find())
    with pytest.raises(EngineError) as caught:
        records.carry_out(replica_set.uri, DATABASE, foresee, Act("repair", "m", "r"), CLOCK)
    assert caught.value.text_id == text_id
    assert list(database["benevoclic_migrations"].find()) == before


def test_records_wait_for_nobody_who_is_at_work(replica_set: Server, database: Any) -> None:
    act = Act("baseline", "m", "r")
    with database_lock.hold(replica_set.uri, DATABASE, "backup", CLOCK), pytest.raises(Refused) as caught:
        records.carry_out(replica_set.uri, DATABASE, records.baseline(known(), FIRST, act), act, CLOCK)
    assert caught.value.text_id == "database_lock.held"
    assert not state.exists(database)


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"_id": 7}, "_id"),
        ({"_id": ObjectId()}, "_id"),
        ({"status": 1}, "status"),
        ({"status": None}, "status"),
        ({"order": "first"}, "order"),
        ({"dependencies": "20250101_001"}, "dependencies"),
        ({"checksum": 12, "status": "failed"}, "checksum"),
    ],
)
def test_a_record_that_nobody_of_us_wrote_is_told(
    replica_set: Server, database: Any, odd: dict[str, Any], field: str
) -> None:
    database[state.COLLECTION].insert_one({"_id": FIRST, "status": "applied", "order": 1, **odd})
    act = Act("baseline", "marie", "made by hand")
    for ask in (
        lambda: outlook.look(replica_set.uri, DATABASE, SET, Wish(), lint=True),
        lambda: records.carry_out(replica_set.uri, DATABASE, records.baseline(known(), SECOND, act), act, CLOCK),
    ):
        with pytest.raises(Refused) as caught:
            ask()
        assert (caught.value.text_id, caught.value.details["field"]) == ("migrations.odd_record", field)
    assert database[state.COLLECTION].count_documents({}) == 1


def test_a_record_with_little_in_it_is_borne(replica_set: Server, database: Any) -> None:
    """Written by hand, or before more was kept."""
    database[state.COLLECTION].insert_many([{"_id": FIRST, "status": "applied"}, {"_id": SECOND, "status": "running"}])
    found = outlook.look(replica_set.uri, DATABASE, SET, Wish(), lint=True)
    assert [(problem.text_id, problem.details["expected"]) for problem in found.problems] == [
        ("migrations.changed_after", "-")
    ]
    act = Act("baseline", "marie", "made by hand")
    with pytest.raises(Refused) as caught:
        records.foreseen(replica_set.uri, DATABASE, records.baseline(known(), THIRD, act))
    assert (caught.value.text_id, caught.value.details["started_at"]) == ("migrations.unfinished", "-")


def test_a_changelog_with_odd_values_is_imported(replica_set: Server, database: Any) -> None:
    act = Act("import", "marie", "from migrate-mongo")
    database["changelog"].insert_many(
        [
            {"fileName": "20250101-first.js", "appliedAt": "yesterday", "fileHash": 5},
            {"fileName": "20250102-second.js", "fileHash": 6},
            {"fileName": "été.js", "appliedAt": None},
        ]
    )
    assert len(made(replica_set, records.imported(known(), "changelog", act), act)) == 3
    assert sorted(name for name, _origin in applied(database)) == [FIRST, "20250102-second", "été"]
    outlook.look(replica_set.uri, DATABASE, SET, Wish(), lint=True)
