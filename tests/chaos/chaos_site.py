# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database under writes, its backups, and whether a backup set is what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from bson import ObjectId

sys.path.insert(0, str(Path(__file__).parents[2] / ".ansible" / "collections"))
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from mongo_tools import tools
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint

STEADY = ("people", "pictures", "seen")
"""Collections that nobody writes to."""
PAIRS = ("left", "right")
"""Each transaction writes the same number into both."""
SLOTS = 500
PARTIAL = ".partial"


class Site:
    """Used as a context: the database is there, with a writer."""

    def __init__(self, server: Server, database: str, folder: Path) -> None:
        self.server, self.database, self.folder = server, database, folder
        self.backups = folder / "backups"
        self._stop = threading.Event()
        self._writer = threading.Thread(target=self._write)

    @property
    def definition(self) -> dict[str, Any]:
        return {
            "stack": "chaos",
            "environment": "dev",
            "service_defaults": {"project": "chaos", "directory": str(self.folder), "files": ["compose.yml"]},
            "services": {"api": {"image_variable": "API_IMAGE"}},
            "mongodb": {"database": self.database},
            "backup_dir": str(self.backups),
        }

    @property
    def arguments(self) -> dict[str, Any]:
        """What every module is given."""
        return {
            "state_dir": str(self.folder / "state"),
            "mongodb_admin_uri": self.server.uri,
            "locale": "en",
            "definition": self.definition,
        }

    def __enter__(self) -> Site:
        (self.folder / ".env").write_text("API_IMAGE=api:1\n")
        (self.folder / "compose.yml").write_text("services: {api: {image: '${API_IMAGE}'}}\n")
        with self.server.client() as client:
            client.drop_database(self.database)
            database = client[self.database]
            people = [{"_id": number, "name": f"person {number}", "text": "words " * 40} for number in range(12_000)]
            database["people"].insert_many(people)
            database["people"].create_index("name", unique=True)
            database["pictures"].insert_many([{"_id": number, "data": bytes(200_000)} for number in range(30)])
            database.create_collection("seen", capped=True, size=65_536)
            database["seen"].insert_many([{"n": number} for number in range(50)])
            for name in PAIRS:
                database[name].insert_many([{"_id": slot, "number": 0} for slot in range(SLOTS)])
        self.steady = self.content(self.database)
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._writer.join()
        self.server.drop_database(self.database)

    def content(self, database: str) -> dict[str, Any]:
        """Content, options and indexes of the collections that stay as they are."""
        found = fingerprint.of_uri(self.server.uri, database)["collections"]
        return {name: found.get(name) for name in STEADY}

    def sets(self) -> list[Path]:
        """Backup sets that are listed as whole."""
        return sorted(path for path in self.folders() if path.suffix != PARTIAL)

    def leftovers(self) -> list[Path]:
        return sorted(path for path in self.folders() if path.suffix == PARTIAL)

    def folders(self) -> list[Path]:
        return [path for path in self.backups.iterdir() if path.is_dir()] if self.backups.is_dir() else []

    def wrong(self, folder: Path) -> str:
        """What is wrong with the set in ``folder``, found by the stock mongorestore; empty: nothing."""
        target = f"{self.database}_restored_{ObjectId()}"
        try:
            self._restore(folder / "database.archive.gz", target)
            if self.content(target) != self.steady:
                return "its content is not that of the database"
            with self.server.client() as client:
                left, right = ({one["_id"]: one["number"] for one in client[target][name].find()} for name in PAIRS)
            broken = sum(left.get(slot) != right.get(slot) for slot in range(SLOTS))
            return f"{broken} broken pairs" if broken or len(left) != SLOTS else ""
        except subprocess.CalledProcessError as error:
            return f"mongorestore: {error.stderr[-300:]}"
        finally:
            self.server.drop_database(target)

    def _restore(self, archive: Path, target: str) -> None:
        config = self.folder / "tools.yml"
        config.touch(mode=0o600)
        config.write_text(f"uri: '{self.server.uri}'\n")
        subprocess.run(
            [
                str(tools() / "mongorestore"), f"--config={config}", "--gzip", f"--archive={archive}", "--stopOnError",
                f"--nsInclude={self.database}.*", f"--nsFrom={self.database}.*", f"--nsTo={target}.*",
            ],
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    def _write(self) -> None:
        with self.server.client() as client, client.start_session() as session:
            database, number = client[self.database], 0
            while not self._stop.wait(0.005):
                number += 1
                with session.start_transaction():
                    for name in PAIRS:
                        wanted = {"_id": number % SLOTS}, {"$set": {"number": number}}
                        database[name].update_one(*wanted, session=session)


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found
