# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lock a database: by the server's time, taken over from the dead, lost when it is not renewed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import client as connections
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.database_lock import Lease, hold

HOLDER = """
import sys, time
from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.database_lock import hold
import pymongo
uri, database, seconds, transaction = sys.argv[1:5]
with hold(uri, database, "migration", SystemClock(), run_id="r1", lease_seconds=float(seconds)) as lease:
    if transaction == "yes":
        client = lease.session.client
        lease.session.start_transaction()
        client[database]["data"].update_one({"_id": 1}, {"$inc": {"n": 1}}, session=lease.session)
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module", params=["replica_set", "standalone"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    yield request.getfixturevalue(request.param)
    request.getfixturevalue(request.param).drop_database(connections.OWN_DATABASE)


def locked(server: Server, database: str, **options):
    return hold(server.uri, database, "backup", SystemClock(), **options)


def holder(server: Server, database: str, seconds: float = 30.0, *, transaction: bool = False) -> subprocess.Popen:
    argv = [sys.executable, "-c", HOLDER, server.uri, database, str(seconds), "yes" if transaction else "no"]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def pretend(server: Server, database: str, **fields) -> None:
    with server.client() as client:
        client[connections.OWN_DATABASE]["locks"].update_one({"_id": database}, {"$set": fields})


def test_a_second_holder_is_refused_and_told_who_has_it(server: Server) -> None:
    with locked(server, "a", run_id="run-7"), pytest.raises(Refused) as caught, locked(server, "a"):
        pass
    details = caught.value.details
    assert (details["work"], details["run_id"], details["host"]) == ("backup", "run-7", os.uname().nodename)
    assert details["since"] < details["until"]
    with locked(server, "a"):
        pass


def test_other_databases_are_free(server: Server) -> None:
    with locked(server, "a"), locked(server, "b"):
        pass


def test_of_many_at_once_one_holds_it(server: Server) -> None:
    inside, most, taken, guard = 0, 0, 0, threading.Lock()

    def race() -> None:
        nonlocal inside, most, taken
        for _round in range(12):
            try:
                with locked(server, "races"):
                    with guard:
                        inside, taken = inside + 1, taken + 1
                        most = max(most, inside)
                    with guard:
                        inside -= 1
            except Refused:
                continue

    racers = [threading.Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert most == 1
    assert taken >= 12


def test_one_waits_for_the_other(server: Server) -> None:
    first = locked(server, "waiting")
    first.__enter__()
    threading.Timer(0.3, lambda: first.__exit__(None, None, None)).start()
    with locked(server, "waiting", wait_seconds=20.0) as lease:
        lease.check()


def test_a_dead_holder_of_this_host_is_replaced_at_once(server: Server) -> None:
    process = holder(server, "dead")
    kill(process)
    with locked(server, "dead") as lease:
        lease.check()


def test_a_holder_elsewhere_keeps_it_until_its_lease_ends(server: Server) -> None:
    process = holder(server, "elsewhere", 1.5)
    kill(process)
    pretend(server, "elsewhere", host="another-host")
    with pytest.raises(Refused), locked(server, "elsewhere"):
        pass
    with locked(server, "elsewhere", wait_seconds=20.0) as lease:
        lease.check()


def test_it_is_renewed_while_its_holder_lives(server: Server) -> None:
    with locked(server, "renewed", lease_seconds=0.6) as lease:
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            with pytest.raises(Refused), locked(server, "renewed"):
                pass
            time.sleep(0.1)
        lease.check()


def until_lost(lease: Lease) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        lease.check()
        time.sleep(0.05)


def test_a_holder_that_was_replaced_notices(server: Server) -> None:
    with locked(server, "stolen", lease_seconds=0.6) as lease:
        pretend(server, "stolen", token="somebody else")
        with pytest.raises(Failed) as caught:
            until_lost(lease)
    assert caught.value.text_id == "database_lock.lost"
    with server.client() as client:
        assert client[connections.OWN_DATABASE]["locks"].delete_one({"_id": "stolen"}).deleted_count == 1


def test_an_orphaned_transaction_does_not_block_the_successor(replica_set: Server) -> None:
    with replica_set.client() as client:
        client["orphan"]["data"].insert_one({"_id": 1, "n": 0})
    process = holder(replica_set, "orphan", transaction=True)
    kill(process)
    began = time.monotonic()
    try:
        with locked(replica_set, "orphan"), replica_set.client() as client:
            client["orphan"]["data"].update_one({"_id": 1}, {"$inc": {"n": 10}})
            assert client["orphan"]["data"].find_one({"_id": 1})["n"] == 10
        assert time.monotonic() - began < 10
    finally:
        replica_set.drop_database("orphan")


def test_an_account_that_may_not_lock_is_told(server: Server) -> None:
    uri = server.add_user("reader", [{"role": "read", "db": "a"}])
    with pytest.raises(Failed) as caught, hold(uri, "a", "backup", SystemClock()):
        pass
    assert caught.value.text_id == "mongo.privilege"
