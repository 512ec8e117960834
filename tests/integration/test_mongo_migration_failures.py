# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that fail, hang, are killed, stopped, raced, or lose their server: gone on with or taken back, to the bit."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import operations, state
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import client as connections
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint

DATABASE = "failing"
FILE = "20250101_001_made_by_a_test.py"
USERS, SIZE = 1000, 100
COPY = f"""
step.copy(db["users"], db["copies"], lambda user: {{"_id": {{"c": user["_id"]}}, "n": user["n"]}}, size={SIZE})
step.ensure_index(db["copies"], "n")
"""
ADD, SUBTRACT = rig.adding(1, SIZE), rig.adding(-1, SIZE)
Make = Callable[..., Any]


@pytest.fixture(scope="module", params=["replica_set", "standalone"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


def filled(client: Any) -> Any:
    client.drop_database(DATABASE)
    rig.forget(client, DATABASE)
    client[DATABASE]["users"].insert_many([{"_id": n, "n": n} for n in range(USERS)])
    return client[DATABASE]


@pytest.fixture
def database(server: Server) -> Iterator[Any]:
    with server.client() as client:
        yield filled(client)
        client.drop_database(DATABASE)
        rig.forget(client, DATABASE)


@pytest.fixture
def make(server: Server, tmp_path: Path) -> Make:
    """A run of a migration with this ``up``."""

    def made(
        up: str = COPY, down: str = "step.reverse()", run: str = "run-1", clock: Any = None, **constants: Any
    ) -> Any:
        sources = {FILE: rig.source(up, down, **constants)}
        return rig.context_of(server.uri, DATABASE, tmp_path / "runs" / run, sources, clock)

    return made


def digest(database: Any) -> str:
    return str(fingerprint.of_database(database.client, DATABASE)["digest"])


def copied(database: Any) -> bool:
    """Every user once, with the index: nothing lost, nothing doubled."""
    found = sorted(document["n"] for document in database["copies"].find())
    return found == list(range(USERS)) and "n_1" in database["copies"].index_information()


def failing_at(batch: int) -> str:
    return f"""
def copied(user):
    if user["n"] == {batch * SIZE}:
        raise KeyError("broken")
    return {{"_id": user["_id"]}}
step.copy(db["users"], db["copies"], copied, size={SIZE})
"""


@pytest.mark.parametrize("batch", [0, 5, 9])
def test_an_exception_leaves_a_named_checkpoint_and_is_taken_back(database: Any, make: Make, batch: int) -> None:
    context, before = make(failing_at(batch)), digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert caught.value.text_id == "migrations.up_failed"
    assert caught.value.details["line"] == 1 + context_lines(context).index('            raise KeyError("broken")')
    told = explain(caught.value, "en")["found"]
    assert "KeyError: 'broken'" in told
    assert (f'checkpoint "copy copies: {batch * SIZE} / {USERS}"' if batch else "nothing was gone over yet") in told
    assert database["copies"].count_documents({}) == batch * SIZE
    rig.undo(context)
    assert digest(database) == before


@pytest.mark.parametrize("leaving", ["import sys\nsys.exit(0)", "raise SystemExit", "raise StopIteration"])
def test_a_body_that_leaves_early_has_failed(database: Any, make: Make, leaving: str) -> None:
    """Even with status 0 the migration was not carried out, and no run may end as if it had been."""
    context, before = make(COPY + leaving), digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert (caught.value.text_id, state.status(database, rig.VERSION)) == ("migrations.up_failed", "failed")
    rig.undo(context)
    assert digest(database) == before


def context_lines(context: Any) -> list[str]:
    return (context.run_folder / "migrations" / FILE).read_text().splitlines()


def test_a_migration_in_one_transaction_leaves_nothing_at_all(server: Server, database: Any, make: Make) -> None:
    up = 'step.ensure_collection("copies")\n' + failing_at(7)
    context, before = make(up, TRANSACTION=True), digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    told = explain(caught.value, "en")["found"]
    if server.replica_set:
        assert "as it was before the migration" in told
        assert digest(database) == before
        assert state.status(database, rig.VERSION) is None
    else:
        assert 'checkpoint "copy copies' in told
    rig.undo(context)
    assert digest(database) == before
    good = make('step.ensure_collection("fresh")\nstep.fill(db["users"], "new", 1)', run="run-2", TRANSACTION=True)
    assert rig.up(good)["scheme"] == ("transaction" if server.replica_set else "derived identifiers")
    assert database["users"].count_documents({"new": 1}) == USERS
    assert state.status(database, rig.VERSION) == "applied"
    rig.undo(good)
    assert digest(database) == before


MERGE = """
step.merge(db["users"], [{"$project": {"_id": {"c": "$_id"}}}], db["copies"], size=100)
"""
SCHEMES = {
    COPY: ("batches in transactions", "derived identifiers"),
    MERGE: ("derived identifiers", "derived identifiers"),
    COPY + MERGE: ("batches in transactions, derived identifiers", "derived identifiers"),
    'db["log"].drop()': ("repeated as a whole", "repeated as a whole"),
}


@pytest.mark.parametrize("up", SCHEMES, ids=["copy", "merge", "both", "neither"])
def test_the_scheme_told_is_what_was_done(server: Server, database: Any, make: Make, up: str) -> None:
    done = rig.up(make(up))
    expected = SCHEMES[up][0 if server.replica_set else 1]
    assert (done["scheme"], done["transactions"]) == (expected, server.replica_set)


HANGING = {
    "in python": "import time\ntime.sleep(600)",
    "in python, deaf": "import time\nwhile True:\n    try:\n        time.sleep(600)\n    except Exception:\n        pass",
    "in the server": 'list(db["users"].find({"$where": "sleep(1000) || true"}))',
    "in batches": 'import time\nfor batch in step.batches(db["users"], size=1):\n    time.sleep(0.3)',
}


@pytest.mark.parametrize("kind", HANGING)
def test_a_hanging_migration_ends_at_its_deadline(database: Any, make: Make, kind: str) -> None:
    context = make('db["copies"].insert_one({})\n' + HANGING[kind], 'db["copies"].drop()', DEADLINE_SECONDS=1)
    before = digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert (caught.value.text_id, caught.value.details["seconds"]) == ("migrations.deadline", "1")
    rig.undo(context)
    assert digest(database) == before


KILLS = [("create", 1), ("insert", 1), ("insert", 6), ("insert", 10), ("createIndexes", 1)]


@pytest.mark.parametrize("point", KILLS)
def test_killed_it_is_gone_on_with_at_once_or_taken_back(database: Any, make: Make, point: tuple[str, int]) -> None:
    context, before = make(), digest(database)
    assert rig.Child(context, kill_at=point).end() == {"killed": True}
    assert state.status(database, rig.VERSION) == "running"
    began = time.monotonic()
    done = rig.up(context)
    assert time.monotonic() - began < 20, "an orphaned transaction or lock was waited for"
    assert copied(database)
    assert done["resumed"] == max(0, (point[1] - 1) * SIZE if point[0] == "insert" else done["resumed"])
    assert state.status(database, rig.VERSION) == "applied"
    rig.undo(context)
    assert digest(database) == before
    assert rig.Child(context, kill_at=point).end() == {"killed": True}
    rig.undo(context)
    assert digest(database) == before


def test_killed_while_it_is_taken_back(database: Any, make: Make) -> None:
    context, before = make('step.fill(db["users"], "new", 1)\n' + COPY), digest(database)
    rig.up(context)
    assert rig.Child(context, "undo", kill_at=("update", 2)).end() == {"killed": True}
    rig.undo(context)
    assert digest(database) == before


def test_of_two_runners_one_runs_the_body(database: Any, make: Make) -> None:
    contexts = [make('db["log"].insert_one({})', 'db["log"].drop()', run=f"run-{number}") for number in range(3)]
    results = [child.end() for child in [rig.Child(context) for context in contexts]]
    assert database["log"].count_documents({}) == 1
    assert sorted("seconds" in result for result in results) == [False, False, True]
    assert sum(result.get("already", False) for result in results) == 2


def slept_beyond_its_lease(database: Any, context: Any, call: str, done: dict[str, Any], seen: int = 3 * SIZE) -> None:
    """Stopped before the fourth batch, it wakes up when its work was taken back, and is told that the lock is lost."""
    before = digest(database)
    child = rig.Child(context, stop_at=(call, 4), lease_seconds=2.0)
    assert [child.line(), child.line()] == ["begun", "stopped"]
    assert database[done["in"]].count_documents(done["which"]) == seen
    rig.undo(context)
    assert digest(database) == before
    child.signal(signal.SIGCONT)
    ended = child.end()
    assert ended["error"] == "database_lock.lost", ended
    assert digest(database) == before


@pytest.mark.parametrize(("up", "call"), [(COPY, "insert_many"), (MERGE, "aggregate")], ids=["copy", "merge"])
def test_a_runner_that_slept_beyond_its_lease_writes_nothing_any_more(
    database: Any, make: Make, up: str, call: str
) -> None:
    slept_beyond_its_lease(database, make(up), call, {"in": "copies", "which": {}})


@pytest.mark.parametrize("server", ["replica_set"], indirect=True)
def test_a_runner_that_slept_adds_nothing_twice(database: Any, make: Make) -> None:
    added = {"$expr": {"$gt": ["$n", "$_id"]}}
    slept_beyond_its_lease(database, make(ADD, SUBTRACT), "update_many", {"in": "users", "which": added})


@pytest.mark.parametrize("server", ["replica_set"], indirect=True)
def test_a_runner_that_slept_in_one_transaction_commits_nothing(database: Any, make: Make) -> None:
    context = make('step.fill(db["users"], "new", 1)\n' + COPY.splitlines()[1], TRANSACTION=True)
    slept_beyond_its_lease(database, context, "insert_many", {"in": "users", "which": {"new": 1}}, seen=0)


def test_a_runner_that_died_on_another_host_is_replaced_once_its_lease_is_over(
    database: Any, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From here nobody can see that it is dead: its lease alone, by the server's clock, decides."""
    monkeypatch.setattr(operations, "LOCK_WAIT_SECONDS", 0.0)
    context, before, locks = make(), digest(database), database.client["benevoclic_updates"]["locks"]
    assert rig.Child(context, kill_at=("insert", 6)).end() == {"killed": True}
    locks.update_one({"_id": DATABASE}, [{"$set": {"host": "another-host"}}])
    for attempt in (rig.up, rig.undo):
        with pytest.raises(Refused) as caught:
            attempt(context)
        assert (caught.value.text_id, caught.value.details["host"]) == ("database_lock.held", "another-host")
    assert database["copies"].count_documents({}) == 5 * SIZE
    locks.update_one({"_id": DATABASE}, [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}])
    done = rig.up(context)
    assert (done["resumed"], copied(database)) == (5 * SIZE, True)
    rig.undo(context)
    assert digest(database) == before


class Jumping(SystemClock):
    """Its wall time goes back a day at each look; ``ahead`` puts its monotonic time forward, as after a suspension."""

    ahead, days = 0.0, 0

    def now(self) -> datetime:
        self.days += 1
        return super().now() - timedelta(days=self.days)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


def test_a_wall_clock_that_jumps_changes_nothing(database: Any, make: Make) -> None:
    rig.up(make(clock=Jumping()))
    assert copied(database)


def test_after_a_suspension_nothing_is_written(database: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Jumping()

    def suspend(user: dict[str, Any]) -> None:
        if user["n"] == 3 * SIZE + 1:
            clock.ahead = 3600.0

    monkeypatch.setattr(rig, "HOOKS", [suspend])
    body = "import migration_rig\n" + COPY.replace("lambda user:", "lambda user: migration_rig.HOOKS[0](user) or")
    context, before = make(body, clock=clock), digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert caught.value.text_id == "database_lock.lost"
    assert database["copies"].count_documents({}) <= 4 * SIZE
    rig.undo(context)
    assert digest(database) == before


class Standing(SystemClock):
    """Its monotonic time goes on only by being slept on."""

    slept = 0.0

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_the_pace_of_the_inventory_is_kept_in_either_direction(server: Server, database: Any, tmp_path: Path) -> None:
    clock, sources = Standing(), {FILE: rig.source(COPY, 'for batch in step.batches(db["users"], size=100): pass')}
    run = {"uri": server.uri, "database": DATABASE, "sources": sources, "clock": clock}
    limited = rig.context_of(**run, folder=tmp_path / "runs" / "limited", migration_documents_per_second=400)
    rig.up(limited)
    assert (copied(database), clock.slept) == (True, pytest.approx(USERS / 400))
    rig.undo(limited)
    assert clock.slept == pytest.approx(2 * USERS / 400)
    rig.up(rig.context_of(**run, folder=tmp_path / "runs" / "free", migration_documents_per_second=0))
    assert clock.slept == pytest.approx(2 * USERS / 400)


def test_an_account_that_may_not_is_told(server: Server, database: Any, tmp_path: Path) -> None:
    own = {"role": "readWrite", "db": "benevoclic_updates"}
    before = digest(database)
    for role, up, expected in (
        ("read", COPY, "mongo.privilege"),
        ("readWrite", 'step.set_validator(db["users"], {"n": {"$exists": True}})', "migrations.up_failed"),
    ):
        uri = server.add_user(role, [{"role": role, "db": DATABASE}, own])
        context = rig.context_of(uri, DATABASE, tmp_path / "runs" / role, {FILE: rig.source(up)})
        with pytest.raises(Failed) as caught:
            rig.up(context)
        assert caught.value.text_id == expected
        assert "not authorized" in explain(caught.value, "en")["text"]
        rig.undo(context)
    assert digest(database) == before


@pytest.fixture
def own_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One that may be killed, and stopped in the middle of what it does."""
    server = Server(replica_set=request.param, parameters=("enableTestCommands=1",))
    try:
        yield server.start().set_up()
    finally:
        server.remove()


@pytest.mark.parametrize("own_server", [True, False], ids=["replica_set", "standalone"], indirect=True)
def test_a_server_that_is_killed_in_a_batch_and_in_an_index_build(own_server: Server, tmp_path: Path) -> None:
    sources = {FILE: rig.source(COPY)}
    context = rig.context_of(own_server.uri, DATABASE, tmp_path / "runs" / "run-1", sources)
    with own_server.client() as client:
        before = digest(filled(client))
        client.admin.command("configureFailPoint", "hangAfterStartingIndexBuild", mode="alwaysOn")
    child = rig.Child(context, stop_at=4)
    assert [child.line(), child.line()] == ["begun", "stopped"]
    restart(own_server)
    with own_server.client() as client:
        client.admin.command("configureFailPoint", "hangAfterStartingIndexBuild", mode="alwaysOn")
        child.signal(signal.SIGCONT)
        wait_for(lambda: building(client))
    restart(own_server)
    done = child.end()
    assert "seconds" in done, done
    with own_server.client() as client:
        assert copied(client[DATABASE])
        rig.undo(context)
        assert digest(client[DATABASE]) == before


def restart(server: Server) -> None:
    server.kill()
    server.start()
    with server.client() as client:
        wait_for(lambda: client.admin.command("hello")["isWritablePrimary"])


def building(client: Any) -> bool:
    listed = client.admin.command("currentOp", {"$all": True})["inprog"]
    return any("createIndexes" in operation.get("command", {}) for operation in listed)


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited for a minute"
        time.sleep(0.05)


def test_the_primary_of_three_members_steps_down_in_a_batch(tmp_path: Path) -> None:
    with rig.ThreeMembers() as members, connections.connect(members.uri) as client:
        database = filled(client)
        before = digest(database)
        sources = {FILE: rig.source(COPY + ADD, SUBTRACT + "step.reverse()")}
        context = rig.context_of(members.uri, DATABASE, tmp_path / "runs" / "run-1", sources)
        for stop in (4, 8):
            child = rig.Child(context, stop_at=stop)
            assert [child.line(), child.line()] == ["begun", "stopped"]
            client.admin.command({"replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 30})
            child.signal(signal.SIGCONT)
            done = child.end()
            assert "seconds" in done, done
            assert sorted(document["n"] for document in database["copies"].find()) == list(range(USERS))
            assert [user["n"] for user in database["users"].find(sort=[("_id", 1)])] == list(range(1, USERS + 1))
            rig.undo(context)
            assert digest(database) == before
