# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores on a real server: all of it or nothing, nothing of the old data lost, and taken back to the last byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nasty
import pytest
from mongod import Server
from restore_site import SERVING, RestoreSite

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import (
    BadInput,
    EngineError,
    Failed,
    Refused,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._locale import explain
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import aside, fingerprint, manifest, restore

DATABASE = "restored"
DOCUMENTS = 200


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A replica set, or what a test asks for."""
    server = request.getfixturevalue(getattr(request, "param", "replica_set"))
    yield server
    server.drop_database(DATABASE)


on_both = pytest.mark.parametrize("server", ["replica_set", "standalone"], indirect=True)


@pytest.fixture
def site(server: Server, tmp_path: Path) -> RestoreSite:
    with server.client() as client:
        client.drop_database(DATABASE)
        nasty.fill(client[DATABASE], DOCUMENTS)
        client[DATABASE]["system.js"].insert_one({"_id": "f", "value": "old"})
    return RestoreSite(server, DATABASE, tmp_path)


def spoil(site: RestoreSite) -> None:
    """Everything changes, in kind as well."""
    with site.server.client() as client:
        database = client[DATABASE]
        database["users"].update_many({}, {"$set": {"name": "nobody"}})
        database["users"].drop_index("email_1")
        database["types"].delete_many({})
        database["measures"].insert_one({"at": nasty.NOW, "sensor": 9, "v": 9.0})
        database["adults"].drop()
        database.create_collection("adults", viewOn="types", pipeline=[])
        database["capped"].drop()
        database["capped"].insert_one({"now": "a plain collection"})
        database["collated"].drop()
        database.create_collection("collated", viewOn="users", pipeline=[])
        database["system.js"].update_one({"_id": "f"}, {"$set": {"value": "new"}})
        database["later"].insert_one({"made": "after the backup"})
        database.create_collection("later series", timeseries={"timeField": "at"})
        database["later series"].insert_one({"at": nasty.NOW})
        database.create_collection("later view", viewOn="later", pipeline=[])


def confirmation(site: RestoreSite, backup_id: str, collections: tuple[str, ...] = ()) -> str | None:
    """What --check says."""
    wish = restore.Wish(backup_id, collections)
    seen = restore.inspect(site.definition, wish, SERVING, site.server.uri, Silent()).data()
    return seen["confirm"]


@on_both
def test_all_of_it_comes_back_and_what_was_there_is_kept(site: RestoreSite) -> None:
    before = site.look()
    backup_id = site.back_up()
    spoil(site)
    spoiled = site.look()
    done = site.restore(backup_id, confirm=confirmation(site, backup_id))
    assert site.look() == before
    assert site.prepared() == []
    kept = site.kept()
    with site.server.client() as client:
        assert client[DATABASE][kept["users"].name].count_documents({"name": "nobody"}) == DOCUMENTS
        assert client[DATABASE][kept["later"].name].find_one()["made"] == "after the backup"
        assert client[DATABASE][kept["measures"].name].count_documents({"sensor": 9}) == 1
        assert client[DATABASE][kept["later series"].name].count_documents({}) == 1
    actions = {row["name"]: row["action"] for row in done["collections"]}
    assert actions["users"] == "replaced"
    assert actions["later"] == actions["later view"] == "set_aside"
    assert {name for name, facts in spoiled.items() if facts["type"] != "view"} - {"collated", "adults"} == set(kept)


def test_what_was_restored_is_taken_back(site: RestoreSite) -> None:
    backup_id = site.back_up()
    spoil(site)
    spoiled = site.look()
    with site.open() as run:
        wish = restore.Wish(backup_id, confirm=confirmation(site, backup_id))
        restore.carry_out(run, wish, SERVING)
        with site.server.client() as client:
            client[DATABASE]["users"].insert_one({"name": "written after the restore"})
        assert site.look() != spoiled
        assert site.take_back(run) == "rolled_back"
    assert site.look() == spoiled
    assert site.prepared() == []
    back = {one.collection: one.name for one in aside.kept(site.server.uri, DATABASE) if one.state == aside.TAKEN_BACK}
    with site.server.client() as client:
        assert client[DATABASE][back["users"]].count_documents({"name": "written after the restore"}) == 1


def test_a_part_comes_back_and_the_rest_stays(site: RestoreSite) -> None:
    before, backup_id = site.look(), site.back_up()
    spoil(site)
    spoiled = site.look()
    part = ("users", "measures", nasty.LONG_NAME)
    done = site.restore(backup_id, collections=part, confirm=confirmation(site, backup_id, part))
    after = site.look()
    assert {name: after[name] for name in part} == {name: before[name] for name in part}
    others = spoiled.keys() - set(part)
    assert {name: after[name] for name in others} == {name: spoiled[name] for name in others}
    assert {row["name"] for row in done["collections"]} == set(part) == set(site.kept())
    assert done["whole"] is False


def refused(site: RestoreSite, backup_id: str, serving: restore.Serving = SERVING, **wish: Any) -> EngineError:
    """Refused with nothing changed, nothing left."""
    before, asked = site.look(), restore.Wish(backup_id, **wish)

    def check() -> None:
        restore.refuse(restore.inspect(site.definition, asked, serving, site.server.uri, Silent()), asked)

    with pytest.raises(EngineError) as caught:
        check()
    assert site.look() == before
    assert site.prepared() == []
    assert all(part for part in explain(caught.value, "fr").values())
    return caught.value


@on_both
def test_writes_since_are_counted_and_have_to_be_confirmed(site: RestoreSite) -> None:
    backup_id = site.back_up()
    if not site.server.replica_set:
        assert refused(site, backup_id).text_id == "restore.unknown_writes"
        assert refused(site, backup_id, confirm="0").text_id == "restore.unknown_writes"
        site.restore(backup_id, confirm="unknown")
        return
    site.restore(backup_id)
    with site.server.client() as client:
        database = client[DATABASE]
        database["users"].insert_many([{"email": f"new {number}"} for number in range(3)])
        database["users"].update_many({"email": "u1@example.org"}, {"$set": {"seen": True}})
        with client.start_session() as session, session.start_transaction():
            database["types"].delete_one({"_id": 1}, session=session)
            database["users"].delete_one({"email": "u2@example.org"}, session=session)
        database["empty"].drop()
        client["elsewhere"]["other"].insert_one({})
    # The series was filled by the restore itself, in the collections' own names.
    filled = confirmation(site, backup_id, ("measures",))
    assert confirmation(site, backup_id, ("users",)) == "5"
    assert confirmation(site, backup_id, ("users", "types", "empty")) == "7"
    assert int(confirmation(site, backup_id)) == 7 + int(filled or 0)
    error = refused(site, backup_id, collections=("users",), confirm="4")
    assert (error.text_id, error.details["writes"]) == ("restore.unconfirmed", "5")
    site.restore(backup_id, collections=("users",), confirm="5")
    site.server.drop_database("elsewhere")


@on_both
def test_a_write_right_before_the_swap_is_not_lost(site: RestoreSite, monkeypatch: pytest.MonkeyPatch) -> None:
    backup_id, before = site.back_up(), site.look()
    confirm = confirmation(site, backup_id)
    genuine = restore._incoming

    def late(*arguments: Any) -> Any:
        with site.server.client() as client:
            client[DATABASE]["users"].insert_one({"_id": "late"})
        return genuine(*arguments)

    monkeypatch.setattr(restore, "_incoming", late)
    if site.server.replica_set:
        with pytest.raises(Refused) as caught:
            site.restore(backup_id, confirm=confirm)
        assert (caught.value.text_id, caught.value.details["writes"]) == ("restore.more_writes", "1")
        with site.server.client() as client:
            assert client[DATABASE]["users"].delete_one({"_id": "late"}).deleted_count == 1
        assert site.look() == before
    else:
        site.restore(backup_id, confirm=confirm)
        with site.server.client() as client:
            assert client[DATABASE][site.kept()["users"].name].count_documents({"_id": "late"}) == 1
    assert site.prepared() == []


def test_what_does_not_fit_is_refused_by_its_name(site: RestoreSite, tmp_path: Path) -> None:
    backup_id = site.back_up()
    other = restore.Serving("1.1.0", None)
    error = refused(site, backup_id, other)
    assert (error.text_id, error.details["names"]) == ("restore.does_not_fit", "release")
    error = refused(site, backup_id, other, accept=frozenset({"stack", "server_version"}))
    assert error.details["names"] == "release"
    assert isinstance(refused(site, backup_id, accept=frozenset({"everything"})), BadInput)
    assert refused(site, backup_id, collections=("users", "nowhere")).text_id == "restore.collections"
    for wrong in ("", "../../etc", f"{backup_id}.partial", "20200101T000000Z-manual"):
        error = refused(site, wrong)
        assert error.text_id == "backup_set.unknown"
        assert backup_id in str(error.details["known"])
    foreign = RestoreSite(site.server, DATABASE, tmp_path, "another")
    error = refused(foreign, backup_id)
    assert (error.details["names"], error.details["found"]) == ("stack", f"stack restored/dev/{DATABASE}")
    accepted = frozenset({"stack"})
    assert refused(foreign, backup_id, accept=accepted, confirm="0").text_id == "restore.unknown_writes"


def test_a_flipped_bit_in_any_file_is_refused(site: RestoreSite) -> None:
    backup_id = site.back_up()
    files = sorted((site.backups / backup_id).iterdir())
    assert [path.name for path in files] == ["database.archive.gz", "manifest.json", "release.json"]
    for path in files:
        genuine = path.read_bytes()
        wrong = bytearray(genuine)
        wrong[len(wrong) // 2] ^= 1
        path.write_bytes(wrong)
        assert refused(site, backup_id).text_id in (
            "backup_set.file_changed",
            "backup_set.changed",
            "backup_set.schema",
        )
        path.write_bytes(genuine)


def test_a_set_that_lies_in_agreement_with_itself_is_refused(site: RestoreSite) -> None:
    """Whoever edits the manifest can make its digests right, not what is in the archive."""
    backup_id = site.back_up()
    folder = site.backups / backup_id
    content = manifest.read(folder)
    users = next(item for item in content["collections"] if item["name"] == "users")
    users["documents"] += 1
    manifest.write(folder, content)
    assert refused(site, backup_id).text_id == "load.counts"
    users["documents"] -= 1
    manifest.write(folder, {**content, "server_version": "7.0.1"})
    error = refused(site, backup_id)
    assert (error.text_id, error.details["names"]) == ("restore.does_not_fit", "server_version")
    site.restore(backup_id, accept=frozenset({"server_version"}), confirm=confirmation(site, backup_id))


def test_a_comparison_that_fails_leaves_nothing(site: RestoreSite, monkeypatch: pytest.MonkeyPatch) -> None:
    backup_id, before = site.back_up(), site.look()
    monkeypatch.setattr(fingerprint, "content", lambda *_arguments: {"documents": 0, "bytes": 0, "hash": -1})
    with pytest.raises(Failed, match="load.source_differs"):
        site.restore(backup_id)
    monkeypatch.undo()
    assert site.look() == before
    assert site.prepared() == []
    assert site.kept() == {}


def test_an_account_without_the_right_is_named_before_anything(site: RestoreSite) -> None:
    backup_id = site.back_up()
    may_read = [{"role": "read", "db": DATABASE}, {"role": "backup", "db": "admin"}]
    uri = site.server.add_user("reader", [*may_read, {"role": "readWrite", "db": "benevoclic_updates"}])
    with pytest.raises(Refused) as caught:
        restore.inspect(site.definition, restore.Wish(backup_id), SERVING, uri, Silent())
    assert caught.value.text_id == "mongo.privileges_missing"
    assert "dropCollection" in str(caught.value.details["missing"])


def test_what_is_kept_is_told_with_its_time_and_can_go(site: RestoreSite) -> None:
    backup_id, before = site.back_up(), site.look()
    done = site.restore(backup_id, confirm=confirmation(site, backup_id))
    there = site.kept()
    assert set(there) == {name for name, facts in before.items() if facts["type"] != "view"}
    assert {one.run_id for one in there.values()} == {done["run_id"]}
    assert all(one.name.startswith(done["aside"]) for one in there.values())
    found = aside.kept(site.server.uri, DATABASE)
    assert aside.expired(found, 1, site.clock) == []
    aside.drop(site.server.uri, DATABASE, [one.name for one in found])
    assert site.kept() == {}
    assert site.look() == before
    with site.server.client() as client:
        assert not [name for name in client[DATABASE].list_collection_names() if re.search("aside|new", name)]
