# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preflight: everything is looked at, then all that is wrong is said at once. Nothing changes but pulled images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .._core.clock import Clock
from .._core.errors import EngineError
from .._core.http import Transport
from .._core.runner import Runner
from .._stack.services import read_services
from . import engine as engines
from . import stack
from .fence import check_fence
from .machine import Machine, check_disks, check_memory
from .outcome import FAILED, NAMES, CheckResult, bad, good, guarded, warn

BACKUP_SHARE = 1.2
"""Room for a backup, in sizes of the data: what is there, uncompressed, and what comes meanwhile."""


class Database(Protocol):
    """What preflight asks of the database of the stack."""

    def prove_privileges(self, *, migrates: bool) -> list[str]:
        """The privileges that the account has and needs. Raises Refused that names those missing."""

    def data_bytes(self) -> int:
        """Size of the documents, uncompressed."""


@dataclass(frozen=True)
class Preflight:
    """A plan, and the host as it is handed in. ``database`` is None where no account was given.

    ``migrations`` looks at the files of the run; None where there is no run.
    """

    plan: Mapping[str, Any]
    state_dir: str
    runner: Runner
    clock: Clock
    transport: Transport
    machine: Machine
    database: Database | None = None
    migrations: Callable[[], Sequence[CheckResult]] | None = None
    run_id: str | None = None
    check_mode: bool = False

    def run(self) -> tuple[list[CheckResult], list[str]]:
        """The results in the order of ``NAMES``, and the images that are new on this engine."""
        results, engine = engines.look_at_engine(self.runner)
        results += guarded("application", lambda: stack.check_application(self.plan, self.transport, self.clock))
        results += guarded("fence", lambda: check_fence(self.plan))
        files = guarded("files", lambda: stack.check_files(self.plan))
        proved, data = self._database()
        results += proved
        if self.migrations is not None and not _failed(proved, "database"):
            results += guarded("migrations", self.migrations)
        if engine is None:
            results += files + self._machine({}, engine, data)
            return _sorted(results), []
        more, arrived = self._with_engine(engine, files, data)
        return _sorted(results + more), arrived

    def _with_engine(
        self, engine: engines.Engine, files: list[CheckResult], data: int
    ) -> tuple[list[CheckResult], list[str]]:
        try:
            candidates = engines.look_at_images(self.runner, self.plan, engine)
        except EngineError as error:
            failed = CheckResult("images", FAILED, "preflight.error", error=error)
            return [*files, failed, *self._machine({}, engine, data)], []
        coming = sum(candidate.bytes for candidate in candidates)
        results = self._machine({engine.root: coming}, engine, data)
        pull = not self.check_mode and not _failed(results, "disk")
        brought, arrived = engines.bring_images(self.runner, candidates, pull=pull)
        results += brought
        here = (pull and not _failed(brought, "images")) or all(item.present is not None for item in candidates)
        results += self._compose(files, here)
        if here:
            results += guarded("scripts", lambda: stack.check_scripts(self.runner, self.plan, self.run_id))
        elif not _failed(brought, "images"):
            results.append(warn("scripts", "scripts_later"))
        return results, arrived

    def _compose(self, files: list[CheckResult], here: bool) -> list[CheckResult]:
        """Files, their validity, and what ``up`` would do when they are valid and the images are here."""
        if _failed(files, "files"):
            return files
        invalid = guarded("files", lambda: stack.check_compose(self.runner, self.plan))
        if invalid or not here:
            return invalid or files
        return files + guarded("recreate", lambda: stack.check_recreate(self.runner, self.plan))

    def _machine(self, coming: Mapping[str, int], engine: engines.Engine | None, data: int) -> list[CheckResult]:
        definition = self.plan["definition"]
        limits = definition.get("limits") or {}
        needed = dict(coming)
        backups = definition.get("backup_dir") or self.state_dir
        needed[backups] = needed.get(backups, 0) + round(data * BACKUP_SHARE)
        paths = [self.state_dir, backups, *([engine.root] if engine else [])]
        migrates = self._migrates()

        def disks() -> list[CheckResult]:
            folders = [spec.directory for spec in read_services(definition).values()]
            return check_disks(self.machine, [*paths, *folders], needed, limits, migrates)

        return guarded("disk", disks) + guarded("memory", lambda: check_memory(self.machine, limits))

    def _database(self) -> tuple[list[CheckResult], int]:
        """Its privileges, and its size when the run backs it up."""
        migrates, backs_up = self._migrates(), self.plan["switches"].get("backup", True)
        name = (self.plan["definition"].get("mongodb") or {}).get("database")
        if not name or not (migrates or backs_up):
            return [], 0
        if self.database is None:
            return [bad("database", "database_account")], 0
        try:
            proved = self.database.prove_privileges(migrates=migrates)
            data = self.database.data_bytes()
        except EngineError as error:
            return [CheckResult("database", FAILED, "preflight.error", error=error)], 0
        return [good("database", "database", database=name, count=len(proved))], data

    def _migrates(self) -> bool:
        """Whether migrations are applied, or taken back."""
        return bool(self.plan.get("migrations") or self.plan.get("undo"))


def _failed(results: list[CheckResult], name: str) -> bool:
    return any(result.name == name and result.outcome == FAILED for result in results)


def _sorted(results: list[CheckResult]) -> list[CheckResult]:
    return sorted(results, key=lambda result: NAMES.index(result.name))
