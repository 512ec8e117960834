# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The helpers of migrations on real servers: repeated, gone on with, taken back to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import migration_rig as rig
import pytest
from bson import ObjectId
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import made
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.ground import Ground
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.step import Step

DATABASE = "steps"
USERS = 1200


@pytest.fixture
def ground(server: Server) -> Iterator[Ground]:
    users = [{"_id": ObjectId(), "name": f"user {n}", "age": n % 90, "town": "Lyon"} for n in range(USERS)]
    with rig.begun(server.uri, DATABASE, users) as ground:
        yield ground


def preference(user: dict[str, Any]) -> dict[str, Any]:
    return {"_id": f"p-{user['_id']}", "userId": user["_id"], "push": True}


SCHEMA = {"$jsonSchema": {"required": ["name"], "properties": {"name": {"bsonType": "string"}}}}
HELPERS: dict[str, Callable[[Step, Any], Any]] = {
    "collection": lambda step, db: step.ensure_collection("fresh", validator=SCHEMA),
    "index": lambda step, db: step.ensure_index(db["users"], [("age", 1), ("name", -1)], sparse=True),
    "validator": lambda step, db: step.set_validator(db["users"], SCHEMA, level="moderate"),
    "copy": lambda step, db: step.copy(db["users"], db["preferences"], preference, fields=()),
    "fill": lambda step, db: step.fill(db["users"], "badges", []),
    "fill by expression": lambda step, db: step.fill(db["users"], "label", expression={"$toUpper": "$name"}),
    "rename": lambda step, db: step.rename_field(db["users"], "age", "years"),
    "merge": lambda step, db: step.merge(db["users"], [{"$project": {"name": 1}}], db["names"], size=500),
}


@pytest.mark.parametrize("helper", HELPERS)
def test_what_a_helper_did_is_taken_back_to_the_bit(ground: Ground, helper: str) -> None:
    before = rig.content(ground)
    HELPERS[helper](rig.step_on(ground), ground.database)
    after = rig.content(ground)
    assert after != before
    again = rig.step_on(ground)
    HELPERS[helper](again, ground.database)
    again.verify()
    assert rig.content(ground) == after
    rig.step_on(ground, "down").reverse()
    rig.step_on(ground, "down").reverse()
    assert rig.content(ground) == before


def test_they_do_what_they_say(ground: Ground) -> None:
    database, step = ground.database, rig.step_on(ground)
    for helper in HELPERS.values():
        helper(step, database)
    user = database["users"].find_one({"name": "user 7"})
    assert list(user) == ["_id", "name", "years", "town", "badges", "label"]
    assert (user["years"], user["badges"], user["label"]) == (7, [], "USER 7")
    assert database["preferences"].count_documents({"push": True}) == USERS
    assert database["preferences"].find_one({"userId": user["_id"]}) == preference(user)
    assert database["names"].count_documents({}) == USERS
    assert database["users"].index_information()["age_1_name_-1"]["sparse"] is True
    assert database.command("listCollections", filter={"name": "users"})["cursor"]["firstBatch"][0]["options"] == {
        "validator": SCHEMA, "validationLevel": "moderate", "validationAction": "error",
    }  # fmt: skip
    assert step.done == step.total == 5 * USERS


def test_what_was_there_before_stays_when_it_is_taken_back(ground: Ground) -> None:
    database = ground.database
    first = list(database["users"].find(limit=3))
    database["users"].update_one({"_id": first[0]["_id"]}, {"$set": {"badges": ["own"]}})
    database["preferences"].insert_many([{**preference(first[1]), "push": False}, {"_id": "other"}])
    database["users"].create_index("age")
    before, step = rig.content(ground), rig.step_on(ground)
    step.ensure_collection("preferences")
    step.ensure_index(database["users"], "age")
    step.copy(database["users"], database["preferences"], preference)
    step.fill(database["users"], "badges", [])
    assert database["preferences"].count_documents({}) == USERS + 1
    assert database["preferences"].find_one({"userId": first[1]["_id"]})["push"] is False
    assert database["users"].find_one({"_id": first[0]["_id"]})["badges"] == ["own"]
    rig.step_on(ground, "down").reverse()
    assert rig.content(ground) == before


