# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations on a real server: up, half-way, down, and the database as it was before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from bson import ObjectId
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._checks.migrations import check_migrations
from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError, Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files, history, planned, state
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.operations import (
    MigrationDown,
    MigrationUp,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.client import OWN_DATABASE
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext

DATABASE = "migrated"
DEMO = Path(__file__).parents[2] / "demo" / "migrations"
GOOD = "20240815_001_add_user_preferences.py"
BAD = "20240901_001_add_volunteer_badges.py"
USERS = 2500
OPERATION = MigrationUp()


@pytest.fixture
def database(server: Server) -> Iterator[Any]:
    with server.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"_id": ObjectId(), "name": f"user {n}"} for n in range(USERS)])
        client[DATABASE]["announcements"].insert_many([{"title": f"announcement {n}"} for n in range(50)])
        yield client[DATABASE]
        client.drop_database(DATABASE)


Prepare = Callable[..., HostContext]


@pytest.fixture
def prepare(server: Server, tmp_path: Path) -> Prepare:
    """A run with these migration files (paths, or name and source)."""

    def make(*sources: Path | tuple[str, str], run_id: str = "run-1") -> HostContext:
        folder = tmp_path / "runs" / run_id
        (folder / "migrations").mkdir(parents=True)
        entries = []
        for source in sources:
            if isinstance(source, Path):
                copy = Path(shutil.copy(source, folder / "migrations"))
            else:
                copy = folder / "migrations" / source[0]
                copy.write_text(source[1])
            found = files.describe(copy)
            entries.append({"version": found.version, "file": found.file, "sha256": found.sha256})
        plan = {"to_version": "1.1.0", "migrations": entries, "definition": {"mongodb": {"database": DATABASE}}}
        clock = SystemClock()
        runner, transport = SubprocessRunner(clock), DirectTransport(clock)
        return HostContext(run_id, folder, plan, runner, clock, transport, {"mongodb_admin_uri": server.uri})

    return make


def arguments(context: HostContext, place: int = 0) -> dict[str, Any]:
    return {**context.plan["migrations"][place], "database": DATABASE}


def digest(server: Server) -> str:
    return str(fingerprint.of_uri(server.uri, DATABASE)["digest"])


def run(context: HostContext, place: int = 0) -> dict[str, Any]:
    """What a run does; the undo data."""
    undo = OPERATION.prepare(arguments(context, place), context)
    OPERATION.do(arguments(context, place), undo, context)
    return undo


def test_the_manuals_example_up_and_down(server: Server, database: Any, prepare: Prepare) -> None:
    context, before = prepare(DEMO / GOOD), digest(server)
    assert not OPERATION.probe(arguments(context), context)
    undo = run(context)
    assert database["preferences"].count_documents({"category": "notifications", "settings.push": True}) == USERS
    assert set(database["preferences"].index_information()) == {"_id_", "userId_1", "category_1"}
    assert state.applied(server.uri, DATABASE) == ["20240815_001"]
    assert OPERATION.probe(arguments(context), context)
    assert planned.pending(context) == []
    assert digest(server) != before
    OPERATION.undo(arguments(context), undo, context)
    assert digest(server) == before
    assert "benevoclic_migrations" not in database.list_collection_names()
    assert OPERATION.undo(arguments(context), undo, context)["undone"] is False
    assert digest(server) == before


def test_failing_half_way_is_taken_back(server: Server, database: Any, prepare: Prepare) -> None:
    context, before = prepare(DEMO / BAD), digest(server)
    undo = OPERATION.prepare(arguments(context), context)
    with pytest.raises(Failed) as caught:
        OPERATION.do(arguments(context), undo, context)
    assert caught.value.text_id == "migrations.up_failed"
    assert caught.value.details["line"] == 1 + (DEMO / BAD).read_text()[:].splitlines().index(
        '            raise RuntimeError(f"badge catalogue unreadable after {done} of {total} users")'
    )
    assert "after 1250 of 2500 users" in str(caught.value.details["found"])
    assert database["users"].count_documents({"badges": []}) == USERS // 2
    assert state.applied(server.uri, DATABASE) == []
    OPERATION.undo(arguments(context), undo, context)
    assert digest(server) == before


