# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations in plans: at which stage of an update each runs, what a swap without downtime allows, a migration alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core.errors import BadInput, Refused
from .plan import Observed, Request, headline, switches
from .policy import MIGRATION_SUITES, backup_proof

FLOW = "database_migration"
KIND = "migration"
PHASE_STAGES = {
    "before_deploy": "migrate",
    "after_deploy": "migrate_after_deploy",
    "after_verified": "migrate_after_verified",
}
"""Phase of a migration → the stage of an update in which it runs."""
BESIDE_OLD_CODE = ("before_deploy", "after_deploy")
"""Until the release is verified the old one may have to serve again."""


def stages_with(stages: Sequence[str], migrations: Iterable[Mapping[str, Any]]) -> list[str]:
    """An update's ``stages`` with those that its migrations need, each right behind what it waits for."""
    wanted = {PHASE_STAGES[migration["phase"]] for migration in migrations}
    result: list[str] = []
    for stage in stages:
        before = "migrate" if stage == "deploy" else None
        after = {"deploy": "migrate_after_deploy", "watch": "migrate_after_verified"}.get(stage)
        result += [name for name in (before, stage, after) if name == stage or name in wanted]
    return result


def check_swap(manifest: Mapping[str, Any], migrations: Iterable[Mapping[str, Any]]) -> None:
    """A release without declared downtime only brings what its predecessor can live with.

    Raises BadInput ``plan.needs_downtime``, naming the file and why.
    """
    if manifest.get("downtime"):
        return
    for migration in migrations:
        if migration["phase"] in BESIDE_OLD_CODE and not migration["compatible"]:
            name = "compatible" if migration["reversible"] else "reversible"
            # Of the application's own migrations, which have no file, the stack definition says it.
            why = f"{name.upper()} = False" if migration["sha256"] else f"migrations.{name}: false"
            details = {"version": migration["version"], "file": migration["file"], "why": why}
            raise BadInput("plan.needs_downtime", release=manifest["version"], phase=migration["phase"], **details)


def migration_plan(
    request: Request,
    definition: Mapping[str, Any],
    observed: Observed,
    target: str,
    outlook: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    rehearsal: bool = False,
) -> dict[str, Any]:
    """The plan of a migration alone: ``outlook`` has what ``target`` would ``apply`` and ``undo``. No service is touched.

    A rehearsal backs up and tries everything on a copy; the database stays as it is. Raises Refused
    ``plan.nothing_served`` when nobody knows which release is served.
    """
    version = observed.version or observed.last_verified
    if version is None:
        raise Refused("plan.nothing_served")
    up, down = list(outlook["apply"]), list(outlook["undo"])
    unchanged = not up and not down
    stages = ["preflight", "announce", "backup", "migrate", "verify", "test", "conclude"]
    if rehearsal:
        stages = ["preflight", "backup", "migrate", "conclude"]
    if not request.backup_enabled:
        stages.remove("backup")
    wished = (definition.get("backup") or {}).get("proof")
    proof = backup_proof("pre_migration", wished, definition.get("environment", ""), migrates=True)
    return {
        **headline(request, observed, version),
        "severity": None,
        "vulnerability_id": None,
        "unchanged": unchanged,
        "migration_target": target,
        "dry_run": rehearsal,
        "images": {},
        "services": [],
        "migrations": up,
        "undo": down,
        "downtime": False,
        "stages": ["verify", "conclude"] if unchanged else stages,
        "test_level": None,
        "suites": [] if unchanged or rehearsal else list(MIGRATION_SUITES),
        "policy": {"application_must_answer": True, "deadline": None},
        "backup_kind": "pre_migration",
        "backup_proof": proof if request.backup_enabled and not unchanged else None,
        "switches": switches(request, rollback=request.rollback_enabled),
        "definition": dict(definition),
    }
