# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each engine's archive of a nasty database, restored by stock mongorestore and by ours: the same as before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import backups
import nasty
import pytest
from mongo_container import ContainerServer
from mongo_tools import mongorestore
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.load import Target, load
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.rehearsal import expectations

DATABASE = "nasty"
LOADED = "nasty_loaded"
MANY = 1000


class Made(NamedTuple):
    """A set, its archive, and the fingerprint of the database that it is of."""

    manifest: dict[str, Any]
    archive: Path
    before: dict[str, Any]


@pytest.fixture(scope="module")
def contained(platform: None) -> Iterator[ContainerServer]:
    """A server in a container, with the nasty database in it."""
    server = ContainerServer()
    try:
        with server.start().set_up().client() as client:
            nasty.fill(client[DATABASE])
            nasty.add_largest(client[DATABASE])
            nasty.add_accounts(client[DATABASE])
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module", params=["native", "mongodump_container", "mongodump_host"])
def made(request: pytest.FixtureRequest, contained: ContainerServer, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A set by each engine."""
    folder = tmp_path_factory.mktemp(request.param)
    before = fingerprint.of_uri(contained.uri, DATABASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", backups.path_with_tools())
        manifest = backups.take(backups.source(contained.uri, DATABASE, request.param, contained.container), folder)
    assert manifest["engine"]["name"] == request.param
    return Made(manifest, backups.archive_of(folder, manifest), before)


def test_stock_mongorestore_brings_it_all_back(made: Made, standalone: Server) -> None:
    standalone.drop_database(DATABASE)
    try:
        mongorestore(standalone, made.archive, f"--nsInclude={DATABASE}.*")
        after = fingerprint.of_uri(standalone.uri, DATABASE)
    finally:
        standalone.drop_database(DATABASE)
    assert after["collections"] == made.before["collections"]
    assert after["digest"] == made.before["digest"]


def test_ours_brings_it_all_back(made: Made, standalone: Server) -> None:
    target = Target(standalone.uri, LOADED, rename=str, views=True)
    try:
        loaded = load(made.archive, target, expectations(made.manifest), backups.CLOCK, Silent())
        after = fingerprint.of_uri(standalone.uri, LOADED)
        with standalone.client() as client:
            twice = client[LOADED].get_collection("types", codec_options=nasty.AS_BYTES).find_one({"_id": 65535})
    finally:
        standalone.drop_database(LOADED)
    assert after["collections"] == made.before["collections"]
    assert after["digest"] == made.before["digest"]
    assert twice.raw == nasty.TWICE
    assert loaded.collections["capped"]["documents"] == 100


def test_the_manifest_counts_what_is_there(made: Made) -> None:
    of_source = made.before["collections"]
    told = {item["name"]: (item["documents"], item["bytes"]) for item in made.manifest["collections"]}
    assert told == {name: (entry["documents"], entry["bytes"]) for name, entry in of_source.items()}
    assert made.manifest["users"] == {"users": 1, "roles": 1}


def test_stock_mongorestore_brings_the_accounts_back(made: Made, standalone: Server) -> None:
    try:
        mongorestore(standalone, made.archive, f"--db={DATABASE}", "--restoreDbUsersAndRoles")
        with standalone.client() as client:
            found = client[DATABASE].command("usersInfo", "benevole")["users"][0]
            roles = client[DATABASE].command("rolesInfo", "auditor")["roles"]
    finally:
        with standalone.client() as client:
            client[DATABASE].command("dropAllUsersFromDatabase")
            client[DATABASE].command("dropAllRolesFromDatabase")
        standalone.drop_database(DATABASE)
    assert {role["role"] for role in found["roles"]} == {"readWrite", "auditor"}
    assert [role["role"] for role in roles] == ["auditor"]


def test_a_thousand_collections(tmp_path: Path) -> None:
    """On a server of their own, which is gone sooner than they are dropped."""
    server = Server(replica_set=False)
    try:
        with server.start().set_up().client() as client:
            for number in range(MANY):
                client["many"][f"collection {number}"].insert_one({"_id": number})
        manifest = backups.take(backups.source(server.uri, "many"), tmp_path)
        target = Target(server.uri, "many_loaded", rename=str)
        load(backups.archive_of(tmp_path, manifest), target, expectations(manifest), backups.CLOCK, Silent())
        after = fingerprint.of_uri(server.uri, "many_loaded")
    finally:
        server.remove()
    assert len(manifest["collections"]) == MANY
    assert after["digest"] == manifest["fingerprint"]["digest"]


@pytest.mark.parametrize("engine", ["native", "mongodump_host"])
def test_an_empty_database(engine: str, standalone: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", backups.path_with_tools())
    manifest = backups.take(backups.source(standalone.uri, "nothing", engine), tmp_path)
    target = Target(standalone.uri, "nothing_loaded", rename=str)
    loaded = load(backups.archive_of(tmp_path, manifest), target, expectations(manifest), backups.CLOCK, Silent())
    assert (manifest["collections"], loaded.collections) == ([], {})
    mongorestore(standalone, backups.archive_of(tmp_path, manifest), "--nsInclude=nothing.*")
