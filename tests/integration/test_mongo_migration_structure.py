# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Indexes, validators and nested fields of every kind that teams have: repeated, compared with those there, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import migration_rig as rig
import pytest
from bson import CodecOptions
from mongod import Server
from pymongo import WriteConcern
from pymongo.collation import Collation

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, EngineError
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import index_build
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.ground import Ground
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.step import Step

DATABASE = "structure"
Act = Callable[[Step, Any], Any]
FRENCH = {"locale": "fr", "strength": 1}
CLUSTERED = {"key": {"_id": 1}, "unique": True}
NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def ground(server: Server) -> Iterator[Ground]:
    with rig.begun(server.uri, DATABASE, [{"_id": number, "name": f"user {number}"} for number in range(5)]) as ground:
        yield ground


def done_twice_and_taken_back(ground: Ground, act: Act) -> None:
    before = rig.content(ground)
    for _time in (1, 2):
        step = rig.step_on(ground)
        act(step, ground.database)
        step.verify()
    assert rig.content(ground) != before
    rig.step_on(ground, "down").reverse()
    assert rig.content(ground) == before


INDEXES: dict[str, tuple[Any, dict[str, Any]]] = {
    "text": ([("name", "text")], {}),
    "text with weights": ([("town", 1), ("name", "text"), ("bio", "text")], {"weights": {"bio": 9}}),
    "text in French": ([("$**", "text")], {"default_language": "french"}),
    "2dsphere": ([("place", "2dsphere")], {}),
    "wildcard": ([("$**", 1)], {"wildcardProjection": {"name": 1}}),
    "hashed": ([("name", "hashed")], {}),
    "TTL": ("at", {"expireAfterSeconds": 3600}),
    "partial, a tuple": ("name", {"partialFilterExpression": {"kind": {"$in": ("a", "b")}}}),
    "partial, a date": ("name", {"partialFilterExpression": {"at": {"$gt": NEW_YEAR}}}),
    "options that say nothing": ("name", {"unique": False, "sparse": False, "hidden": False, "background": True}),
    "with a comment": ("name", {"comment": "for the search"}),
    "hidden": ("name", {"hidden": True}),
    "collated": ("name", {"collation": FRENCH}),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_an_index_of_any_kind_is_found_again(ground: Ground, kind: str) -> None:
    keys, options = INDEXES[kind]
    done_twice_and_taken_back(ground, lambda step, db: step.ensure_index(db["users"], keys, **options))


OTHERS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "collation": ("name", {"collation": FRENCH}, {}),
    "less of a collation": ("name", {"collation": FRENCH}, {"collation": {"locale": "fr"}}),
    "hidden": ("name", {"hidden": True}, {}),
    "projection": ([("$**", 1)], {"wildcardProjection": {"name": 1}}, {}),
    "language": ([("name", "text")], {"default_language": "french"}, {}),
    "weights": ([("name", "text")], {"weights": {"name": 5}}, {}),
}


@pytest.mark.parametrize("what", OTHERS)
def test_an_index_that_does_something_else_does_not_pass_for_the_one_that_is_wanted(ground: Ground, what: str) -> None:
    keys, there, wanted = OTHERS[what]
    ground.database["users"].create_index(keys, **there)
    before = rig.content(ground)
    with pytest.raises(EngineError) as caught:
        rig.step_on(ground).ensure_index(ground.database["users"], keys, **wanted)
    assert caught.value.text_id == "step.index_differs"
    assert rig.content(ground) == before


def test_an_index_that_nobody_waits_for_any_more_is_given_up(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline falls between the server's work and its answer."""

    def too_late(ground: Ground, call: Callable[[], Any]) -> None:
        call()
        raise KeyboardInterrupt

    before = rig.content(ground)
    monkeypatch.setattr(index_build, "again", too_late)
    with pytest.raises(KeyboardInterrupt):
        rig.step_on(ground).ensure_index(ground.database["users"], "name")
    assert rig.content(ground) == before


ALIKE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing said": ({"capped": True, "size": 5000}, {}),
    "capped": ({"capped": True, "size": 5000, "max": 7}, {"capped": True, "size": 5000, "max": 7}),
    "not capped": ({}, {"capped": False}),
    "collation": ({"collation": FRENCH}, {"collation": Collation(**FRENCH)}),
    "simple": ({}, {"collation": {"locale": "simple"}}),
    "clustered": ({"clusteredIndex": CLUSTERED}, {"clusteredIndex": CLUSTERED}),
    "time series": ({"timeseries": {"timeField": "at"}}, {"timeseries": {"timeField": "at", "granularity": "seconds"}}),
    "validator": ({"validator": {"n": {"$in": [1, 2]}}}, {"validator": {"n": {"$in": (1, 2)}}}),
    "of the driver": ({}, {"write_concern": WriteConcern(1), "codec_options": CodecOptions(), "comment": "x"}),
}


@pytest.mark.parametrize("kind", ALIKE)
def test_a_collection_that_is_there_is_taken_as_it_is_when_it_has_the_options(ground: Ground, kind: str) -> None:
    there, wanted = ALIKE[kind]
    ground.database.create_collection("there", **there)
    before = rig.content(ground)
    step = rig.step_on(ground)
    assert step.ensure_collection("there", **wanted).name == "there"
    step.verify()
    step.reverse()
    assert rig.content(ground) == before


