# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that the ledger does not know: the one that owns the stack, and those that died while they were cleared away."""

from __future__ import annotations

from typing import Any

from .._core.clock import Clock
from .._core.files import read_json
from .journal import Chain
from .layout import StackPaths
from .ledger import Entry, Ledger
from .lock import Owner, read_owner
from .report import ledger_entry
from .view import RunView, fold


def read_view(paths: StackPaths, run_id: str, clock: Clock) -> RunView:
    """The view of one run's journal. Raises Failed ``file.unreadable`` or ``journal.broken``."""
    return fold(Chain(paths.run(run_id) / "journal.jsonl", clock).records)


def read_plan(paths: StackPaths, run_id: str) -> dict[str, Any]:
    return dict(read_json(paths.run(run_id) / "plan.json"))


def unsettled(paths: StackPaths, clock: Clock) -> list[RunView]:
    """Views of the runs that were opened and are not in the ledger, oldest first."""
    known = {entry["run_id"] for entry in Ledger(paths.ledger, clock).entries}
    views = [read_view(paths, run_id, clock) for run_id in paths.run_ids() if run_id not in known]
    return [view for view in views if view.run_id]


def unfinished_run(paths: StackPaths, clock: Clock) -> Owner | None:
    """The run that owns the stack, or None: by the lock, or by the journals when a crash lost the lock's content."""
    owner = read_owner(paths.lock)
    if owner is not None:
        return owner
    return next((owner_of(view) for view in unsettled(paths, clock) if not view.closed), None)


def owner_of(view: RunView) -> Owner:
    """A run's journal, told as the content of the lock."""
    opened = view.opened
    return {
        "run_id": view.run_id,
        "owner": opened.get("requested_by") or "?",
        "host": opened.get("host") or "?",
        "since": view.opened_at,
        "flow": opened.get("flow"),
        "reason": opened.get("reason"),
        "version": opened.get("to_version"),
    }


def finished(paths: StackPaths, clock: Clock) -> list[Entry]:
    """The ledger's entries, and those that closed runs will have there once they are cleared away."""
    pending = [view for view in unsettled(paths, clock) if view.closed]
    entries = [{**ledger_entry(view, read_plan(paths, view.run_id)), "at": view.last_at} for view in pending]
    return Ledger(paths.ledger, clock).entries + entries
