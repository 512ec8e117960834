# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of a real server: whole or absent, at one moment, and readable by stock mongorestore."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import tarfile
import threading
from pathlib import Path

import backups
import nasty
import pytest
from mongo_tools import mongorestore
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint, raw
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.manifest import check_files

DATABASE = "nasty"
AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


@pytest.fixture(scope="module")
def filled(server: Server):
    with server.client() as client:
        client.drop_database(DATABASE)
        nasty.fill(client[DATABASE])
    yield server
    server.drop_database(DATABASE)


def take(server: Server, folder: Path, config=(), uri: str | None = None, database: str = DATABASE) -> dict:
    return backups.take(backups.source(uri or server.uri, database), folder, config=config)


def test_stock_mongorestore_brings_it_all_back(filled: Server, tmp_path: Path) -> None:
    manifest = take(filled, tmp_path)
    before = fingerprint.of_uri(filled.uri, DATABASE)
    assert manifest["fingerprint"]["digest"] == before["digest"]
    target = Server(replica_set=False)
    try:
        target.start().set_up()
        mongorestore(target, backups.archive_of(tmp_path, manifest))
        after = fingerprint.of_uri(target.uri, DATABASE)
        with target.client() as client:
            assert client[DATABASE]["types"].count_documents({}) == len(nasty.every_type()) + 2
            assert client[DATABASE]["measures"].count_documents({"sensor": 1}) == 167
    finally:
        target.remove()
    assert after["collections"] == before["collections"]
    assert after["digest"] == before["digest"]


def test_the_manifest_tells_what_is_there(filled: Server, tmp_path: Path) -> None:
    env = tmp_path / "app.env"
    env.write_text("SECRET=1\n")
    manifest = take(filled, tmp_path / "backups", [{"path": "/srv/app/.env", "copy": str(env), "mode": "0640"}])
    folder = tmp_path / "backups" / manifest["id"]
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    assert manifest["kind"] == "pre_update"
    assert manifest["id"].endswith("Z-pre_update-1.1.0")
    assert check_files(folder) == manifest
    counts = {collection["name"]: collection["documents"] for collection in manifest["collections"]}
    assert counts["users"] == 5000
    assert counts["capped"] == 100
    assert counts["adults"] == 0
    assert manifest["server_version"] == "6.0.5"
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert on_disk == {entry["path"] for entry in manifest["files"]} | {"manifest.json"}
    assert manifest["bytes"] == sum((folder / entry["path"]).stat().st_size for entry in manifest["files"])
    with tarfile.open(folder / "config.tar.gz") as archive:
        member = archive.getmember("srv/app/.env")
        assert member.mode == 0o640
        assert archive.extractfile(member).read() == b"SECRET=1\n"


def test_nobody_else_can_read_it(filled: Server, tmp_path: Path) -> None:
    manifest = take(filled, tmp_path / "new" / "backups")
    for path in [tmp_path / "new" / "backups", *(tmp_path / "new" / "backups" / manifest["id"]).rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_consistency_is_stated(filled: Server, tmp_path: Path) -> None:
    consistency = take(filled, tmp_path)["consistency"]
    if filled.replica_set:
        assert consistency["cluster_time"]
        assert consistency["exceptions"] == ["capped"]
    else:
        assert consistency["cluster_time"] is None
        assert "users" in consistency["exceptions"]
    assert consistency["point_in_time"] is False


def test_one_moment_under_transactions(replica_set: Server, tmp_path: Path) -> None:
    """Each transaction writes both collections; a dump of two moments would have broken pairs."""
    stop = threading.Event()

    def write() -> None:
        with replica_set.client() as client, client.start_session() as session:
            number = 0
            while not stop.is_set():
                with session.start_transaction():
                    client["pairs"]["left"].insert_one({"_id": number, "fill": "x" * 500}, session=session)
                    client["pairs"]["right"].insert_one({"_id": number, "fill": "y" * 500}, session=session)
                number += 1

    with replica_set.client() as client:
        for name in ("left", "right"):
            client["pairs"].create_collection(name)
            client["pairs"][name].insert_many([{"_id": -number, "fill": "z" * 500} for number in range(1, 20000)])
    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifests = [take(replica_set, tmp_path, database="pairs") for _ in range(20)]
    finally:
        stop.set()
        writer.join()
        replica_set.drop_database("pairs")
    for manifest in manifests:
        left, right = manifest["collections"]
        assert left["documents"] == right["documents"] > 20000 - 2
        assert manifest["consistency"]["point_in_time"] is True
        # The fingerprint is of the same moment as the dump.
        assert manifest["fingerprint"]["collections"]["left"]["documents"] == left["documents"]


def fails(expected: str, *arguments, **options) -> str:
    with pytest.raises((Failed, BadInput)) as caught:
        take(*arguments, **options)
    assert caught.value.text_id == expected
    return explain(caught.value, "fr")["text"]


def test_wrong_password_says_so_without_it(filled: Server, tmp_path: Path) -> None:
    said = fails("mongo.credentials", filled, tmp_path, uri=filled.uri_of("admin", "hunter2hunter2"))
    assert "hunter2" not in said
    assert f"127.0.0.1:{filled.port}" in said
    assert list(tmp_path.iterdir()) == []


def test_malformed_uri_does_not_show_the_password(tmp_path: Path, standalone: Server) -> None:
    said = fails("mongo.uri", standalone, tmp_path, uri="mongodb://root:hunter2/secret@db:port/")
    assert "hunter2" not in said
    assert "secret" not in said


def test_missing_privilege(filled: Server, tmp_path: Path) -> None:
    uri = filled.add_user("reader", [{"role": "read", "db": "elsewhere"}])
    said = fails("mongo.privilege", filled, tmp_path, uri=uri)
    assert "not authorized on nasty" in said
    assert list(tmp_path.iterdir()) == []


def test_server_down(tmp_path: Path) -> None:
    gone = Server(replica_set=False)
    try:
        said = fails("mongo.unreachable", gone, tmp_path)
    finally:
        gone.remove()
    assert "Connection refused" in said


def test_disk_full_leaves_nothing(filled: Server, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run([*AS_ROOT, "mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(small)], check=True)
    try:
        said = fails("mongo.disk", filled, small)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run([*AS_ROOT, "umount", str(small)], check=True)
    assert "No space left on device" in said


def test_server_killed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = Server(replica_set=True)
    genuine = raw.parse

    def parse(reply: bytes):
        victim.kill()
        return genuine(reply)

    try:
        with victim.start().set_up().client() as client:
            client[DATABASE]["users"].insert_many([{"n": number} for number in range(10000)])
        monkeypatch.setattr(raw, "parse", parse)
        fails("mongo.unreachable", victim, tmp_path)
    finally:
        victim.remove()
    assert list(tmp_path.iterdir()) == []


def test_collection_dropped_meanwhile(replica_set: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would read as empty, without an error."""
    genuine = raw.read

    def read(*arguments, **options):
        with replica_set.client() as client:
            client["moving"]["second"].drop()
        return genuine(*arguments, **options)

    with replica_set.client() as client:
        for name in ("first", "second"):
            client["moving"][name].insert_one({"a": 1})
    monkeypatch.setattr(raw, "read", read)
    try:
        assert "second" in fails("mongo.changed_meanwhile", replica_set, tmp_path, database="moving")
    finally:
        replica_set.drop_database("moving")
    assert list(tmp_path.iterdir()) == []
