# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations ``migration.command.up`` (its undo is ``migrate:down``) and ``migration.command.down``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.errors import EngineError, Failed
from .._migrations import history, state
from .._migrations.operations import LOCK_WAIT_SECONDS, admin_uri
from .._mongo import client as connections
from .._mongo import database_lock
from .._runs.context import HostContext
from .._runs.ledger import MIGRATION
from .._runs.operations import UNDO_DEFINITIONS, Registry
from .._stack.one_off import remove_leftovers
from .scripts import Scripts
from .settings import COMMAND, DOWN, UP, VERIFY, Settings, read_settings

if TYPE_CHECKING:
    from pymongo.database import Database

Arguments = dict[str, Any]
UP_NAME, DOWN_NAME = "migration.command.up", "migration.command.down"


@dataclass(frozen=True)
class Work:
    """What is done under the lock of the database: its records, and the scripts."""

    database: Database[dict[str, Any]]
    context: HostContext
    settings: Settings
    scripts: Scripts
    check: Callable[[], None]

    def up(self, versions: Sequence[str], target: str) -> dict[str, Any]:
        """``migrate:up``, ``migrate:verify``, then the records; versions that are applied keep theirs."""
        clock, image = self.context.clock, self.scripts.image
        origin = state.Origin(self.context.run_id, self.context.plan.get("to_version"))
        migrations = {migration.version: migration for migration in self.settings.migrations(versions)}
        for version, migration in migrations.items():
            facts = {**state.facts_of(migration), "file": None, "origin": COMMAND, "image": image}
            state.enter(self.database, version, facts, origin, clock)
        started = clock.monotonic()
        with self._noting(versions), history.attempt(self.database, migrations[versions[-1]], "up", self.context):
            said = self.scripts.run(UP, target, self.check)
            verified = self.scripts.run(VERIFY, target, self.check, told=False)
        seconds = round(clock.monotonic() - started, 3)
        for version in versions:
            state.finish(self.database, version, seconds)
        return {"target": target, "seconds": seconds, "said": said[-1:], "verified": verified[-1:]}

    def down(self, versions: Sequence[str], target: str, *, drop_when_empty: bool) -> dict[str, Any]:
        """``migrate:down`` to ``target``, then the records of ``versions`` (newest first) go."""
        if not self.settings.reversible:
            raise Failed("migrations.irreversible", version=versions[0])
        started = self.context.clock.monotonic()
        newest = self.settings.migrations(versions[:1])[0]
        with history.attempt(self.database, newest, "down", self.context):
            said = self.scripts.run(DOWN, target, self.check)
        for version in versions:
            state.forget(self.database, version, drop_when_empty=drop_when_empty)
        return {
            "target": target,
            "seconds": round(self.context.clock.monotonic() - started, 3),
            "said": said[-1:],
        }

    @contextmanager
    def _noting(self, versions: Sequence[str]) -> Iterator[None]:
        from pymongo.errors import PyMongoError

        try:
            yield
        except EngineError:
            with suppress(PyMongoError):  # whatever is wrong with the server now, the first error is the one to tell
                for version in versions:
                    state.fail(self.database, version)
            raise


class CommandUp:
    """Arguments: ``versions`` (oldest first), ``target`` (the last), ``earlier`` (the state before), ``image``, ``database``."""

    name = UP_NAME
    undo_phase = UNDO_DEFINITIONS

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        with connections.connect(admin_uri(context)) as client:
            return {"state_existed": state.exists(client[arguments["database"]]), "run_id": context.run_id}

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        with connections.connect(admin_uri(context)) as client:
            live = client[arguments["database"]]
            return all(state.status(live, version) == "applied" for version in arguments["versions"])

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        with _work(arguments, context) as work:
            if self.probe(arguments, context):
                return {"target": arguments["target"], "already": True}  # by another run, while we waited for the lock
            return work.up(arguments["versions"], arguments["target"])

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        """``migrate:down`` to the earlier state whenever this ``up`` may have begun, then the records go."""
        versions, database = arguments["versions"], arguments["database"]
        with connections.connect(admin_uri(context)) as client:
            began = _left(client[database], versions, undo["run_id"])
            if not began and not undo["state_existed"] and state.exists(client[database]):
                state.drop_empty(client[database])  # what a kill after the last record went left
        if began:
            with _work(arguments, context) as work:
                left = _left(work.database, versions, undo["run_id"])
                if left:
                    newest_first = list(reversed(left))
                    work.down(newest_first, arguments["earlier"], drop_when_empty=not undo["state_existed"])
        return {"versions": versions, "undone": bool(began)}


class CommandDown:
    """Arguments: ``versions`` (newest first), ``target`` (the state after), ``earlier`` (that before), ``image``, ``database``.

    As a return to an earlier release it is never undone; as a migration to an earlier target it is, by ``migrate:up``.
    """

    name = DOWN_NAME
    undo_phase = UNDO_DEFINITIONS

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        if context.plan.get("flow") != MIGRATION:
            return {}
        with connections.connect(admin_uri(context)) as client:
            live = client[arguments["database"]]
            return {"records": [state.kept(live, version) for version in reversed(arguments["versions"])]}

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        with connections.connect(admin_uri(context)) as client:
            live = client[arguments["database"]]
            return all(state.status(live, version) is None for version in arguments["versions"])

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        with _work(arguments, context) as work:
            return work.down(arguments["versions"], arguments["target"], drop_when_empty=True)

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        """``migrate:up`` again whenever ``migrate:down`` may have begun, and the records are as they were."""
        versions, records = arguments["versions"], [record for record in undo.get("records") or [] if record]
        if not records:
            return {"versions": versions, "undone": False}
        with _work(arguments, context) as work:
            wanted = {"version": versions[0], "run_id": context.run_id, "direction": "down"}
            began = history.latest(work.database, 1, **wanted)
            if began:
                work.up(list(reversed(versions)), arguments["earlier"])
                for record in records:
                    state.bring_back(work.database, record)
        return {"versions": versions, "undone": bool(began)}


def _left(database: Database[dict[str, Any]], versions: Sequence[str], run_id: str) -> list[str]:
    return [version for version in versions if state.belongs_to(database, version, run_id)]


@contextmanager
def _work(arguments: Arguments, context: HostContext) -> Iterator[Work]:
    """The lock of the database is held; what a process that was killed left at work is gone."""
    settings = read_settings(context.definition)
    if settings is None:
        raise Failed("operation.unknown", name="migrations.engine: files")
    uri, database = admin_uri(context), arguments["database"]
    with (
        database_lock.hold(
            uri, database, "migration", context.clock, run_id=context.run_id, wait_seconds=LOCK_WAIT_SECONDS
        ) as lease,
        connections.connect(uri) as client,
    ):
        remove_leftovers(context.runner, context.definition, context.run_id)
        scripts = Scripts(context, settings, arguments["image"])
        yield Work(client[database], context, settings, scripts, lease.check)


OPERATIONS: Registry = {CommandUp.name: CommandUp(), CommandDown.name: CommandDown()}
