# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restore that is killed at any step: the old data serves, or the new; and rollback.yml brings the old back, all of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nasty
import pytest
from mongod import Server
from restore_site import SERVING, RestoreSite

from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import restore

DATABASE = "killed"
VICTIM = Path(__file__).parent / "restore_victim.py"
OLD, NEW, BETWEEN = "old", "new", "between"
POINTS = [
    # before anything is in service, the old data is
    ("after", "operation_begin", "restore.load", OLD),
    ("before", "insert", "new", OLD),
    ("after", "operation_end", "", OLD),
    # collections: the record, the first rename, the second
    ("after", "operation_begin", "collection.swap", OLD),
    ("after", "renameCollection", "users", BETWEEN),
    ("after", "renameCollection", "new", BETWEEN),
    # a time series: copied aside, dropped, filled
    ("after", "create", "aside", BETWEEN),
    ("after", "drop", "measures", BETWEEN),
    ("after", "insert", "system.buckets.measures", BETWEEN),
    # a view, and what comes after it
    ("after", "drop", "adults", BETWEEN),
    ("before", "restore", "", NEW),
    ("before", "run_closed", "", NEW),
]


@dataclass(frozen=True)
class Scene:
    """A database that changed since its backup, and the two states."""

    site: RestoreSite
    backup_id: str
    states: dict[str, dict[str, Any]]

    def confirm(self) -> str:
        """A series that a rollback made anew counts as written since."""
        wish = restore.Wish(self.backup_id)
        return restore.inspect(self.site.definition, wish, SERVING, self.site.server.uri, Silent()).writes.said


@pytest.fixture(scope="module")
def scene(replica_set: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    site = RestoreSite(replica_set, DATABASE, tmp_path_factory.mktemp("killed"))
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        database = client[DATABASE]
        database["users"].insert_many([{"_id": number, "name": f"user {number}"} for number in range(50)])
        database["users"].create_index("name", unique=True)
        database.create_collection("measures", timeseries={"timeField": "at", "metaField": "sensor"})
        database["measures"].insert_many([{"at": nasty.NOW, "sensor": number} for number in range(9)])
        database.create_collection("adults", viewOn="users", pipeline=[{"$match": {"_id": {"$gt": 17}}}])
        backup_id, new = site.back_up(), site.look()
        database["users"].drop()
        database["users"].insert_one({"_id": "the only one left"})
        database["later"].insert_one({"made": "after the backup"})
        database["measures"].insert_one({"at": nasty.NOW, "sensor": 77})
        database["adults"].drop()
        database.create_collection("adults", viewOn="later", pipeline=[])
    yield Scene(site, backup_id, {OLD: site.look(), NEW: new})
    replica_set.drop_database(DATABASE)


def restore_and_die(scene: Scene, point: tuple[str, str, str]) -> None:
    request = {
        "uri": scene.site.server.uri, "database": DATABASE, "folder": str(scene.site.folder),
        "backup_id": scene.backup_id, "confirm": scene.confirm(), "point": point,
    }  # fmt: skip
    argv = [sys.executable, str(VICTIM)]
    done = subprocess.run(argv, input=json.dumps(request), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, f"never there: {point}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize(("when", "what", "where", "serving"), POINTS)
def test_killed(scene: Scene, when: str, what: str, where: str, serving: str) -> None:
    site = scene.site
    restore_and_die(scene, (when, what, where))
    if serving != BETWEEN:
        assert site.look() == scene.states[serving]
    assert site.take_over() == "rolled_back"
    assert site.look() == scene.states[OLD]
    assert site.prepared() == []


def test_the_next_restore_succeeds(scene: Scene) -> None:
    """Whatever its predecessors left."""
    site = scene.site
    site.restore(scene.backup_id, confirm=scene.confirm())
    assert site.look() == scene.states[NEW]
    assert {"users", "measures", "later"} <= set(site.kept())