def test_every_attempt_is_kept_the_failed_ones_too(server: Server, database: Any, prepare: Prepare) -> None:
    """In the database of our own, which no restore of the data brings back to an earlier state."""
    database.client[OWN_DATABASE]["migration_attempts"].delete_many({"database": DATABASE})
    context = prepare(DEMO / BAD)
    undo = OPERATION.prepare(arguments(context), context)
    with pytest.raises(Failed):
        OPERATION.do(arguments(context), undo, context)
    assert state.status(database, "20240901_001") == "failed"
    OPERATION.undo(arguments(context), undo, context)
    assert state.status(database, "20240901_001") is None
    down, up = history.latest(database)
    assert [(found["direction"], found["status"]) for found in (up, down)] == [("up", "failed"), ("down", "applied")]
    assert up["error"]["id"] == "migrations.up_failed"
    assert "after 1250 of 2500 users" in up["error"]["details"]["found"]
    assert (up["run_id"], up["release"], up["file"], up["version"]) == ("run-1", "1.1.0", BAD, "20240901_001")
    assert server.password not in str(up)
    assert history.latest(database, status="failed") == [up]


def test_killed_half_way_is_taken_back(server: Server, database: Any, prepare: Prepare) -> None:
    source = (
        (DEMO / BAD).read_text().replace("raise RuntimeError", "__import__('os').kill(__import__('os').getpid(), 9) #")
    )
    context, before = prepare((BAD, source)), digest(server)
    undo = OPERATION.prepare(arguments(context), context)
    assert rig.Child(context).end() == {"killed": True}
    assert database["users"].count_documents({"badges": []}) == USERS // 2
    OPERATION.undo(arguments(context), undo, context)
    assert digest(server) == before


def test_what_never_began_is_not_undone(server: Server, database: Any, prepare: Prepare) -> None:
    """``down`` would drop a collection that somebody else made."""
    database["preferences"].insert_one({"precious": True})
    context, before = prepare(DEMO / GOOD), digest(server)
    undo = OPERATION.prepare(arguments(context), context)
    assert OPERATION.undo(arguments(context), undo, context) == {"version": "20240815_001", "undone": False}
    assert digest(server) == before


def test_another_runs_open_migration_is_refused_and_left_alone(server: Server, database: Any, prepare: Prepare) -> None:
    dead = prepare(DEMO / BAD, run_id="dead")
    with pytest.raises(Failed):
        run(dead)
    successor = prepare(DEMO / BAD, run_id="successor")
    undo = OPERATION.prepare(arguments(successor), successor)
    before = digest(server)
    with pytest.raises(Refused) as caught:
        OPERATION.do(arguments(successor), undo, successor)
    assert caught.value.text_id == "migrations.unfinished"
    assert caught.value.details["run_id"] == "dead"
    OPERATION.undo(arguments(successor), undo, successor)
    assert digest(server) == before


def test_earlier_migrations_stay(server: Server, database: Any, prepare: Prepare) -> None:
    first = prepare(DEMO / GOOD, run_id="first")
    run(first)
    before = digest(server)
    second = prepare(DEMO / GOOD, DEMO / BAD, run_id="second")
    assert [migration.version for migration in planned.pending(second)] == ["20240901_001"]
    undo = OPERATION.prepare(arguments(second, 1), second)
    with pytest.raises(Failed):
        OPERATION.do(arguments(second, 1), undo, second)
    OPERATION.undo(arguments(second, 1), undo, second)
    assert state.applied(server.uri, DATABASE) == ["20240815_001"]
    assert digest(server) == before


SMALL = """
VERSION = "{version}"
DESCRIPTION = "small"
def up(db, step):
    db["small"].insert_one({{"_id": 1}})
def down(db, step):
    {down}
    db["small"].drop()
def verify(db):
    return {verify}
"""


def small(version: str = "20250101_001", down: str = "pass", verify: str = "True") -> tuple[str, str]:
    return f"{version}_small.py", SMALL.format(version=version, down=down, verify=verify)


@pytest.mark.parametrize(("verify", "said"), [("False", "False"), ("1 / 0", "ZeroDivisionError: division by zero")])
def test_verify_decides(server: Server, database: Any, prepare: Prepare, verify: str, said: str) -> None:
    context, before = prepare(small(verify=verify)), digest(server)
    undo = OPERATION.prepare(arguments(context), context)
    with pytest.raises(Failed) as caught:
        OPERATION.do(arguments(context), undo, context)
    assert (caught.value.text_id, caught.value.details["found"]) == ("migrations.verify_failed", said)
    OPERATION.undo(arguments(context), undo, context)
    assert digest(server) == before


def test_down_that_fails_can_be_tried_again(server: Server, database: Any, prepare: Prepare) -> None:
    context, before = prepare(small(down='db["obstacle"].find_one() and 1 / 0')), digest(server)
    undo = run(context)
    database["obstacle"].insert_one({})
    with pytest.raises(Failed) as caught:
        OPERATION.undo(arguments(context), undo, context)
    assert caught.value.text_id == "migrations.down_failed"
    assert state.applied(server.uri, DATABASE) == ["20250101_001"]
    database["obstacle"].drop()
    assert OPERATION.undo(arguments(context), undo, context)["undone"] is True
    assert digest(server) == before


