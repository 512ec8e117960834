# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that lose their server, killed or stepped down: gone on with or taken back, to the bit."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import client as connections

DATABASE = "failing"
ADD, SUBTRACT = rig.adding(1, rig.SIZE), rig.adding(-1, rig.SIZE)


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
    sources = {rig.FILE: rig.source(rig.COPY)}
    context = rig.context_of(own_server.uri, DATABASE, tmp_path / "runs" / "run-1", sources)
    with own_server.client() as client:
        before = rig.digest(rig.filled(client, DATABASE))
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
        assert rig.copied(client[DATABASE])
        rig.undo(context)
        assert rig.digest(client[DATABASE]) == before


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
        database = rig.filled(client, DATABASE)
        before = rig.digest(database)
        sources = {rig.FILE: rig.source(rig.COPY + ADD, SUBTRACT + "step.reverse()")}
        context = rig.context_of(members.uri, DATABASE, tmp_path / "runs" / "run-1", sources)
        for stop in (4, 8):
            child = rig.Child(context, stop_at=stop)
            assert [child.line(), child.line()] == ["begun", "stopped"]
            client.admin.command({"replSetStepDown": 60, "secondaryCatchUpPeriodSecs": 30})
            child.signal(signal.SIGCONT)
            done = child.end()
            assert "seconds" in done, done
            assert sorted(document["n"] for document in database["copies"].find()) == list(range(rig.USERS))
            assert [user["n"] for user in database["users"].find(sort=[("_id", 1)])] == list(range(1, rig.USERS + 1))
            rig.undo(context)
            assert rig.digest(database) == before
