# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations ``migration.up`` (its undo is ``down``) and ``migration.down`` (going back to an earlier release)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._core.errors import Refused
from .._core.progress import FileProgress
from .._mongo import client as connections
from .._mongo import database_lock
from .._runs.context import HostContext
from .._runs.layout import StackPaths
from .._runs.ledger import MIGRATION
from .._runs.operations import UNDO_DEFINITIONS, Registry
from . import files, history, running, state
from .files import Code
from .ground import Ground, Limits, read_pace

FOLDER = "migrations"
"""Inside the run's folder."""
LOCK_WAIT_SECONDS = database_lock.LEASE_SECONDS + 5
"""A holder that died elsewhere keeps the lock until its lease ends."""


class MigrationUp:
    """Arguments: ``version``, ``file`` (in the run's folder), ``sha256``, ``database``."""

    name = "migration.up"
    undo_phase = UNDO_DEFINITIONS

    def prepare(self, arguments: dict[str, Any], context: HostContext) -> dict[str, Any]:
        with connections.connect(admin_uri(context)) as client:
            return {"state_existed": state.exists(client[arguments["database"]]), "run_id": context.run_id}

    def probe(self, arguments: dict[str, Any], context: HostContext) -> bool:
        with connections.connect(admin_uri(context)) as client:
            return state.status(client[arguments["database"]], arguments["version"]) == "applied"

    def do(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        code = load(context, arguments["file"], arguments["sha256"])
        origin = state.Origin(context.run_id, context.plan.get("to_version"))
        with _ground(code, arguments["database"], context) as ground:
            if state.status(ground.database, code.migration.version) == "applied":
                # By another run, while we waited for the lock.
                return {"version": code.migration.version, "already": True}
            with history.attempt(ground.database, code.migration, "up", context):
                return running.up(code, ground, origin)

    def undo(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        """``down`` whenever this ``up`` may have begun, then the record goes; nothing when there is no record of it."""
        version, database = arguments["version"], arguments["database"]
        with connections.connect(admin_uri(context)) as client:
            began = state.belongs_to(client[database], version, undo["run_id"])
            if not began and not undo["state_existed"] and state.exists(client[database]):
                state.drop_empty(client[database])  # what a kill after the record went left
        if began:
            with _ground(load(context, arguments["file"], arguments["sha256"]), database, context) as ground:
                began = state.belongs_to(ground.database, version, undo["run_id"])
                if began:
                    code = load(context, arguments["file"], arguments["sha256"])
                    _go_back(code, ground, context, drop_when_empty=not undo["state_existed"])
        return {"version": version, "undone": began}


class MigrationDown:
    """Arguments: ``version``, ``file``, ``sha256``, ``database``, ``source_run`` (whose folder has the file).

    A rollback is never rolled back: its undo leaves the database as it is, and what was done stays in the journal. A
    migration to an earlier target is: its undo applies the migration again, and the record is as it was.
    """

    name = "migration.down"
    undo_phase = UNDO_DEFINITIONS

    def prepare(self, arguments: dict[str, Any], context: HostContext) -> dict[str, Any]:
        if context.plan.get("flow") != MIGRATION:
            return {}
        with connections.connect(admin_uri(context)) as client:
            return {"record": state.kept(client[arguments["database"]], arguments["version"])}

    def probe(self, arguments: dict[str, Any], context: HostContext) -> bool:
        with connections.connect(admin_uri(context)) as client:
            return state.status(client[arguments["database"]], arguments["version"]) is None

    def do(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        folder = context.run_folder.parent / arguments["source_run"] / FOLDER
        code = files.load(folder / arguments["file"], arguments["sha256"])
        with _ground(code, arguments["database"], context) as ground:
            return _go_back(code, ground, context)

    def undo(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        """``up`` again whenever ``down`` may have begun."""
        version = arguments["version"]
        if not undo.get("record"):
            return {"version": version, "undone": False}
        code = load(context, arguments["file"], arguments["sha256"])
        origin = state.Origin(context.run_id, context.plan.get("to_version"))
        with _ground(code, arguments["database"], context) as ground:
            began = history.latest(ground.database, 1, version=version, run_id=context.run_id, direction="down")
            if began:
                with history.attempt(ground.database, code.migration, "up", context):
                    running.up(code, ground, origin)
                state.bring_back(ground.database, undo["record"])
        return {"version": version, "undone": bool(began)}


def _go_back(code: Code, ground: Ground, context: HostContext, *, drop_when_empty: bool = True) -> dict[str, Any]:
    with history.attempt(ground.database, code.migration, "down", context):
        return running.down(code, ground, drop_when_empty=drop_when_empty)


@contextmanager
def _ground(code: Code, database: str, context: HostContext) -> Iterator[Ground]:
    """The lock of the database, and in its session what the migration stands on; told as the stack's progress."""
    progress = FileProgress(StackPaths(context.run_folder.parent.parent).progress, context.clock)
    limits = Limits(float(code.migration.deadline_seconds), read_pace(context.definition))
    with database_lock.hold(
        admin_uri(context), database, "migration", context.clock, run_id=context.run_id, wait_seconds=LOCK_WAIT_SECONDS
    ) as lease:
        try:
            yield Ground(lease.session, database, lease, limits, context.clock, progress)
        finally:
            progress.end()


def admin_uri(context: HostContext) -> str:
    """The URI of the account that may migrate. Raises Refused ``mongo.secret_missing``."""
    uri = context.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    return uri


def load(context: HostContext, file: str, sha256: str) -> files.Code:
    """The planned file out of the run's folder. Raises EngineError."""
    return files.load(context.run_folder / FOLDER / file, sha256)


OPERATIONS: Registry = {MigrationUp.name: MigrationUp(), MigrationDown.name: MigrationDown()}
