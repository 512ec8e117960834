# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``fold(records) → RunView``: the only reader of a journal. Status, report, lock message, rollback are views of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .journal import Record

OUTCOMES = ("succeeded", "unchanged", "rolled_back", "rollback_failed", "aborted")
EVIDENCE = (
    "check",
    "gate",
    "proof",
    "watch",
    "backup",
    "suite",
    "migration",
    "restore",
    "fence",
    "data",
    "undo_failures",
    "notification",
    "warning",
)
"""Record kinds that stages add; the view keeps their data in order, by kind."""

_STATE_OF_STAGE = {"verify": "verifying", "test": "verifying", "watch": "watching", "rollback": "rolling_back"}


@dataclass
class StageView:
    """A stage as far as it went; ``outcome`` is None while it runs or when it was cut off.

    Steps of one stage that follow each other count as one, with the sum of their durations.
    """

    name: str
    started_at: str
    outcome: str | None = None
    duration_seconds: float | None = None
    error: dict[str, Any] | None = None


@dataclass
class OperationView:
    """An operation: ``begun``, ``done``, or ``undone``; ``undo`` is what taking it back needs."""

    seq: int
    name: str
    arguments: dict[str, Any]
    undo: dict[str, Any]
    status: str = "begun"


@dataclass
class RunView:
    """A run as its journal tells it."""

    run_id: str = ""
    opened: dict[str, Any] = field(default_factory=dict)
    opened_at: str = ""
    last_at: str = ""
    closed_at: str | None = None
    state: str = "open"
    outcome: str | None = None
    failure: dict[str, Any] | None = None
    stages: list[StageView] = field(default_factory=list)
    operations: list[OperationView] = field(default_factory=list)
    evidence: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in EVIDENCE})
    rollback_verified: bool | None = None
    head: str = ""
    length: int = 0

    @property
    def closed(self) -> bool:
        return self.outcome is not None

    @property
    def touched(self) -> bool:
        """Whether any operation began, so that something may have changed."""
        return bool(self.operations)

    @property
    def current_stage(self) -> StageView | None:
        """The stage that began last and has not ended."""
        return self.stages[-1] if self.stages and self.stages[-1].outcome is None else None

    def to_undo(self) -> list[OperationView]:
        """Operations that began and were not taken back, oldest first."""
        return [operation for operation in self.operations if operation.status != "undone"]


def fold(records: Iterable[Record]) -> RunView:
    """Read a journal from its first record to its last."""
    view = RunView()
    for record in records:
        kind, data = record["kind"], record["data"]
        view.head, view.last_at = record["hash"], record["at"]
        view.length += 1
        if kind in view.evidence:
            view.evidence[kind].append({**data, "at": record["at"]})
        elif kind in _FOLDS:
            _FOLDS[kind](view, record, data)
    return view


def _opened(view: RunView, record: Record, data: dict[str, Any]) -> None:
    view.run_id, view.opened, view.opened_at = data["run_id"], data, record["at"]


def _stage_begin(view: RunView, record: Record, data: dict[str, Any]) -> None:
    last = view.stages[-1] if view.stages else None
    if last is not None and last.name == data["name"] and last.outcome == "ok":
        last.outcome = None
    else:
        view.stages.append(StageView(data["name"], record["at"]))
    view.state = _STATE_OF_STAGE.get(data["name"], view.state) if view.state != "rolling_back" else view.state


def _stage_end(view: RunView, record: Record, data: dict[str, Any]) -> None:
    stage = next((item for item in reversed(view.stages) if item.name == data["name"] and item.outcome is None), None)
    if stage is None:
        stage = StageView(data["name"], data.get("started_at") or record["at"])
        view.stages.append(stage)
    stage.outcome = data["outcome"]
    stage.duration_seconds = round((stage.duration_seconds or 0.0) + data["duration_seconds"], 3)
    stage.error = data.get("error")
    if stage.error and stage.name != "rollback" and view.failure is None:
        view.failure = stage.error


def _operation_begin(view: RunView, record: Record, data: dict[str, Any]) -> None:
    view.operations.append(OperationView(record["seq"], data["name"], data["arguments"], data["undo"]))
    view.state = "changing" if view.state == "open" else view.state


def _operation(view: RunView, seq: int) -> OperationView | None:
    return next((operation for operation in view.operations if operation.seq == seq), None)


def _operation_end(view: RunView, _record: Record, data: dict[str, Any]) -> None:
    operation = _operation(view, data["seq"])
    if operation is not None:
        operation.status = "done"


def _operation_undone(view: RunView, _record: Record, data: dict[str, Any]) -> None:
    operation = _operation(view, data["seq"])
    if operation is not None:
        operation.status = "undone"


def _failed(view: RunView, _record: Record, data: dict[str, Any]) -> None:
    view.failure = view.failure or data


def _rollback_ended(view: RunView, _record: Record, data: dict[str, Any]) -> None:
    view.rollback_verified = data["verified"]


def _closed(view: RunView, record: Record, data: dict[str, Any]) -> None:
    view.state = view.outcome = data["outcome"]
    view.closed_at = record["at"]


_FOLDS: dict[str, Callable[[RunView, Record, dict[str, Any]], None]] = {
    "run_opened": _opened,
    "stage_begin": _stage_begin,
    "stage_end": _stage_end,
    "operation_begin": _operation_begin,
    "operation_end": _operation_end,
    "operation_undone": _operation_undone,
    "failure": _failed,
    "rollback_ended": _rollback_ended,
    "run_closed": _closed,
}
