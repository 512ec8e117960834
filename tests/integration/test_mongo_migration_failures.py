# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that fail, hang, are killed, stopped or raced: gone on with or taken back, to the bit."""

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

DATABASE = "failing"
USERS, SIZE = rig.USERS, rig.SIZE
ADD, SUBTRACT = rig.adding(1, SIZE), rig.adding(-1, SIZE)
Make = Callable[..., Any]


@pytest.fixture
def database(server: Server) -> Iterator[Any]:
    with server.client() as client:
        yield rig.filled(client, DATABASE)
        client.drop_database(DATABASE)
        rig.forget(client, DATABASE)


@pytest.fixture
def make(server: Server, tmp_path: Path) -> Make:
    """A run of a migration with this ``up``."""

    def made(
        up: str = rig.COPY, down: str = "step.reverse()", run: str = "run-1", clock: Any = None, **constants: Any
    ) -> Any:
        sources = {rig.FILE: rig.source(up, down, **constants)}
        return rig.context_of(server.uri, DATABASE, tmp_path / "runs" / run, sources, clock)

    return made


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
    context, before = make(failing_at(batch)), rig.digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert caught.value.text_id == "migrations.up_failed"
    assert caught.value.details["line"] == 1 + context_lines(context).index('            raise KeyError("broken")')
    told = explain(caught.value, "en")["found"]
    assert "KeyError: 'broken'" in told
    assert (f'checkpoint "copy copies: {batch * SIZE} / {USERS}"' if batch else "nothing was gone over yet") in told
    assert database["copies"].count_documents({}) == batch * SIZE
    rig.undo(context)
    assert rig.digest(database) == before


@pytest.mark.parametrize("leaving", ["import sys\nsys.exit(0)", "raise SystemExit", "raise StopIteration"])
def test_a_body_that_leaves_early_has_failed(database: Any, make: Make, leaving: str) -> None:
    """Even with status 0 the migration was not carried out, and no run may end as if it had been."""
    context, before = make(rig.COPY + leaving), rig.digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert (caught.value.text_id, state.status(database, rig.VERSION)) == ("migrations.up_failed", "failed")
    rig.undo(context)
    assert rig.digest(database) == before


def context_lines(context: Any) -> list[str]:
    return (context.run_folder / "migrations" / rig.FILE).read_text().splitlines()


def test_a_migration_in_one_transaction_leaves_nothing_at_all(server: Server, database: Any, make: Make) -> None:
    up = 'step.ensure_collection("copies")\n' + failing_at(7)
    context, before = make(up, TRANSACTION=True), rig.digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    told = explain(caught.value, "en")["found"]
    if server.replica_set:
        assert "as it was before the migration" in told
        assert rig.digest(database) == before
        assert state.status(database, rig.VERSION) is None
    else:
        assert 'checkpoint "copy copies' in told
    rig.undo(context)
    assert rig.digest(database) == before
    good = make('step.ensure_collection("fresh")\nstep.fill(db["users"], "new", 1)', run="run-2", TRANSACTION=True)
    assert rig.up(good)["scheme"] == ("transaction" if server.replica_set else "derived identifiers")
    assert database["users"].count_documents({"new": 1}) == USERS
    assert state.status(database, rig.VERSION) == "applied"
    rig.undo(good)
    assert rig.digest(database) == before


