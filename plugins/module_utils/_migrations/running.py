# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a migration's ``up`` with what verifies it, or its ``down``, on a ground; says where a failure left the database."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .._core.errors import EngineError, Failed, Phrase, describe_error
from .._core.muted import muted
from .._mongo import client as connections
from . import state
from .checkpoints import Checkpoints
from .files import Code
from .ground import Ground
from .interrupting import Interruption
from .made import Made
from .step import Step

LONGEST = 300
IN_ONE_TRANSACTION, AS_A_WHOLE = "transaction", "repeated as a whole"
"""What made a migration resumable, where it was not how its batches were done."""


def up(code: Code, ground: Ground, origin: state.Origin) -> dict[str, Any]:
    """Apply the migration and write it down; what it did. The lock is held.

    Raises Failed ``migrations.…``, with ``state``: a phrase that says in what state the database is now.
    """
    migration, database = code.migration, ground.database
    checkpoints = Checkpoints(ground.client, database.name, migration.version, "up", migration.sha256)
    state.settle(database, migration.version, checkpoints.settle)
    state.begin(database, migration, origin, ground.clock)
    checkpoints.forget("down")
    step = Step(ground, checkpoints, Made(ground, migration.version))
    started = ground.clock.monotonic()

    def seconds() -> float:
        return round(ground.clock.monotonic() - started, 3)

    def work() -> None:
        with ground.bounds():
            _call("migrations.up_failed", code, step, ground, lambda: code.up(ground.database, step))
            _verify(code, step, ground)
            ground.check()
            if ground.whole:
                done = {"status": "applied", "seconds": seconds()}
                ground.database[state.COLLECTION].update_one({"_id": migration.version}, {"$set": done})

    whole = migration.transaction and ground.transactions
    if whole:
        _in_one_transaction(code, ground, work)
        # What it made can be listed only now.
        _call("migrations.verify_failed", code, step, ground, step.verify)
    else:
        _noting(code, ground, work)
        state.finish(database, migration.version, seconds())
    checkpoints.forget()
    return {
        "version": migration.version,
        "description": migration.description,
        "seconds": seconds(),
        "scheme": IN_ONE_TRANSACTION if whole else ", ".join(step.schemes) or AS_A_WHOLE,
        "transactions": ground.transactions,
        "done": step.done,
        "total": step.total,
        "resumed": step.resumed,
    }


def down(code: Code, ground: Ground, *, drop_when_empty: bool = True) -> dict[str, Any]:
    """Undo the migration, then its record goes (``state.forget``). Raises Failed ``migrations.…``."""
    migration, function = code.migration, code.down
    if not migration.reversible or function is None:
        raise Failed("migrations.irreversible", version=migration.version)
    database = ground.database
    checkpoints = Checkpoints(ground.client, database.name, migration.version, "down", migration.sha256)
    state.settle(database, migration.version, checkpoints.settle)
    checkpoints.forget("up")
    step = Step(ground, checkpoints, Made(ground, migration.version))
    started = ground.clock.monotonic()
    with ground.bounds():
        _call("migrations.down_failed", code, step, ground, lambda: function(database, step))
    state.forget(database, migration.version, drop_when_empty=drop_when_empty)
    # Only now: without them, work that happens exactly once would be taken back once more.
    checkpoints.forget()
    return {
        "version": migration.version,
        "seconds": round(ground.clock.monotonic() - started, 3),
        "done": step.done,
        "total": step.total,
    }


def _in_one_transaction(code: Code, ground: Ground, work: Callable[[], None]) -> None:
    """All of it or nothing; then there is no record of it either."""
    from pymongo.errors import PyMongoError

    durable = ground.database.write_concern
    ground.whole = True
    try:
        with ground.session.start_transaction(write_concern=durable):
            work()
    except Exception:
        ground.whole = False
        with suppress(PyMongoError):
            # The answer to the commit may have been lost, not the commit.
            if state.status(ground.database, code.migration.version) == "applied":
                return
            state.forget(ground.database, code.migration.version, drop_when_empty=True)
        raise
    finally:
        ground.whole = False


def _noting(code: Code, ground: Ground, work: Callable[[], None]) -> None:
    """A record that says ``running`` is of work under way, or of a process that was killed."""
    from pymongo.errors import PyMongoError

    try:
        work()
    except EngineError:
        with suppress(PyMongoError):  # whatever is wrong with the server now, the first error is the one to tell
            state.fail(ground.database, code.migration.version)
        raise


def _verify(code: Code, step: Step, ground: Ground) -> None:
    verify = code.verify

    def own() -> None:
        if verify is not None and verify(ground.database) is False:
            place = {"file": code.migration.file, "line": verify.__code__.co_firstlineno}
            raise _failed("migrations.verify_failed", code, step, ground, found="False", **place)

    if not ground.whole:
        _call("migrations.verify_failed", code, step, ground, step.verify)
    _call("migrations.verify_failed", code, step, ground, own)


def _call(text_id: str, code: Code, step: Step, ground: Ground, function: Callable[[], Any]) -> None:
    """Run a team's own code: whatever it raises becomes one error, with the line in its file and what it left behind."""
    try:
        with muted():
            function()
    except BaseException as error:  # SystemExit, KeyboardInterrupt and a class of the team's own, too
        raise _told(text_id, code, step, ground, error) from None


def _told(text_id: str, code: Code, step: Step, ground: Ground, raised: BaseException) -> EngineError:
    error = raised.error if isinstance(raised, Interruption) else raised
    if isinstance(error, EngineError) and error.text_id in (text_id, "database_lock.lost"):
        return error
    if ground.late() and (_is_deadline(error) or getattr(error, "timeout", False)):
        return _failed("migrations.deadline", code, step, ground, seconds=f"{ground.limits.seconds:g}")
    frames = [frame for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == code.path]
    line = frames[-1].lineno if frames else 0
    # An error of the engine is told as a whole, in the reader's language.
    found: Any = error if isinstance(error, EngineError) else _said(error)
    return _failed(text_id, code, step, ground, found=found, file=code.migration.file, line=line)


def _is_deadline(error: BaseException) -> bool:
    return isinstance(error, EngineError) and error.text_id == "migrations.deadline"


def _said(error: BaseException) -> str:
    return describe_error(error, connections.message)[:LONGEST]


def _failed(text_id: str, code: Code, step: Step, ground: Ground, **details: Any) -> Failed:
    if ground.whole:
        left = Phrase("migrations.left_untouched")
    elif step.place:
        left = Phrase("migrations.left_at", place=step.place)
    else:
        left = Phrase("migrations.left_unknown")
    return Failed(text_id, version=code.migration.version, state=left, **details)
