# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention carried out in a backup folder, or foreseen. What is no usable set of the stack is named and left alone."""

from __future__ import annotations

import syslog
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.errors import EngineError
from .._core.files import read_bytes
from .._runs.layout import StackPaths
from .._runs.ledger import Entry, latched_by
from .._runs.unsettled import finished, unfinished_run
from . import retention, workspace
from .retention import Candidate, Keep, Verdict
from .sets import FOREIGN, USABLE, BackupSet, inventory

Judged = list[tuple[BackupSet, Verdict]]


def judge(
    paths: StackPaths, clock: Clock, keep: Keep, sets: Iterable[BackupSet], coming: Sequence[Candidate]
) -> Judged:
    """The usable sets with their verdicts, newest first, as if those that are ``coming`` were there already.

    Raises Failed ``journal.broken`` or ``file.unreadable``: a ledger that cannot be trusted decides nothing.
    """
    usable = {one.id: one for one in sets if one.state in USABLE}
    candidates = [*(one.candidate() for one in usable.values()), *coming]
    entries = finished(paths, clock)
    verdicts = retention.decide(candidates, entries, keep, _needed(paths, clock, entries, candidates))
    return [(usable[verdict.id], verdict) for verdict in verdicts if verdict.id in usable]


def foresee(
    definition: Mapping[str, Any], paths: StackPaths, clock: Clock, coming: Sequence[Candidate] = ()
) -> dict[str, Any] | None:
    """What :func:`prune` would do after the sets that are ``coming``, in the same form."""
    keep = retention.read_keep(definition)
    if keep is None:
        return None
    sets = inventory(Path(definition["backup_dir"]), definition["stack"])
    return _told(sets, judge(paths, clock, keep, sets, coming))


def prune(definition: Mapping[str, Any], paths: StackPaths, clock: Clock) -> dict[str, Any] | None:
    """Remove what nothing holds any more; None where the definition has no keeps.

    Returns ``removed`` and ``kept`` (``id``, ``bytes``, ``reason``, ``details``), ``left_alone`` (``id``, ``state``),
    ``bytes`` removed. Raises EngineError before anything is removed.
    """
    keep = retention.read_keep(definition)
    backup_dir = Path(definition["backup_dir"])
    if keep is None or not backup_dir.is_dir():
        return None
    with workspace.guard(backup_dir):
        sets = inventory(backup_dir, definition["stack"])
        judged = judge(paths, clock, keep, sets, ())
        return _told(sets, [(one, verdict if verdict.keep else _remove(one, verdict)) for one, verdict in judged])


def _remove(one: BackupSet, verdict: Verdict) -> Verdict:
    """What became of it: a set that cannot be removed is kept, and why."""
    try:
        if not workspace.expire(one.path):
            return Verdict(one.id, True, "in_use")
    except EngineError as error:
        return Verdict(one.id, True, "stuck", {"cause": error})
    syslog.syslog(f"benevoclic-updates {(one.content or {})['stack']} backup {one.id} removed: {verdict.reason}")
    return verdict


def open_runs(paths: StackPaths, clock: Clock, entries: Iterable[Entry]) -> list[str]:
    """The run whose rollback failed, when nothing has gone well since, and the run that is under way or was cut off."""
    owner = unfinished_run(paths, clock)
    return [run_id for run_id in (latched_by(entries), owner["run_id"] if owner else None) if run_id is not None]


def _needed(
    paths: StackPaths, clock: Clock, entries: Iterable[Entry], candidates: Iterable[Candidate]
) -> dict[str, str]:
    """Sets that a run which is not over, or whose rollback failed, made or names anywhere in its plan or journal."""
    found: dict[str, str] = {}
    for run_id in open_runs(paths, clock, entries):
        journal = paths.run(run_id) / "journal.jsonl"
        said = read_bytes(paths.run(run_id) / "plan.json") + (read_bytes(journal) if journal.exists() else b"")
        for one in candidates:
            if one.id.encode() in said or (one.run_id and one.run_id.encode() in said):
                found[one.id] = run_id
    return found


def _told(sets: Iterable[BackupSet], judged: Judged) -> dict[str, Any]:
    def entry(one: BackupSet, verdict: Verdict) -> dict[str, Any]:
        size = (one.content or {})["bytes"]
        return {"id": one.id, "bytes": size, "reason": verdict.reason, "details": dict(verdict.details)}

    removed = [entry(one, verdict) for one, verdict in judged if not verdict.keep]
    return {
        "removed": removed,
        "kept": [entry(one, verdict) for one, verdict in judged if verdict.keep],
        "left_alone": [{"id": one.id, "state": one.state} for one in sets if one.state not in (*USABLE, FOREIGN)],
        "bytes": sum(one["bytes"] for one in removed),
    }
