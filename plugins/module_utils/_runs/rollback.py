# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a run back by its journal: data and definitions in reverse order, then the containers, then proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .._core.errors import EngineError, Failed, Refused
from .fenced import LIFTED, is_up
from .operations import BESIDE, DATA, UNDO_EDGE, Registry, find
from .session import Run
from .view import OperationView

Backup = Callable[[Run], None]
Verify = Callable[[Run], None]


@dataclass(frozen=True)
class Remedy:
    """What the rule of the data comes to: ``carry_out`` before anything is undone, operations that are not undone.

    ``restores``: the data comes from a backup, and needs no operation to be undone.
    """

    carry_out: Callable[[Run], None]
    leave: frozenset[str]
    restores: bool = False


@dataclass(frozen=True)
class RollbackTools:
    """What a rollback uses of the rest of the engine. ``backup`` is None where backups are switched off.

    ``data`` decides about the database and raises Refused when only a person may; without it every operation is undone.
    """

    backup: Backup | None
    verify: Verify
    data: Callable[[Run], Remedy] | None = None


def undo_order(operations: list[OperationView], registry: Registry) -> list[OperationView]:
    """By undo phase, and within a phase the newest first."""
    return sorted(operations, key=lambda item: (find(registry, item.name).undo_phase, -item.seq))


def roll_back(run: Run, reason: str, tools: RollbackTools) -> str:
    """Return the stack to what it was when the run was opened. Returns the outcome the run now deserves.

    ``aborted``: nothing had changed. ``rolled_back``: the old release was verified. Otherwise it raises, and the run
    deserves ``rollback_failed``. Every operation is tried even when one fails: the site is left as safe as can be.
    """
    if not run.view.touched:
        return "aborted"
    if not run.context.plan["switches"]["rollback"]:
        raise Refused("rollback.switched_off", reason=run.context.plan["switches"].get("rollback_reason") or "-")
    try:
        with run.stage("rollback"):
            run.record("rollback_begun", {"reason": reason})
            remedy = tools.data(run) if tools.data else Remedy(lambda _run: None, frozenset())
            _keep_what_is_left(run, tools)
            remedy.carry_out(run)
            try:
                _undo_all(run, remedy.leave)
            except Failed as failure:
                _try_the_backup(run, tools, failure)
            if is_up(run.view):
                run.record("fence", {"event": LIFTED, "moment": None})
            tools.verify(run)
    except EngineError:
        run.record("rollback_ended", {"verified": False})
        raise
    run.record("rollback_ended", {"verified": True})
    return "rolled_back"


def _keep_what_is_left(run: Run, tools: RollbackTools) -> None:
    """Back up the state being left, unless it is that of before; without a backup images still go back, data does not."""
    left = [item.name for item in run.view.to_undo()]
    if tools.backup is None or all(name in BESIDE for name in left):
        return
    try:
        tools.backup(run)
    except EngineError as error:
        if any(name.startswith(DATA) for name in left):
            raise
        run.record("warning", {"id": error.text_id, "details": {k: str(v) for k, v in error.details.items()}})


def _try_the_backup(run: Run, tools: RollbackTools, failure: Failed) -> None:
    """Where something could not be undone, the rule may now say that the backup takes the place of the data. Else raises."""
    try:
        remedy = tools.data(run) if tools.data else None
    except EngineError:
        raise failure from None
    if remedy is None or not remedy.restores:
        raise failure
    remedy.carry_out(run)
    _undo_all(run, remedy.leave)


def _undo_all(run: Run, leave: frozenset[str]) -> None:
    """Users stay out where something could not be put back: the maintenance page does no harm."""
    failures: list[tuple[str, EngineError]] = []
    for operation in undo_order(run.view.to_undo(), run.registry):
        if operation.name in leave or (failures and find(run.registry, operation.name).undo_phase == UNDO_EDGE):
            continue
        try:
            run.take_back(operation)
        except EngineError as error:
            failures.append((operation.name, error))
    if failures:
        told = [{"name": name, "error": str(error)} for name, error in failures]
        run.record("undo_failures", {"operations": told})
        first = failures[0][1]
        raise Failed(
            "rollback.undo_failed", operations=", ".join(name for name, _error in failures), cause=first
        ) from first
