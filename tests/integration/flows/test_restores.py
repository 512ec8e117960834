# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""restore.yml as a person types it: shown, refused, confirmed; and taken back by rollback.yml after a kill."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pymongo
import pytest
from flow_site import FIRST, Site, wait_for
from test_killed_controller import clear, kill

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import writes

DATABASE = "benevoclic"
ASIDE = "benevoclic_updates.aside."


@pytest.fixture(scope="module")
def database(site: Site) -> Iterator[pymongo.database.Database]:
    with pymongo.MongoClient(site.uri, directConnection=True) as client:
        yield client[DATABASE]


@pytest.fixture(scope="module")
def backup_id(site: Site) -> str:
    done = site.run("backup")
    assert done.status == 0, done.output
    return sorted(path.name for path in (site.demo.folder / "backups").iterdir())[-1]


def aside(database) -> list[str]:
    return sorted(name for name in database.list_collection_names() if name.startswith(ASIDE))


def spoil(database) -> int:
    """How many writes that was."""
    lost = database["users"].delete_many({}).deleted_count
    database["notes"].insert_one({"written": "after the backup"})
    return int(lost) + 1


def test_shown_refused_confirmed(site: Site, database, backup_id: str) -> None:
    before, runs = site.look(), len(site.run_ids())
    users = database["users"].count_documents({})
    lost = spoil(database)
    spoiled = site.database()

    shown = site.run("restore", {"backup_id": backup_id}, "--check")
    assert shown.status == 0, shown.output
    confirm = re.search(r"-e confirm=(\S+)", shown.output)
    assert confirm is not None, shown.output
    assert int(confirm[1]) >= lost
    assert f"users : 0 document à remplacer par {users}" in shown.output
    assert "notes : 1 document, absente de la sauvegarde" in shown.output

    refused = site.run("restore", {"backup_id": backup_id})
    assert refused.status not in (0, None), refused.output
    for said in (confirm[1], "-e confirm=", "rien n'a été changé"):
        assert said in refused.output, refused.output
    unknown = site.run("restore", {"backup_id": "20200101T000000Z-manual"})
    assert unknown.status not in (0, None)
    assert backup_id in unknown.output, unknown.output
    assert (site.database(), len(site.run_ids()), aside(database)) == (spoiled, runs, [])

    done = site.run("restore", {"backup_id": backup_id, "confirm": int(confirm[1]), "reason": "utilisateurs effacés"})
    assert done.status == 0, done.output
    assert "les données de la sauvegarde sont en service" in done.output
    after = site.look()
    assert after == before
    report = site.report(site.run_ids()[-1])
    assert (report["flow"], report["outcome"], report["from_version"]) == ("restore", "succeeded", FIRST)
    assert report["restore"]["backup_id"] == backup_id
    assert report["backups"][0]["kind"] == "before_restore"
    assert "users" in report["changed"]["collections"]
    kept = {name.rpartition("/")[2]: name for name in aside(database)}
    assert database[kept["notes"]].find_one()["written"] == "after the backup"
    assert database[kept["users"]].count_documents({}) == 0
    assert "Restauration" in str(site.notified()[-1])
    site.assert_at_rest()
    status = site.run("status")
    assert f"{report['run_id']} succeeded" in status.output, status.output


def test_a_restore_that_died_is_taken_back(site: Site, database, backup_id: str) -> None:
    spoil(database)
    spoiled, known = site.database(), len(site.run_ids())
    manifest = json.loads((site.demo.folder / "backups" / backup_id / "manifest.json").read_text())
    confirm = writes.since(database.client, DATABASE, manifest["consistency"]["cluster_time"]).said
    process = site.start("restore", {"backup_id": backup_id, "confirm": confirm})
    wait_for(lambda: len(site.run_ids()) > known, process, "the run is opened")
    run_id = site.run_ids()[-1]
    wait_for(lambda: "restore.load" in site.begun(run_id), process, "the set is being loaded")
    kill(process, modules_too=True)
    taken = site.run("rollback")
    assert taken.status == 0, taken.output
    assert site.report(run_id)["outcome"] == "rolled_back"
    assert site.database() == spoiled
    assert not [name for name in database.list_collection_names() if name.startswith("benevoclic_updates.new.")]
    clear(site)
    site.assert_at_rest()
