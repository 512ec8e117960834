# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database, its backups, and restores of them as a run carries them out; what is where is seen by fingerprints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import aside, backup, fingerprint, restore
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.plan import Observed, Request, restore_plan
from ansible_collections.benevoclic.updates.plugins.module_utils._registry import OPERATIONS
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.rollback import RollbackTools, roll_back
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import Host, Run, hold_run, open_run

STACK = "restored"
SERVING = restore.Serving("1.0.0", None)


class RestoreSite:
    """A stack of one service that does not run, whose database is ``database`` on ``server``."""

    def __init__(self, server: Server, database: str, folder: Path, stack: str = STACK) -> None:
        self.server, self.database, self.folder, self.stack = server, database, folder, stack
        self.clock = SystemClock()
        self.paths = StackPaths.of(str(folder / "state"), stack)
        (folder / "state").mkdir(parents=True, exist_ok=True)
        (folder / "compose.yml").write_text("services: {api: {image: '${API_IMAGE}'}}\n")

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def definition(self) -> dict[str, Any]:
        return {
            "stack": self.stack,
            "environment": "dev",
            "service_defaults": {"project": self.stack, "directory": str(self.folder), "files": ["compose.yml"]},
            "services": {"api": {"image_variable": "API_IMAGE"}},
            "mongodb": {"database": self.database},
            "backup_dir": str(self.backups),
            "backup": {"engine": "native", "proof": "structure"},
        }

    def back_up(self) -> str:
        """Id of a new set of 1.0.0."""
        hands = backup.Hands(
            self.server.uri, SubprocessRunner(self.clock), DirectTransport(self.clock), self.clock, Silent()
        )
        purpose = backup.backup_set.Purpose("manual", self.stack, "dev")
        made = backup._take(purpose, self.definition, hands, [], {"version": "1.0.0", "schema": None}, migrates=False)
        return str(made["id"])

    @contextmanager
    def open(self, **secrets: str) -> Iterator[Run]:
        """A new run of a restore, held, with the operations."""
        request = Request("restore", "restore", "tests")
        plan = restore_plan(request, self.definition, Observed("1.0.0"), {"backup_id": "-", "collections": []})
        with open_run(self.paths, plan, {}, self.host()) as opened:
            run_id = opened.context.run_id
        with self.hold(run_id) as run:
            yield run

    @contextmanager
    def hold(self, run_id: str, *, rolling_back: bool = False) -> Iterator[Run]:
        known = {"mongodb_admin_uri": self.server.uri}
        with hold_run(self.paths, run_id, self.host(), known, registry=OPERATIONS, rolling_back=rolling_back) as run:
            yield run

    def host(self) -> Host:
        return Host(clock=self.clock, transport=DirectTransport(self.clock))

    def restore(self, backup_id: str, **wish: Any) -> dict[str, Any]:
        """A whole run, as the role does it; a failure is taken back and raised."""
        with self.open() as run:
            try:
                with run.stage("restore"):
                    done = restore.carry_out(run, restore.Wish(backup_id, **wish), SERVING)
            except Exception:
                self.take_back(run)
                raise
            run.close("succeeded")
        return done

    def take_back(self, run: Run) -> str:
        """What run_rollback does, the backup of what is being left and the proof of the release left out."""
        outcome = roll_back(run, "test", RollbackTools(None, lambda _run: None))
        run.close(outcome)
        return outcome

    def take_over(self) -> str:
        """rollback.yml, after the death of whoever restored."""
        with self.hold(self.paths.run_ids()[-1], rolling_back=True) as run:
            return self.take_back(run)

    def look(self) -> dict[str, Any]:
        """Content, options and indexes of all that is in service."""
        return dict(fingerprint.of_uri(self.server.uri, self.database)["collections"])

    def kept(self) -> dict[str, aside.Kept]:
        """What was put aside, by its former name."""
        return {one.collection: one for one in aside.kept(self.server.uri, self.database) if one.state == aside.ASIDE}

    def prepared(self) -> list[str]:
        with self.server.client() as client:
            names = client[self.database].list_collection_names()
        return [name for name in names if aside.NEW in name.split(".")[1:2]]
