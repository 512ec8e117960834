# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a finished run leaves: a line in the ledger and in the system log, ``report.json``; all from its journal."""

from __future__ import annotations

import syslog
from collections.abc import Mapping
from typing import Any

from .._core.clock import Clock, parse_iso
from .._core.files import write_json
from .fenced import times
from .layout import StackPaths
from .ledger import Entry, Ledger
from .view import RunView


def conclude(paths: StackPaths, view: RunView, plan: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Write ledger and report of a closed run; doing it again gives the same. Returns the report."""
    ledger = Ledger(paths.ledger, clock)
    ledger.append_once(ledger_entry(view, plan))
    syslog.syslog(f"benevoclic-updates {paths.root.name} {view.run_id} {view.outcome} ledger={ledger.head}")
    report = {**build_report(view, plan), "journal_head": view.head, "ledger_head": ledger.head}
    write_json(paths.run(view.run_id) / "report.json", report)
    return report


def ledger_entry(view: RunView, plan: Mapping[str, Any]) -> Entry:
    """What the ledger says of a closed run."""
    return {
        "run_id": view.run_id,
        "flow": plan["flow"],
        "update_type": plan["update_type"],
        "from_version": plan.get("from_version"),
        "to_version": plan["to_version"],
        "outcome": view.outcome,
        "rehearsal": bool(plan.get("dry_run")),
        "started_at": view.opened_at,
        "finished_at": view.closed_at,
        "backup_id": _last(view, "backup").get("id"),
        "journal_head": view.head,
        "journal_length": view.length,
    }


def _last(view: RunView, kind: str) -> dict[str, Any]:
    return view.evidence[kind][-1] if view.evidence[kind] else {}


def _seconds(view: RunView) -> float | None:
    if view.closed_at is None:
        return None
    return round((parse_iso(view.closed_at) - parse_iso(view.opened_at)).total_seconds(), 3)


def build_report(view: RunView, plan: Mapping[str, Any]) -> dict[str, Any]:
    """The report of a run, as ``contract.md`` names its keys; times ISO 8601 UTC, durations in seconds."""
    watch = _last(view, "watch")
    backup = next((item for item in view.evidence["backup"] if item.get("kind") != "before_rollback"), {})
    return {
        "run_id": view.run_id,
        "flow": plan["flow"],
        "stack": plan["definition"]["stack"],
        "environment": plan["definition"]["environment"],
        "update_type": plan["update_type"],
        "severity": plan.get("severity"),
        "vulnerability_id": plan.get("vulnerability_id"),
        "reason": plan.get("reason"),
        "requested_by": plan.get("requested_by"),
        "from_version": plan.get("from_version"),
        "to_version": plan["to_version"],
        "outcome": view.outcome,
        "started_at": view.opened_at,
        "duration_seconds": _seconds(view),
        "stages": [
            {
                "name": stage.name,
                "outcome": stage.outcome,
                "started_at": stage.started_at,
                "duration_seconds": stage.duration_seconds,
            }
            for stage in view.stages
        ],
        "failure": view.failure,
        "requests": {key: watch.get(key) for key in ("sent", "failed", "longest_gap_seconds")},
        "backup": {key: backup.get(key) for key in ("id", "bytes", "sha256", "verified")} if backup else None,
        "backups": view.evidence["backup"],
        "migrations": view.evidence["migration"],
        "fence": times(view),
        "restore": _last(view, "restore") or None,
        "data": _last(view, "data") or None,
        "suites": view.evidence["suite"],
        "notifications": view.evidence["notification"],
        "versions_served": _versions_served(view, plan),
        "changed": _changed(view),
        "warnings": view.evidence["warning"],
        "switches": plan.get("switches"),
    }


def _changed(view: RunView) -> dict[str, list[str]]:
    """What this run changed and did not take back: services swapped, migrations applied or taken back, collections restored."""
    operations = [operation for operation in view.operations if operation.status == "done"]
    done = [operation.arguments for operation in operations]
    swapped = [item.arguments["name"] for item in operations if item.name.startswith(("collection.", "view."))]
    return {
        "services": list(dict.fromkeys(item["service"] for item in done if "service" in item)),
        "migrations": [
            version for item in done for version in item.get("versions") or [item.get("version")] if version
        ],
        # Data that a rollback put back is that of before.
        "collections": list(dict.fromkeys(swapped)) if view.rollback_verified is None else [],
    }


def _versions_served(view: RunView, plan: Mapping[str, Any]) -> list[str]:
    """The versions that were proved to be served, in the order in which they were, each once in a row."""
    served = [plan["from_version"]] if plan.get("from_version") else []
    for proof in view.evidence["proof"]:
        version = proof.get("version")
        if version and (not served or served[-1] != version):
            served.append(version)
    return served