@pytest.mark.parametrize("obstacle", [False, True], ids=["down ended", "down failed half-way"])
def test_a_migration_to_an_earlier_target_is_taken_back(
    server: Server, database: Any, prepare: Prepare, obstacle: bool
) -> None:
    """The records too are what they were; a return to an earlier release, which is a rollback, is not taken back."""
    source = REPEATABLE.format(down='db["obstacle"].find_one() and 1 / 0')
    first = prepare(("20250101_001_small.py", source), run_id="first")
    run(first)
    if obstacle:
        database["obstacle"].insert_one({})
    before, record = digest(server), database["benevoclic_migrations"].find_one()
    back = prepare(("20250101_001_small.py", source), run_id=f"back-{ObjectId()}")
    back = replace(back, plan={**back.plan, "flow": "database_migration"})
    wanted, down = {**arguments(back), "source_run": back.run_id}, MigrationDown()
    undo = json.loads(json.dumps(down.prepare(wanted, back)))
    assert down.undo(wanted, undo, back)["undone"] is False  # it never began
    if obstacle:
        with pytest.raises(Failed):
            down.do(wanted, undo, back)
    else:
        down.do(wanted, undo, back)
        assert state.applied(server.uri, DATABASE) == []
    assert digest(server) != before
    assert down.undo(wanted, undo, back)["undone"] is True
    assert (digest(server), database["benevoclic_migrations"].find_one()) == (before, record)


REPEATABLE = """
VERSION = "20250101_001"
DESCRIPTION = "small"
def up(db, step):
    db["small"].update_one({{"_id": 1}}, {{"$set": {{"a": 1}}}}, upsert=True)
def down(db, step):
    db["small"].drop()
    {down}
"""


def test_changed_files_are_refused_before_anything_runs(server: Server, database: Any, prepare: Prepare) -> None:
    context, before = prepare(small()), digest(server)
    path = context.run_folder / "migrations" / "20250101_001_small.py"
    genuine = path.read_text()
    path.write_text(genuine + "\n# later\n")
    for attempt in (lambda: planned.pending(context), lambda: run(context)):
        with pytest.raises(Failed) as caught:
            attempt()
        assert caught.value.text_id == "migrations.file_changed"
    assert digest(server) == before
    path.write_text(genuine)
    run(context)
    changed = prepare((path.name, genuine + "\n# later\n"), run_id="later")
    with pytest.raises(Refused) as refused:
        planned.pending(changed)
    assert refused.value.text_id == "migrations.changed_after"


def test_server_gone_is_one_clear_error(prepare: Prepare) -> None:
    context = prepare(small())
    gone = Server(replica_set=False)
    try:
        lost = HostContext(
            context.run_id, context.run_folder, context.plan, context.runner, context.clock, context.transport,
            {"mongodb_admin_uri": gone.uri},
        )  # fmt: skip
        with pytest.raises(EngineError) as caught:
            planned.pending(lost)
    finally:
        gone.remove()
    assert caught.value.text_id == "mongo.unreachable"
    assert gone.password not in str(caught.value)


def test_preflight_loads_what_is_still_to_run_and_names_every_file_that_does_not_load(
    server: Server, database: Any, prepare: Prepare
) -> None:
    """What was applied is not loaded: nobody may change such a file any more."""
    names = ("20240816_001_absent.py", "20240817_001_unknown.py")
    absent, unknown = (rig.source("pass").replace(rig.VERSION, name[:12]) for name in names)
    broken = {names[0]: f"import a_library_of_the_team\n{absent}", names[1]: f"{unknown}\nLIMIT = MISSPELLED\n"}
    context, before = prepare(DEMO / GOOD, *broken.items()), digest(server)
    told = [(result.outcome, result.say("en")) for result in check_migrations(context)]
    assert [outcome for outcome, _said in told] == ["failed", "failed"]
    for (name, _source), missed, (_outcome, said) in zip(
        broken.items(), ("a_library_of_the_team", "MISSPELLED"), told, strict=True
    ):
        assert name in said
        assert missed in said
    assert digest(server) == before
    for migration in planned.planned(context)[1:]:
        state.begin(database, migration, state.Origin(context.run_id, "1.1.0"), SystemClock())
        state.finish(database, migration.version, 0)
    assert [result.say("en") for result in check_migrations(context)] == ["migrations loaded on trial (1)"]