UNLIKE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "validator": ({}, {"validator": {"n": 1}}),
    "another validator": ({"validator": {"n": 1, "m": 1}}, {"validator": {"n": 1}}),
    "validationLevel": ({"validator": {"n": 1}}, {"validationLevel": "moderate"}),
    "capped": ({}, {"capped": True, "size": 5000}),
    "size": ({"capped": True, "size": 5000}, {"size": 100_000}),
    "collation": ({}, {"collation": FRENCH}),
    "another collation": ({"collation": FRENCH}, {"collation": {"locale": "fr"}}),
    "expireAfterSeconds": ({"timeseries": {"timeField": "at"}}, {"expireAfterSeconds": 60}),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_a_collection_with_other_options_does_not_pass_for_the_one_that_is_wanted(ground: Ground, what: str) -> None:
    there, wanted = UNLIKE[what]
    ground.database.create_collection("there", **there)
    before = rig.content(ground)
    with pytest.raises(EngineError) as caught:
        rig.step_on(ground).ensure_collection("there", **wanted)
    told = explain(caught.value, "en")
    assert (caught.value.text_id, what.split()[-1] in told["expected"]) == ("step.collection_differs", True), told
    assert "$" not in told["text"]
    assert rig.content(ground) == before


def test_the_collation_of_a_collection_is_that_of_its_indexes(ground: Ground) -> None:
    words = ground.database.create_collection("words", collation=FRENCH)
    words.create_index("word", name="by_word")
    assert rig.step_on(ground).ensure_index(words, "word") == "by_word"
    assert rig.step_on(ground).ensure_index(words, "word", collation={"locale": "simple"}) == "word_1"


VALIDATORS: dict[str, Any] = {
    "a tuple": {"name": {"$nin": ("a", "b")}},
    "a pattern": {"name": re.compile("^user")},
    "a date": {"at": {"$not": {"$gt": NEW_YEAR}}},
    "an expression": {"$expr": {"$ne": ["$name", ""]}},
}
ACTS: dict[str, Act] = {
    **{
        f"a validator with {kind}": lambda step, db, validator=validator: step.set_validator(db["users"], validator)
        for kind, validator in VALIDATORS.items()
    },
    "a validator, then a stricter one": lambda step, db: (
        step.set_validator(db["users"], {"_id": {"$gte": 0}}, action="warn"),
        step.set_validator(db["users"], {"_id": {"$gte": 0}, "name": {"$type": "string"}}),
    ),
    "an index of a collection that is not there": lambda step, db: step.ensure_index(db["badges"], "userId"),
    "a nested field": lambda step, db: step.fill(db["nested"], "a.b", 1),
    "a nested field, by expression": lambda step, db: step.fill(db["nested"], "a.b", expression={"n": "$_id"}),
    "a deeply nested field": lambda step, db: step.fill(db["nested"], "a.c.d", 1),
}  # fmt: skip
NESTED = [{"z": 1}, {"a": {}}, {"a": {"c": {}}}, {"a": {"b": 2}, "z": 1}, {"a": {"c": {"d": 3}}}, {"a": {"e": [{}]}}]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_made_is_taken_back_to_the_bit(ground: Ground, act: str) -> None:
    ground.database["nested"].insert_many({"_id": number, **content} for number, content in enumerate(NESTED))
    done_twice_and_taken_back(ground, ACTS[act])


@pytest.mark.parametrize("there", [None, 7, [], [{"c": 1}]])
@pytest.mark.parametrize("how", [{"value": 1}, {"expression": 1}])
def test_a_nested_field_is_refused_before_anything_else_would_be_overwritten(
    ground: Ground, there: Any, how: dict[str, Any]
) -> None:
    ground.database["nested"].insert_many([{"_id": 1, "a": {}}, {"_id": 2, "a": there}])
    before = rig.content(ground)
    with pytest.raises(EngineError) as caught:
        rig.step_on(ground).fill(ground.database["nested"], "a.b", **how)
    assert (caught.value.text_id, caught.value.details["documents"]) == ("step.no_document", 1)
    assert rig.content(ground) == before


def test_dates_that_python_does_not_know_are_data_like_any_other(ground: Ground) -> None:
    ground.database["far"].insert_many([{"_id": 1}, {"_id": 2}])
    after_9999 = {"$toDate": {"$toLong": 253_502_300_800_000}}
    ground.database["far"].update_many({}, [{"$set": {"at": after_9999}}])
    ground.database["far"].aggregate([{"$project": {"_id": after_9999}}, {"$limit": 1}, {"$merge": "made"}])
    before = rig.content(ground)
    step = rig.step_on(ground)
    step.copy(ground.database["far"], ground.database["made"], lambda document: document)
    step.fill(ground.database["made"], "seen", True)
    assert ground.database["made"].count_documents({"seen": True}) == 3
    rig.step_on(ground, "down").reverse()
    assert rig.content(ground) == before


ELSEWHERE: dict[str, Act] = {
    "ensure_index": lambda step, other: step.ensure_index(other["users"], "name"),
    "set_validator": lambda step, other: step.set_validator(other["users"], {}),
    "copy": lambda step, other: step.copy(other["users"], other["made"], lambda user: user),
    "merge": lambda step, other: step.merge(other["users"], [], step.ensure_collection("made")),
    "fill": lambda step, other: step.fill(other["users"], "language", "fr"),
    "rename_field": lambda step, other: step.rename_field(other["users"], "name", "names"),
}


@pytest.mark.parametrize("helper", ELSEWHERE)
def test_a_collection_of_another_database_is_refused(ground: Ground, helper: str) -> None:
    """It would be taken back in this one."""
    with pytest.raises(BadInput) as caught:
        ELSEWHERE[helper](rig.step_on(ground), ground.client[f"{DATABASE}_other"])
    assert caught.value.text_id == "step.other_database"
