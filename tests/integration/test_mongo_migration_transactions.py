# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the code of a migration does inside a transaction: duplicates that are no error, and mistakes that are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.operations import MigrationUp

DATABASE = "transactions"
FILE = "20250101_001_made_by_a_test.py"
USERS, THERE = 100, range(0, 100, 7)
WHOLE = {"TRANSACTION": True}
INSERT = """
def work(users, session):
    assert session or not EXACTLY_ONCE
    step.insert_ignoring_duplicates(db["made"], [{"_id": {"of": user["_id"]}} for user in users for _twice in (1, 2)])
step.each(db["users"], work, size=10, exactly_once=EXACTLY_ONCE)
"""
COPY = 'step.copy(db["users"], db["made"], lambda user: {"_id": {"of": user["_id"]}}, size=10)'
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "each": (INSERT.replace("EXACTLY_ONCE", "False"), {}),
    "each in one transaction": (INSERT.replace("EXACTLY_ONCE", "False"), WHOLE),
    "exactly once": (INSERT.replace("EXACTLY_ONCE", "True"), {}),
    "exactly once in one transaction": (INSERT.replace("EXACTLY_ONCE", "True"), WHOLE),
    "copy": (COPY, {}),
    "copy in one transaction": (COPY, WHOLE),
}
WITHOUT_SESSION = """
def work(users, session):
    db["made"].update_many({"_id": {"$in": [user["_id"] for user in users]}}, {"$set": {"seen": True}})
step.each(db["users"], work, size=10)
"""
SWALLOWED = """
from pymongo.errors import DuplicateKeyError
def work(users, session):
    for user in users:
        try:
            db["made"].insert_one({"_id": {"of": user["_id"]}}, session=session)
        except DuplicateKeyError:
            pass
step.each(db["users"], work, size=10)
"""
MISTAKES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no session": (WITHOUT_SESSION, {}, "session=session"),
    "errors caught": (SWALLOWED, {}, "insert_ignoring_duplicates"),
    "errors caught in one transaction": (SWALLOWED, WHOLE, "insert_ignoring_duplicates"),
}


@pytest.fixture
def database(replica_set: Server) -> Iterator[Any]:
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        rig.forget(client, DATABASE)
        client[DATABASE]["users"].insert_many([{"_id": n} for n in range(USERS)])
        client[DATABASE]["made"].insert_many([{"_id": {"of": n}, "old": True} for n in THERE])
        yield client[DATABASE]
        client.drop_database(DATABASE)
        rig.forget(client, DATABASE)


@pytest.fixture
def apply(replica_set: Server, tmp_path: Path) -> Callable[[str, dict[str, Any]], None]:
    def applied(up: str, constants: dict[str, Any]) -> None:
        files = {FILE: rig.source(up, **constants)}
        context = rig.context_of(replica_set.uri, DATABASE, tmp_path / "runs" / "run", files)
        arguments = {**context.plan["migrations"][0], "database": DATABASE}
        MigrationUp().do(arguments, MigrationUp().prepare(arguments, context), context)

    return applied


@pytest.mark.parametrize("way", WAYS)
def test_what_is_there_already_is_left_alone(database: Any, apply: Any, way: str) -> None:
    apply(*WAYS[way])
    assert database["made"].count_documents({}) == USERS
    assert database["made"].count_documents({"old": True}) == len(THERE)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_transaction_is_told_at_once_with_its_remedy(database: Any, apply: Any, mistake: str) -> None:
    up, constants, remedy = MISTAKES[mistake]
    with pytest.raises(Failed) as caught:
        apply(up, constants)
    assert caught.value.text_id == "migrations.up_failed"
    assert remedy in _locale.explain(caught.value, "fr")["text"]
    assert database["made"].count_documents({}) == len(THERE)


def test_a_duplicate_of_another_unique_key_is_told_where_the_transaction_cannot_go_on(
    database: Any, apply: Any
) -> None:
    database["made"].create_index("old", unique=True, partialFilterExpression={"old": {"$gt": 5}})
    database["made"].insert_one({"_id": "first", "old": 7})
    up = 'step.insert_ignoring_duplicates(db["made"], [{"_id": "second", "old": 7}])'
    with pytest.raises(Failed) as caught:
        apply(up, WHOLE)
    assert "E11000" in _locale.explain(caught.value, "fr")["text"]
    assert database["made"].find_one({"_id": "second"}) is None
