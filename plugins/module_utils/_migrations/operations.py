# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations ``migration.up`` (its undo is ``down``) and ``migration.down`` (going back to an earlier release)."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from .._core.errors import EngineError, Failed, Refused
from .._mongo import client as connections
from .._runs.context import HostContext
from .._runs.operations import UNDO_DEFINITIONS, Registry
from . import files, history, state
from .step import Step

if TYPE_CHECKING:
    from pymongo.database import Database

FOLDER = "migrations"
"""Inside the run's folder."""
LONGEST = 300


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
        code = _load(arguments, context)
        migration = code.migration
        origin = state.Origin(context.run_id, context.plan.get("to_version"))
        with connections.connect(admin_uri(context), answer_seconds=connections.LONG_SECONDS) as client:
            database = client[arguments["database"]]
            started = context.clock.monotonic()
            step = Step(database)
            with history.attempt(database, migration, "up", context):
                state.begin(database, migration, origin, context.clock)
                with _noting_failure(database, migration.version):
                    _call("migrations.up_failed", code, lambda: code.up(database, step))
                    _verify(code, database)
            seconds = round(context.clock.monotonic() - started, 3)
            state.finish(database, migration.version, seconds)
        return {
            "version": migration.version,
            "description": migration.description,
            "seconds": seconds,
            "done": step.done,
            "total": step.total,
        }

    def undo(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        """``down`` whenever this ``up`` may have begun, then the record goes; nothing when there is no record of it."""
        with connections.connect(admin_uri(context), answer_seconds=connections.LONG_SECONDS) as client:
            database = client[arguments["database"]]
            version = arguments["version"]
            began = state.belongs_to(database, version, undo["run_id"])
            if began:
                _go_back(_load(arguments, context), database, context)
                state.forget(database, version, drop_when_empty=not undo["state_existed"])
        return {"version": version, "undone": began}


class MigrationDown:
    """Arguments: ``version``, ``file``, ``sha256``, ``database``, ``source_run`` (whose folder has the file).

    A rollback is never rolled back: its undo leaves the database as it is, and what was done stays in the journal.
    """

    name = "migration.down"
    undo_phase = UNDO_DEFINITIONS

    def prepare(self, arguments: dict[str, Any], context: HostContext) -> dict[str, Any]:
        return {}

    def probe(self, arguments: dict[str, Any], context: HostContext) -> bool:
        with connections.connect(admin_uri(context)) as client:
            return state.status(client[arguments["database"]], arguments["version"]) is None

    def do(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        folder = context.run_folder.parent / arguments["source_run"] / FOLDER
        code = files.load(folder / arguments["file"], arguments["sha256"])
        started = context.clock.monotonic()
        with connections.connect(admin_uri(context)) as client:
            database = client[arguments["database"]]
            _go_back(code, database, context)
            state.forget(database, arguments["version"], drop_when_empty=True)
        return {"version": arguments["version"], "seconds": round(context.clock.monotonic() - started, 3)}

    def undo(self, arguments: dict[str, Any], undo: dict[str, Any], context: HostContext) -> dict[str, Any]:
        return {"version": arguments["version"], "undone": False}


def _go_back(code: files.Code, database: Database[dict[str, Any]], context: HostContext) -> None:
    down = code.down
    if not code.migration.reversible or down is None:
        raise Failed("migrations.irreversible", version=code.migration.version)
    step = Step(database)
    with history.attempt(database, code.migration, "down", context):
        _call("migrations.down_failed", code, lambda: down(database, step))


@contextmanager
def _noting_failure(database: Database[dict[str, Any]], version: str) -> Iterator[None]:
    """A record that says ``running`` is of work under way, or of a process that was killed."""
    from pymongo.errors import PyMongoError

    try:
        yield
    except EngineError:
        with suppress(PyMongoError):  # whatever is wrong with the server now, the first error is the one to tell
            state.fail(database, version)
        raise


def admin_uri(context: HostContext) -> str:
    """The URI of the account that may migrate. Raises Refused ``mongo.secret_missing``."""
    uri = context.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    return uri


def _load(arguments: Mapping[str, Any], context: HostContext) -> files.Code:
    return files.load(context.run_folder / FOLDER / arguments["file"], arguments["sha256"])


def _verify(code: files.Code, database: Database[dict[str, Any]]) -> None:
    verify = code.verify
    if verify is None:
        return
    if _call("migrations.verify_failed", code, lambda: verify(database)) is False:
        place = {"file": code.migration.file, "line": verify.__code__.co_firstlineno}
        raise Failed("migrations.verify_failed", version=code.migration.version, found="False", **place)


def _call(text_id: str, code: files.Code, function: Callable[[], Any]) -> Any:
    """Run a team's own code: whatever it raises becomes one error with the line in its file."""
    try:
        return function()
    except EngineError:
        raise
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == code.path]
        line = frames[-1].lineno if frames else 0
        found = f"{type(error).__name__}: {connections.message(error)}"[:LONGEST]
        place = {"file": code.migration.file, "line": line}
        raise Failed(text_id, version=code.migration.version, found=found, **place) from None


OPERATIONS: Registry = {MigrationUp.name: MigrationUp(), MigrationDown.name: MigrationDown()}
