# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is risky is found in the source, with the collection and what it concerns; harmless code is left in peace."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files, lint
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.rules import RULES

NAME = "20250101_001_risky.py"
DEMO = Path(__file__).parents[5] / "demo" / "migrations"


def found(body: str, top: str = "", name: str = NAME) -> list[tuple[str, str | None, object]]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"""
VERSION = "20250101_001"
DESCRIPTION = "risky"
USERS = "users"
COMPUTED = "us" + step_of("ers")
TWICE = "x"
TWICE = "users"
{top}
def up(db, step):
{lines}
def down(db, step):
    db["elsewhere"].drop()
""".encode()
    migration = files.describe_source(name, source)
    return [(item.rule, item.collection, item.argument) for item in lint.findings(migration, source)]


@pytest.mark.parametrize(
    ("body", "rule", "collection", "argument"),
    [
        ('db["users"].drop()', "drop_collection", "users", None),
        ("db.users.drop()", "drop_collection", "users", None),
        ("db[USERS].drop()", "drop_collection", "users", None),
        ('people = db["users"]\npeople.drop()', "drop_collection", "users", None),
        ('people: Any = db["users"]\npeople.drop()', "drop_collection", "users", None),
        ('a, b = db["users"], db["x"]\na.drop()', "drop_collection", "users", None),
        ('if (people := db["users"]) is not None:\n    people.drop()', "drop_collection", "users", None),
        ("db[COMPUTED].drop()", "drop_collection", None, None),
        ("db[TWICE].drop()", "drop_collection", None, None),
        ('db.drop_collection("users")', "drop_collection", "users", None),
        ("db[step.name()].drop()", "drop_collection", None, None),
        ('db.client.drop_database("other")', "drop_database", "other", None),
        ('db["users"].rename("people")', "rename_collection", "users", None),
        ('db["users"].delete_many({})', "delete_everything", "users", {}),
        ('db["users"].delete_many(filter={})', "delete_everything", "users", {}),
        ('db["users"].update_many({}, {"$set": {"a": 1}})', "update_everything", "users", {}),
        ('db["users"].update_many({"_id": step.some()}, {"$unset": {"a": ""}})', "remove_field", "users", None),
        ('db["users"].update_many({"_id": 1}, [{"$unset": "a"}])', "remove_field", "users", {"_id": 1}),
        ('db["users"].update_many({"_id": 1}, {"$rename": {"a": "b"}})', "rename_field", "users", {"_id": 1}),
        ('db["users"].count_documents({"kind": USERS})', "full_scan", "users", {"kind": "users"}),
        ('db["users"].aggregate([{"$match": {}}, {"$out": "x"}])', "overwrite_collection", "users", None),
        ('db["users"].create_index("mail")', "index_build", "users", "mail"),
        ('db["users"].create_index([("mail", 1)], unique=True)', "unique_index", "users", [("mail", 1)]),
        ('db["users"].create_index("mail", unique=True, sparse=True)', "unique_index", "users", None),
        ('db["users"].drop_index("mail_1")', "drop_index", "users", None),
        ('step.rename_field(db["users"], "a", "b")', "rename_field", "users", {"a": {"$exists": True}}),
        ('step.ensure_index("users", "mail", unique=True)', "unique_index", "users", "mail"),
        ('step.set_validator("users", {"a": {"$exists": True}})', "validator", "users", {"a": {"$exists": True}}),
        ('db.command("collMod", "users", validator={"a": 1})', "validator", "users", {"a": 1}),
        ('db.command({"collMod": "users", "validator": {"a": 1}})', "validator", "users", {"a": 1}),
        ('db.command({"drop": "users"})', "drop_collection", "users", None),
        ('db.command("drop", USERS)', "drop_collection", "users", None),
        ('db.command("dropDatabase")', "drop_database", None, None),
        ('db.command({"dropIndexes": "users", "index": "*"})', "drop_index", "users", None),
        ('db.client.admin.command("renameCollection", "a.users", to="a.b")', "rename_collection", "a.users", None),
        ('db["users"].bulk_write([pymongo.DeleteMany({})])', "delete_everything", None, {}),
        ('db["users"].bulk_write([UpdateOne({"_id": 1}, {"$unset": {"a": ""}})])', "remove_field", None, {"_id": 1}),
        ('for user in list(db["users"].find()): pass', "whole_collection_in_memory", "users", {}),
    ],
)
def test_found(body: str, rule: str, collection: str | None, argument: object) -> None:
    assert (rule, collection, argument) in found(body)


def test_all_rules_are_tried_here() -> None:
    tried = {mark.args[1][place][1] for mark in test_found.pytestmark for place in range(len(mark.args[1]))}
    assert tried == set(RULES)


@pytest.mark.parametrize(
    "body",
    [
        'db["users"].update_many({"_id": {"$in": step.some()}}, {"$set": {"a": 1}})',
        'db["users"].insert_many([{"a": 1}])',
        'for batch in step.batches(db["users"]): pass',
        "names = []\nnames.index(1)",
        'step.ensure_collection("users")',
        'db["users"].find_one({})',
        'db.command({"ping": 1})',
        "db.command(step.some())",
        'db["users"].bulk_write([InsertOne({"a": 1})])',
    ],
)
def test_left_in_peace(body: str) -> None:
    assert found(body) == []


def test_what_up_calls_is_looked_at_and_what_it_does_not_is_not() -> None:
    top = """
def helper(db): db["a"].drop()
def unused(db): db["b"].drop()
"""
    assert found("helper(db)\nstep.verify()", top) == [("drop_collection", "a", None)]
    assert found("step.each(db['x'], helper)", top) == [("drop_collection", "a", None)]


def test_the_demos_own() -> None:
    for path in files.sources(DEMO):
        migration = files.describe(path)
        rules = {finding.rule for finding in lint.findings(migration, path.read_bytes())}
        assert rules <= {"index_build", *migration.allows}
