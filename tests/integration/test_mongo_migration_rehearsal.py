# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal does not lie: it runs everything on a restored copy, tells what it found, and touches nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import migration_rig as rig
import pytest
from demo_stack import docker
from mongo_container import ContainerServer
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import outlook, planned, rehearsal
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Wish
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup_set, dump, fingerprint, leftovers
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import rehearsal as places
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext

DATABASE = "rehearsed"
USERS = 600
DEMO = Path(__file__).parents[2] / "demo" / "migrations" / "20240815_001_add_user_preferences.py"


PROJECT = f"rehearsal-{secrets.token_hex(4)}"
SERVICE = {"mongo": {"project": PROJECT, "directory": "/nowhere", "files": ["compose.yml"], "updatable": False}}
BESIDE = ("replica_set", "standalone")


@pytest.fixture(scope="module")
def contained(platform: None) -> Iterator[Server]:
    """A server that is a service of a Compose project: rehearsals get a throwaway one of the same image."""
    server = ContainerServer(PROJECT)
    try:
        yield server.start().set_up()
    finally:
        server.remove()


@pytest.fixture(scope="module", params=[*BESIDE, "contained"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "IN_CONTAINER", Path("/nowhere"))
        yield request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def backup(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A set of the database as it is."""
    folder = tmp_path_factory.mktemp("backups")
    with server.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"_id": n, "name": f"user {n}"} for n in range(USERS)])
    clock = SystemClock()
    source = dump.Source(server.uri, DATABASE, SubprocessRunner(clock), clock, Silent(), engine="native")
    made = backup_set.take(
        backup_set.Purpose("manual", "small", "dev"), lambda root: dump.write(source, root), DATABASE, folder, [], clock,
        prove=lambda _folder, _content: backup_set.UNPROVEN,
    )  # fmt: skip
    yield folder / made["id"]
    server.drop_database(DATABASE)
    with server.client() as client:
        rig.forget(client, DATABASE)


def context(server: Server, folder: Path, *sources: tuple[str, str]) -> HostContext:
    where = {"services": SERVICE, "service": "mongo"} if isinstance(server, ContainerServer) else {}
    return rig.context_of(server.uri, DATABASE, folder / "runs" / "run-1", dict(sources), **where)


def throwaway(backup: Path) -> str:
    """The containers of rehearsals on copies of ``backup``."""
    listed = docker("ps", "--all", "--filter", f"label={leftovers.LABEL}", "--format", "{{.Names}} {{.Labels}}")
    return "\n".join(line for line in listed.splitlines() if str(backup.parent) in line)


def everything(server: Server) -> dict[str, Any]:
    """All databases but the server's own, to the bit."""
    with server.client() as client:
        names = [name for name in client.list_database_names() if name not in ("admin", "config", "local")]
        own = list(client["benevoclic_updates"]["migration_checkpoints"].find({"_id": {"$not": {"$regex": "//run$"}}}))
        return {
            name: fingerprint.of_database(client, name)["digest"] for name in names if name != "benevoclic_updates"
        } | {"own": own}


def test_what_it_promises(server: Server, backup: Path, tmp_path: Path) -> None:
    second = ("20250101_001_second.py", rig.source('step.rename_field(db["users"], "name", "label")', TRANSACTION=True))
    third = (
        "20250102_001_third.py",
        rig.source('db["users"].drop()', REVERSIBLE=False).replace("20250101_001", "20250102_001"),
    )
    run, before = context(server, tmp_path, (DEMO.name, DEMO.read_text()), second, third), everything(server)
    found = rehearsal.rehearse(run, planned.pending(run), backup)
    assert everything(server) == before
    assert list(backup.parent.iterdir()) == [backup]
    place = "container" if isinstance(server, ContainerServer) else "database"
    assert (found["backup_id"], found["place"], throwaway(backup)) == (backup.name, place, "")
    first, renamed, dropped = found["migrations"]
    assert first["collections"] == {"preferences": {"before": 0, "after": USERS}}
    assert renamed["collections"] == {"users": {"before": USERS, "after": USERS}}
    assert dropped["collections"] == {"users": {"before": USERS, "after": 0}}
    assert [one["round_trip"] for one in found["migrations"]] == ["identical", "identical", "irreversible"]
    assert (first["done"], renamed["scheme"] == "transaction") == (USERS, server.replica_set)
    assert found["estimate_seconds"] == pytest.approx(sum(one["seconds"] for one in found["migrations"]), abs=0.01)
    assert dropped["down_seconds"] is None
    assert first["again_seconds"] > 0


@pytest.mark.parametrize(
    ("up", "down", "said"),
    [
        ("1 / 0", "pass", "migrations.up_failed"),
        ('db["users"].update_one({"_id": 1}, {"$set": {"a": 1}})', "1 / 0", "migrations.down_failed"),
        ('db["users"].update_one({"_id": 1}, {"$set": {"a": 1}})', "pass", "migrations.round_trip"),
    ],
)
def test_a_body_that_is_wrong_fails_it(
    server: Server, backup: Path, tmp_path: Path, up: str, down: str, said: str
) -> None:
    fails(server, backup, tmp_path, rig.source(up, down), said)


@pytest.mark.parametrize("server", ["replica_set"], indirect=True)
def test_a_body_that_hangs_fails_it(server: Server, backup: Path, tmp_path: Path) -> None:
    fails(server, backup, tmp_path, rig.source("while True: pass", "pass", DEADLINE_SECONDS=1), "migrations.deadline")


def fails(server: Server, backup: Path, tmp_path: Path, source: str, said: str) -> None:
    """It does, with this error, and leaves nothing."""
    run, before = context(server, tmp_path, ("20250101_001_wrong.py", source)), everything(server)
    with pytest.raises(Failed) as caught:
        rehearsal.rehearse(run, planned.pending(run), backup)
    error: Any = caught.value.details.get("cause", caught.value)
    assert error.text_id == said
    assert everything(server) == before
    assert (list(backup.parent.iterdir()), throwaway(backup)) == ([backup], "")


def test_what_a_killed_one_left_is_removed_by_the_next(server: Server, backup: Path, tmp_path: Path) -> None:
    deadly = ("20250101_001_deadly.py", rig.source("import os\nos.kill(os.getpid(), 9)", "pass"))
    run, before = context(server, tmp_path / "killed", deadly), everything(server)
    assert rig.Child(run, "rehearse", set_folder=backup).end() == {"killed": True}
    assert len(list(backup.parent.iterdir())) == 2
    assert bool(throwaway(backup)) == isinstance(server, ContainerServer)
    harmless = context(server, tmp_path / "next", ("20250101_001_harmless.py", rig.source("pass", "pass")))
    rig.rehearse(harmless, backup)
    assert everything(server) == before
    assert (list(backup.parent.iterdir()), throwaway(backup)) == ([backup], "")


def test_the_real_thing_ends_with_the_fingerprints_it_promised(server: Server, backup: Path, tmp_path: Path) -> None:
    """Times that a migration writes differ each time; any other difference is noticed."""
    exact = ("20250101_001_exact.py", rig.source('step.fill(db["users"], "town", "Lyon")'))
    run = context(server, tmp_path, (DEMO.name, DEMO.read_text()), exact)
    first, second = [one["fingerprints"] for one in rig.rehearse(run, backup)["migrations"]]
    assert (first["varying"], second["varying"]) == (["preferences"], ["preferences"])
    with server.client() as client:
        users = client[DATABASE]["users"]

        def seen(*varying: str) -> str:
            return rehearsal.digest(rehearsal.content_of(client, DATABASE), varying)

        assert seen() == first["before"]
        rig.up(run, 0)
        assert seen("preferences") == first["after"] == second["before"]
        rig.up(run, 1)
        assert seen("preferences") == second["after"]
        users.update_one({"_id": 7}, {"$set": {"name": "User 7"}})
        assert seen("preferences") != second["after"]
        users.update_one({"_id": 7}, {"$set": {"name": "user 7"}})
        rig.undo(run, 1)
        rig.undo(run, 0)
        assert seen() == first["before"]


@pytest.mark.parametrize("server", ["replica_set"], indirect=True)
def test_the_plan_of_the_real_thing_shows_the_newest_of_this_very_file(
    server: Server, backup: Path, tmp_path: Path
) -> None:
    def shown(source: str) -> dict[str, Any]:
        return outlook.look(server.uri, DATABASE, {DEMO.name: source.encode()}, Wish(), lint=False).rehearsals

    with server.client() as client:
        rig.forget(client, DATABASE)
    assert shown(DEMO.read_text()) == {}
    run = context(server, tmp_path, (DEMO.name, DEMO.read_text()))
    rig.rehearse(run, backup)
    found = rig.rehearse(run, backup)["migrations"][0]
    (told,) = shown(DEMO.read_text()).values()
    assert {key: told[key] for key in rehearsal.REMEMBERED} == {key: found[key] for key in rehearsal.REMEMBERED}
    assert (told["backup_id"], told["run_id"]) == (backup.name, run.run_id)
    assert shown(DEMO.read_text() + "\n") == {}, "another file of the same version was never rehearsed"


@pytest.mark.parametrize("server", ["replica_set"], indirect=True)
def test_its_estimate_knows_the_pace_of_the_inventory(server: Server, backup: Path, tmp_path: Path) -> None:
    run = context(server, tmp_path, (DEMO.name, DEMO.read_text()))
    run.plan["definition"]["mongodb"]["migration_documents_per_second"] = 2
    assert rig.rehearse(run, backup)["estimate_seconds"] >= USERS / 2


def test_a_spoiled_backup_is_no_ground(server: Server, backup: Path, tmp_path: Path) -> None:
    run = context(server, tmp_path, (DEMO.name, DEMO.read_text()))
    archive = backup / "database.archive.gz"
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-20])
    try:
        with pytest.raises(Failed):
            rehearsal.rehearse(run, planned.pending(run), backup)
    finally:
        archive.write_bytes(whole)


def test_a_run_without_a_backup_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        rehearsal.backup_of_run(context(server, tmp_path, (DEMO.name, DEMO.read_text())), [])
    assert caught.value.text_id == "migrations.no_backup"


def test_going_back_is_rehearsed_too(server: Server, backup: Path, tmp_path: Path) -> None:
    """What is not applied in the copy has nothing to take back; a ``down`` that fails is told."""
    name = "20250101_001_back.py"
    for down, said in (
        ('db["users"].update_one({"_id": 1}, {"$unset": {"a": 1}})', None),
        ("1 / 0", "migrations.down_failed"),
    ):
        run = context(server, tmp_path, (name, rig.source("pass", down)))
        before = everything(server)
        if said is None:
            found = rehearsal.rehearse(run, [], backup, planned.planned(run))
            assert [one["version"] for one in found["undo"]] == [rig.VERSION]
        else:
            with pytest.raises(Failed) as caught:
                rehearsal.rehearse(run, [], backup, planned.planned(run))
            assert caught.value.details["cause"].text_id == said
        assert everything(server) == before
