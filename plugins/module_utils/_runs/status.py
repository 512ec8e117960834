# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of a stack's runs without waiting: who owns it, what happened last, where one could go back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .._core.clock import Clock
from .._core.errors import LockHeld
from .._core.files import read_json
from .layout import StackPaths
from .ledger import landings, last_of, latched_by, refuse_latched
from .lock import describe
from .unsettled import finished, read_view, unfinished_run

__all__ = ["read_view", "refuse_if_taken", "summary"]

_PLAN_KEYS = (
    "flow",
    "update_type",
    "from_version",
    "to_version",
    "severity",
    "vulnerability_id",
    "stages",
    "policy",
    "reason",
)


def summary(paths: StackPaths, clock: Clock) -> dict[str, Any]:
    """``unfinished`` (None or the run that owns the stack), ``last`` (ledger entry), ``latched``, ``landings``."""
    entries = finished(paths, clock)
    return {
        "unfinished": _unfinished(paths, clock),
        "last": last_of(entries),
        "latched": latched_by(entries),
        "landings": [asdict(landing) for landing in landings(entries)],
    }


def refuse_if_taken(paths: StackPaths, plan: Mapping[str, Any], clock: Clock) -> None:
    """What :func:`open_run` would refuse, for check mode."""
    owner = unfinished_run(paths, clock)
    if owner is not None:
        view = read_view(paths, owner["run_id"], clock)
        if not view.closed:
            raise LockHeld("lock.run_unfinished", **describe(owner, clock), state=view.state)
    refuse_latched(plan["flow"], finished(paths, clock))


def _unfinished(paths: StackPaths, clock: Clock) -> dict[str, Any] | None:
    owner = unfinished_run(paths, clock)
    if owner is None:
        return None
    view = read_view(paths, owner["run_id"], clock)
    if view.closed:
        return None
    plan = read_json(paths.run(owner["run_id"]) / "plan.json")
    stage = view.current_stage
    known = describe(owner, clock)
    statuses = [operation.status for operation in view.operations]
    return {
        **known,
        "silent_seconds": _silent_seconds(paths, known["silent_seconds"], clock),
        "flow": view.opened.get("flow"),
        "plan": {key: plan.get(key) for key in _PLAN_KEYS},
        "state": view.state,
        "stage": stage.name if stage else None,
        "operations": [asdict(operation) for operation in view.operations],
        "counts": {status: statuses.count(status) for status in ("begun", "done", "undone")},
        "failure": view.failure,
        "notifications": view.evidence["notification"],
    }


def _silent_seconds(paths: StackPaths, by_stages: object, clock: Clock) -> object:
    """Since the last sign of life: stages give one when they begin and end, long work in between tells how far it is."""
    try:
        by_work = max(0, round(clock.now().timestamp() - paths.progress.stat().st_mtime))
    except OSError:
        return by_stages
    return min(by_stages, by_work) if isinstance(by_stages, int) else by_stages