def test_what_cannot_be_reversed_exactly_is_refused_before_it_begins(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "MOST_KEPT", 5)
    ground.database["preferences"].insert_many([{"kind": "old"} for _n in range(6)])
    before, step = rig.content(ground), rig.step_on(ground)
    with pytest.raises(Refused) as caught:
        step.copy(ground.database["users"], ground.database["preferences"], preference)
    assert caught.value.text_id == "step.not_reversible"
    with pytest.raises(Refused) as caught:
        step.rename_field(ground.database["users"], "age", "town")
    assert (caught.value.text_id, caught.value.details["documents"]) == ("step.field_taken", USERS)
    assert rig.content(ground) == before
    step.copy(ground.database["users"], ground.database["preferences"], preference, undo={"push": True})
    rig.step_on(ground, "down").reverse()
    assert rig.content(ground) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda step, db: step.copy(db["users"], db["made"], lambda user: {"name": user["name"]}), "step.no_id"),
        (lambda step, db: step.rename_field(db["users"], "a.b", "c"), "step.field_name"),
        (lambda step, db: step.rename_field(db["users"], "a", "$c"), "step.field_name"),
    ],
)
def test_wrong_use_is_told(ground: Ground, wrong: Callable[[Step, Any], Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        wrong(rig.step_on(ground), ground.database)
    assert caught.value.text_id == said


def test_an_index_that_is_another_one_is_told(ground: Ground) -> None:
    users = ground.database["users"]
    users.create_index("age", name="by_age")
    with pytest.raises(Failed) as caught:
        rig.step_on(ground).ensure_index(users, "name", name="by_age")
    assert caught.value.text_id == "step.index_differs"
    step = rig.step_on(ground)
    assert step.ensure_index(users, "age") == "by_age"
    with pytest.raises(Exception, match="E11000"):
        step.ensure_index(users, "town", unique=True)
    assert set(users.index_information()) == {"_id_", "by_age"}


def test_a_validator_is_set_once_the_data_complies(ground: Ground) -> None:
    users = ground.database["users"]
    users.update_many({"age": {"$lt": 2}}, {"$unset": {"name": ""}})
    wrong, before = users.count_documents({"name": {"$exists": False}}), rig.content(ground)
    with pytest.raises(Failed) as caught:
        rig.step_on(ground).set_validator(users, SCHEMA)
    assert (caught.value.text_id, caught.value.details["documents"]) == ("step.validator", wrong)
    assert rig.content(ground) == before


def test_what_disappears_meanwhile_is_noticed_at_the_end(ground: Ground) -> None:
    step = rig.step_on(ground)
    step.ensure_index(ground.database["users"], "age")
    step.set_validator(ground.database["users"], SCHEMA)
    step.verify()
    ground.database["users"].drop_index("age_1")
    with pytest.raises(Failed) as caught:
        step.verify()
    assert (caught.value.text_id, caught.value.details["name"]) == ("step.missing", "users.age_1")


def test_a_pass_goes_on_from_its_checkpoint(ground: Ground) -> None:
    """What was done is not even read again."""
    users, seen = ground.database["users"], []

    def work(batch: list[dict[str, Any]], session: Any) -> None:
        if len(seen) == 3:
            raise RuntimeError("cut off")
        seen.append([document["_id"] for document in batch])

    with pytest.raises(RuntimeError):
        rig.step_on(ground).each(users, work, size=100)
    rest: list[Any] = []
    step = rig.step_on(ground)
    step.each(users, lambda batch, session: rest.extend(document["_id"] for document in batch), size=100)
    assert step.resumed == 300
    everything = [identifier for batch in seen for identifier in batch] + rest
    assert everything == sorted(document["_id"] for document in users.find({}, {"_id": 1}))
    assert step.place == f"each users: {USERS} / {USERS}"


def test_a_runner_that_was_replaced_writes_nothing_any_more(server: Server, ground: Ground) -> None:
    """Where there are transactions not even the batch in which it was replaced; its successor's checkpoint stays."""
    users, made_ = ground.database["users"], ground.database["made"]

    def work(batch: list[dict[str, Any]], session: Any) -> None:
        made_.insert_many([{"_id": document["_id"]} for document in batch], session=session)
        if made_.count_documents({}, session=session) > 400:
            with rig.standing(server.uri, DATABASE) as other:
                rig.step_on(other).each(other.database["users"], lambda *_given: None)

    with pytest.raises(Failed) as caught:
        rig.step_on(ground).each(users, work, size=200)
    assert caught.value.text_id == "database_lock.lost"
    assert made_.count_documents({}) == (400 if ground.transactions else 600)
    step = rig.step_on(ground)
    step.each(users, lambda *_given: None)
    assert step.resumed == USERS


def test_batches_cross_the_types_of_ids(ground: Ground) -> None:
    """A comparison in the query would end at the last value of the first type."""
    identifiers = [1, 2.5, 3, "a", "b", {"k": 1}, ObjectId(), True, None]
    mixed = ground.database["mixed"]
    mixed.insert_many([{"_id": value, "keep": value != "a", "more": "x"} for value in identifiers])
    for size in (1, 2, 4, 100):
        ground.client["benevoclic_updates"]["migration_checkpoints"].delete_many({"_id": {"$regex": f"^{DATABASE}/"}})
        seen = [document for batch in rig.step_on(ground).batches(mixed, size=size) for document in batch]
        assert len(seen) == len(identifiers)
        assert len({repr(document["_id"]) for document in seen}) == len(identifiers)
    step = rig.step_on(ground, version="other")
    kept = list(step.batches(mixed, {"keep": True}, size=3, fields=("keep",)))
    assert [len(batch) for batch in kept] == [3, 3, 2]
    assert all(set(document) == {"_id", "keep"} for batch in kept for document in batch)


def test_batches_survive_what_the_migration_deletes(ground: Ground) -> None:
    seen = 0
    for batch in rig.step_on(ground).batches(ground.database["users"], size=700):
        seen += len(batch)
        ground.database["users"].delete_many({"_id": {"$in": [document["_id"] for document in batch]}})
    assert seen == USERS
    assert ground.database["users"].count_documents({}) == 0


def test_only_duplicates_are_ignored(ground: Ground) -> None:
    step, database = rig.step_on(ground), ground.database
    assert step.insert_ignoring_duplicates(database["made"], [{"_id": 1}, {"_id": 2}]) == 2
    assert step.insert_ignoring_duplicates(database["made"], [{"_id": 2}, {"_id": 3}, {"_id": 1}]) == 1
    assert step.insert_ignoring_duplicates(database["made"], []) == 0
    database.create_collection("strict", validator={"a": {"$exists": True}})
    with pytest.raises(Exception, match="Document failed validation"):
        step.insert_ignoring_duplicates(database["strict"], [{"_id": 1, "a": 1}, {"_id": 1}, {"_id": 2}])


def test_work_that_must_happen_once_needs_transactions(ground: Ground) -> None:
    def count(batch: list[dict[str, Any]], session: Any) -> None:
        wanted = {"_id": {"$in": [document["_id"] for document in batch]}}
        ground.database["users"].update_many(wanted, {"$inc": {"age": 1}}, session=session)

    step = rig.step_on(ground)
    if ground.transactions:
        before = sum(user["age"] for user in ground.database["users"].find())
        step.each(ground.database["users"], count, size=500, exactly_once=True)
        assert sum(user["age"] for user in ground.database["users"].find()) == before + USERS
    else:
        with pytest.raises(Refused) as caught:
            step.each(ground.database["users"], count, exactly_once=True)
        assert caught.value.text_id == "step.no_transactions"


@pytest.mark.parametrize(
    ("kind", "options"),
    [("view", {"viewOn": "users", "pipeline": []}), ("time series", {"timeseries": {"timeField": "at"}})],
)
def test_what_has_no_index_by_id_is_not_gone_over(ground: Ground, kind: str, options: dict[str, Any]) -> None:
    ground.database.create_collection("shown", **options)
    with pytest.raises(BadInput) as caught:
        rig.step_on(ground).copy(ground.database["shown"], ground.database["made"], preference)
    assert (caught.value.text_id, caught.value.details["kind"]) == ("step.no_identifiers", kind)


@pytest.mark.parametrize("collated", ["source", "target"])
def test_a_merge_between_collations_finds_what_is_there_as_the_target_compares(ground: Ground, collated: str) -> None:
    source, target = ("users", "made") if collated == "target" else ("words", "made")
    accents = {"collation": {"locale": "fr", "strength": 1}}
    if collated == "target":
        ground.database.create_collection("made", **accents)
    else:
        ground.database.create_collection("words", **accents).insert_many([{"_id": word} for word in ("été", "hiver")])
    step = rig.step_on(ground)
    for _twice in (1, 2):
        step.merge(ground.database[source], [{"$project": {"_id": 1}}], ground.database[target], size=100)
    assert ground.database[target].count_documents({}) == ground.database[source].count_documents({})
