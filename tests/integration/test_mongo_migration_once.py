# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that must happen exactly once, cut off anywhere in either direction: gone on with or taken back just where it was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import state

DATABASE = "once"
USERS, SIZE = rig.USERS, rig.SIZE
BEFORE, AFTER = list(range(USERS)), list(range(1, USERS + 1))
ADD, SUBTRACT = rig.adding(1, SIZE), rig.adding(-1, SIZE)
Make = Callable[..., Any]
Kill = tuple[str, int]


@pytest.fixture
def database(replica_set: Server) -> Iterator[Any]:
    with replica_set.client() as client:
        yield rig.filled(client, DATABASE)
        client.drop_database(DATABASE)
        rig.forget(client, DATABASE)


@pytest.fixture
def make(replica_set: Server, tmp_path: Path) -> Make:
    """A run of a migration with these bodies; the next call makes another run."""
    runs = iter(range(9))

    def made(up: str = ADD, down: str = SUBTRACT) -> Any:
        folder = tmp_path / "runs" / f"run-{next(runs)}"
        return rig.context_of(replica_set.uri, DATABASE, folder, {rig.FILE: rig.source(up, down)})

    return made


def numbers(database: Any) -> list[int]:
    return [user["n"] for user in database["users"].find(sort=[("_id", 1)])]


def killed(context: Any, work: str, point: Kill) -> bool:
    return rig.Child(context, work, kill_at=point).end() == {"killed": True}


def test_it_is_gone_on_with_after_each_kill(database: Any, make: Make) -> None:
    context = make()
    for point in (("update", 3), ("commitTransaction", 2), ("update", 4)):
        assert killed(context, "up", point)
    rig.up(context)
    assert numbers(database) == AFTER


@pytest.mark.parametrize("point", [("find", 1), ("commitTransaction", 4)])
def test_what_was_done_in_part_is_taken_back_in_that_part(database: Any, make: Make, point: Kill) -> None:
    context, before = make(), rig.digest(database)
    assert killed(context, "up", point)
    rig.undo(context)
    assert rig.digest(database) == before


@pytest.mark.parametrize("point", [("find", 1), ("commitTransaction", 3), ("delete", 1), ("drop", 1)])
@pytest.mark.parametrize("done", [8, None], ids=["in part", "whole"])
def test_killed_while_it_is_taken_back(database: Any, make: Make, done: int | None, point: Kill) -> None:
    context, before = make(), rig.digest(database)
    if done is None:
        rig.up(context)
    else:
        assert killed(context, "up", ("commitTransaction", done))
    assert killed(context, "undo", point)
    rig.undo(context)
    assert rig.digest(database) == before
    rig.up(make())
    assert numbers(database) == AFTER


@pytest.mark.parametrize("point", [("find", 1), ("commitTransaction", 1), ("commitTransaction", 6), ("delete", 1)])
def test_what_was_taken_back_in_part_is_done_again_in_that_part(database: Any, make: Make, point: Kill) -> None:
    context = make()
    rig.up(context)
    record, after = state.kept(database, rig.VERSION), rig.digest(database)
    assert killed(context, "down", point)
    assert rig.redo(context, str(record))["undone"]
    assert rig.digest(database) == after
    rig.down(context)
    assert numbers(database) == BEFORE


def test_after_a_restore_it_is_taken_back_as_a_whole(database: Any, make: Make) -> None:
    context = make()
    rig.up(context)
    backup = {name: list(database[name].find()) for name in database.list_collection_names()}
    assert killed(context, "down", ("find", 6))
    assert numbers(database) != AFTER
    for name, documents in backup.items():
        database[name].delete_many({})
        database[name].insert_many(documents)
    rig.down(context)
    assert numbers(database) == BEFORE


def test_a_document_that_is_gone_or_new_does_not_hinder_going_back(database: Any, make: Make) -> None:
    context = make()
    assert killed(context, "up", ("commitTransaction", 4))
    database["users"].delete_one({"_id": 3 * SIZE - 1})
    database["users"].insert_one({"_id": "a text", "n": 7})
    rig.undo(context)
    assert numbers(database) == [*(n for n in BEFORE if n != 3 * SIZE - 1), 7]


def test_pieces_on_one_collection_need_names_of_their_own(database: Any, make: Make) -> None:
    before = rig.digest(database)
    unnamed = make(ADD + ADD)
    with pytest.raises(Failed) as caught:
        rig.up(unnamed)
    assert caught.value.details["found"].text_id == "step.same_name"
    rig.undo(unnamed)
    assert rig.digest(database) == before
    up, down = ([rig.adding(number, SIZE, "one"), rig.adding(number, SIZE, "two")] for number in (1, -1))
    context = make("".join(up), "".join(reversed(down)))
    assert killed(context, "up", ("commitTransaction", 13))
    assert numbers(database) == [n + (2 if n < 2 * SIZE else 1) for n in BEFORE]
    rig.undo(context)
    assert rig.digest(database) == before