MERGE = """
step.merge(db["users"], [{"$project": {"_id": {"c": "$_id"}}}], db["copies"], size=100)
"""
SCHEMES = {
    rig.COPY: ("batches in transactions", "derived identifiers"),
    MERGE: ("derived identifiers", "derived identifiers"),
    rig.COPY + MERGE: ("batches in transactions, derived identifiers", "derived identifiers"),
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
    before = rig.digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert (caught.value.text_id, caught.value.details["seconds"]) == ("migrations.deadline", "1")
    rig.undo(context)
    assert rig.digest(database) == before


KILLS = [("create", 1), ("insert", 1), ("insert", 6), ("insert", 10), ("createIndexes", 1)]


@pytest.mark.parametrize("point", KILLS)
def test_killed_it_is_gone_on_with_at_once_or_taken_back(database: Any, make: Make, point: tuple[str, int]) -> None:
    context, before = make(), rig.digest(database)
    assert rig.Child(context, kill_at=point).end() == {"killed": True}
    assert state.status(database, rig.VERSION) == "running"
    began = time.monotonic()
    done = rig.up(context)
    assert time.monotonic() - began < 20, "an orphaned transaction or lock was waited for"
    assert rig.copied(database)
    assert done["resumed"] == max(0, (point[1] - 1) * SIZE if point[0] == "insert" else done["resumed"])
    assert state.status(database, rig.VERSION) == "applied"
    rig.undo(context)
    assert rig.digest(database) == before
    assert rig.Child(context, kill_at=point).end() == {"killed": True}
    rig.undo(context)
    assert rig.digest(database) == before


def test_killed_while_it_is_taken_back(database: Any, make: Make) -> None:
    context, before = make('step.fill(db["users"], "new", 1)\n' + rig.COPY), rig.digest(database)
    rig.up(context)
    assert rig.Child(context, "undo", kill_at=("update", 2)).end() == {"killed": True}
    rig.undo(context)
    assert rig.digest(database) == before


def test_of_two_runners_one_runs_the_body(database: Any, make: Make) -> None:
    contexts = [make('db["log"].insert_one({})', 'db["log"].drop()', run=f"run-{number}") for number in range(3)]
    results = [child.end() for child in [rig.Child(context) for context in contexts]]
    assert database["log"].count_documents({}) == 1
    assert sorted("seconds" in result for result in results) == [False, False, True]
    assert sum(result.get("already", False) for result in results) == 2


def slept_beyond_its_lease(database: Any, context: Any, call: str, done: dict[str, Any], seen: int = 3 * SIZE) -> None:
    """Stopped before the fourth batch, it wakes up when its work was taken back, and is told that the lock is lost."""
    before = rig.digest(database)
    child = rig.Child(context, stop_at=(call, 4), lease_seconds=2.0)
    assert [child.line(), child.line()] == ["begun", "stopped"]
    assert database[done["in"]].count_documents(done["which"]) == seen
    rig.undo(context)
    assert rig.digest(database) == before
    child.signal(signal.SIGCONT)
    ended = child.end()
    assert ended["error"] == "database_lock.lost", ended
    assert rig.digest(database) == before


@pytest.mark.parametrize(("up", "call"), [(rig.COPY, "insert_many"), (MERGE, "aggregate")], ids=["copy", "merge"])
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
    context = make('step.fill(db["users"], "new", 1)\n' + rig.COPY.splitlines()[1], TRANSACTION=True)
    slept_beyond_its_lease(database, context, "insert_many", {"in": "users", "which": {"new": 1}}, seen=0)


def test_a_runner_that_died_on_another_host_is_replaced_once_its_lease_is_over(
    database: Any, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From here nobody can see that it is dead: its lease alone, by the server's clock, decides."""
    monkeypatch.setattr(operations, "LOCK_WAIT_SECONDS", 0.0)
    context, before, locks = make(), rig.digest(database), database.client["benevoclic_updates"]["locks"]
    assert rig.Child(context, kill_at=("insert", 6)).end() == {"killed": True}
    locks.update_one({"_id": DATABASE}, [{"$set": {"host": "another-host"}}])
    for attempt in (rig.up, rig.undo):
        with pytest.raises(Refused) as caught:
            attempt(context)
        assert (caught.value.text_id, caught.value.details["host"]) == ("database_lock.held", "another-host")
    assert database["copies"].count_documents({}) == 5 * SIZE
    locks.update_one({"_id": DATABASE}, [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}])
    done = rig.up(context)
    assert (done["resumed"], rig.copied(database)) == (5 * SIZE, True)
    rig.undo(context)
    assert rig.digest(database) == before


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
    assert rig.copied(database)


def test_after_a_suspension_nothing_is_written(database: Any, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Jumping()

    def suspend(user: dict[str, Any]) -> None:
        if user["n"] == 3 * SIZE + 1:
            clock.ahead = 3600.0

    monkeypatch.setattr(rig, "HOOKS", [suspend])
    body = "import migration_rig\n" + rig.COPY.replace("lambda user:", "lambda user: migration_rig.HOOKS[0](user) or")
    context, before = make(body, clock=clock), rig.digest(database)
    with pytest.raises(Failed) as caught:
        rig.up(context)
    assert caught.value.text_id == "database_lock.lost"
    assert database["copies"].count_documents({}) <= 4 * SIZE
    rig.undo(context)
    assert rig.digest(database) == before


class Standing(SystemClock):
    """Its monotonic time goes on only by being slept on."""

    slept = 0.0

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_the_pace_of_the_inventory_is_kept_in_either_direction(server: Server, database: Any, tmp_path: Path) -> None:
    clock, sources = (
        Standing(),
        {rig.FILE: rig.source(rig.COPY, 'for batch in step.batches(db["users"], size=100): pass')},
    )
    run = {"uri": server.uri, "database": DATABASE, "sources": sources, "clock": clock}
    limited = rig.context_of(**run, folder=tmp_path / "runs" / "limited", migration_documents_per_second=400)
    rig.up(limited)
    assert (rig.copied(database), clock.slept) == (True, pytest.approx(USERS / 400))
    rig.undo(limited)
    assert clock.slept == pytest.approx(2 * USERS / 400)
    rig.up(rig.context_of(**run, folder=tmp_path / "runs" / "free", migration_documents_per_second=0))
    assert clock.slept == pytest.approx(2 * USERS / 400)


def test_an_account_that_may_not_is_told(server: Server, database: Any, tmp_path: Path) -> None:
    own = {"role": "readWrite", "db": "benevoclic_updates"}
    before = rig.digest(database)
    for role, up, expected in (
        ("read", rig.COPY, "mongo.privilege"),
        ("readWrite", 'step.set_validator(db["users"], {"n": {"$exists": True}})', "migrations.up_failed"),
    ):
        uri = server.add_user(role, [{"role": role, "db": DATABASE}, own])
        context = rig.context_of(uri, DATABASE, tmp_path / "runs" / role, {rig.FILE: rig.source(up)})
        with pytest.raises(Failed) as caught:
            rig.up(context)
        assert caught.value.text_id == expected
        assert "not authorized" in explain(caught.value, "en")["text"]
        rig.undo(context)
    assert rig.digest(database) == before
