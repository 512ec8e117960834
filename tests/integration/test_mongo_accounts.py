# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles that the documentation asks for are enough, and what is missing is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import backups
import nasty
import pytest
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint, privileges

DATABASE = "guarded"
OPERATOR = ["backup", "restore", "clusterMonitor"]
LOCK: list[Any] = [{"role": "readWrite", "db": "benevoclic_updates"}]
OWN = [{"role": "readWrite", "db": DATABASE}, {"role": "dbAdmin", "db": DATABASE}, *LOCK]


@pytest.fixture(scope="module")
def server(replica_set: Server) -> Iterator[Server]:
    with replica_set.client() as client:
        nasty.fill(client[DATABASE], documents=200)
    yield replica_set
    replica_set.drop_database(DATABASE)


def test_the_documented_roles_suffice(server: Server, tmp_path: Path) -> None:
    uri = server.add_user("operator", [*OPERATOR, *OWN])
    proved = privileges.preflight_privileges(uri, DATABASE, migrates=True)
    assert f"createIndex on {DATABASE}" in proved
    manifest = backups.take(backups.source(uri, DATABASE), tmp_path)
    assert manifest["fingerprint"]["digest"] == fingerprint.of_uri(server.uri, DATABASE)["digest"]


def missing(server: Server, name: str, roles: list[Any], *, migrates: bool = True) -> str:
    with pytest.raises(Refused) as caught:
        privileges.preflight_privileges(server.add_user(name, roles), DATABASE, migrates=migrates)
    assert caught.value.text_id == "mongo.privileges_missing"
    return str(caught.value.details["missing"])


def test_what_is_missing_is_named(server: Server) -> None:
    assert missing(server, "reader", [{"role": "read", "db": DATABASE}]).startswith("insert, update, remove")
    assert missing(server, "writer", [{"role": "readWrite", "db": DATABASE}]) == "collMod"
    assert missing(server, "lockless", [*OPERATOR, *OWN[:2]]) == "update, remove"
    assert "find" in missing(server, "stranger", [{"role": "read", "db": "elsewhere"}], migrates=False)


def test_time_series_need_more_than_the_role_read(server: Server) -> None:
    found = missing(server, "keeper", [{"role": "read", "db": DATABASE}], migrates=False)
    assert found == "find on system.buckets.measures"


def test_backups_alone_need_no_right_to_change(server: Server, tmp_path: Path) -> None:
    uri = server.add_user("archivist", ["backup", "clusterMonitor", *LOCK])
    assert privileges.preflight_privileges(uri, DATABASE, migrates=False)
    assert backups.take(backups.source(uri, DATABASE), tmp_path)["users"] is not None


def test_no_account_at_all(server: Server) -> None:
    with pytest.raises(Failed) as caught:
        privileges.preflight_privileges(f"mongodb://127.0.0.1:{server.port}/", DATABASE)
    assert caught.value.text_id == "mongo.privilege"


def test_size_is_that_of_the_documents(server: Server) -> None:
    with server.client() as client:
        client["sized"]["some"].insert_many([{"fill": "x" * 1000} for _ in range(100)])
    try:
        size = privileges.size_on_disk(server.uri, "sized")
    finally:
        server.drop_database("sized")
    assert 100_000 < size["data"] < 110_000
    assert set(size) == {"data", "storage", "indexes"}
