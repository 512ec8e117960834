# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the data when a release is left: the facts of the case, and the restore where the rule says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._commanded import returning
from .._commanded.operations import UP_NAME as COMMAND_UP
from .._core.errors import Refused
from .._migrations import going_back
from .._migrations.planned import planned
from .._mongo import client as connections
from .._mongo import restore, writes
from .._mongo.backup import target
from .._mongo.restore_operations import OPERATIONS as RESTORE_OPERATIONS
from .._mongo.restore_operations import admin_uri
from .._mongo.restore_set import FITS
from .._runs import data_rule, fenced
from .._runs.context import HostContext
from .._runs.data_rule import Case
from .._runs.rollback import Remedy
from .._runs.session import Run
from .._runs.unsettled import read_view
from .._runs.view import OperationView, RunView
from .._stack.restore import Target
from . import fence

UP = "migration.up"
UPS = (UP, COMMAND_UP)
OF_UPDATES = ("pre_update", "pre_migration")
"""Kinds of backups that were made before the migrations of their run."""


@dataclass(frozen=True)
class Way:
    """What the rule says, and which backup it would take; ``said`` is how many writes that would lose, for people."""

    decision: str
    backup_id: str | None
    case: Case

    @property
    def said(self) -> str:
        return writes.UNKNOWN if self.case.lost is None else str(self.case.lost)

    def require(self) -> Way:
        """Raises Refused ``rollback.consent``, or ``migrations.no_way_back`` where there is nothing to restore."""
        if self.decision == data_rule.ASK:
            text_id = "rollback.consent" if self.backup_id else "rollback.no_backup"
            raise Refused(text_id, writes=self.said, backup=self.backup_id or "-", migrations=self.case.migrations)
        return self


def of_run(run: Run, *, agreed: bool) -> Way:
    """For a run that is taken back: the migrations that it began and did not undo, or could not when it was tried."""
    operations = run.view.to_undo()
    began = {item.arguments["version"] for item in operations if item.name == UP}
    left = [migration for migration in planned(run.context) if migration.version in began] if began else []
    facts = [(item.reversible, item.compatible) for item in left]
    for operation in operations:
        if operation.name == COMMAND_UP:
            facts += [returning.reversible(run.context)] * len(operation.arguments["versions"])
    tried = [item["name"] for record in run.view.evidence["undo_failures"] for item in record["operations"]]
    failed = bool(facts) and any(name in tried for name in UPS)
    return _way(run, run.view, facts, agreed=agreed, failed=failed)


def of_return(run: Run, goal: Target, *, agreed: bool) -> Way:
    """For a return to the tuple ``goal``: the migrations begun since. Its restore is the backup of the run that
    brought the oldest of those that cannot be undone, or whose ``down`` failed."""
    schema = goal.release.get("schema")
    if schema is None or "mongodb_admin_uri" not in run.context.secrets:
        return Way(data_rule.UNTOUCHED, None, Case())
    since = going_back.since(run.context, schema)
    stuck = next((item for item in since if item.failed or not item.reversible), None)
    view = read_view(run.paths, stuck.run_id, run.context.clock) if stuck and stuck.run_id else RunView()
    failed = any(item.failed for item in since)
    return _way(run, view, [(item.reversible, item.readable) for item in since], agreed=agreed, failed=failed)


def _way(run: Run, view: RunView, left: Sequence[tuple[bool, bool]], *, agreed: bool, failed: bool = False) -> Way:
    """``view`` is of the run that brought the migrations; ``left``: reversible and readable, of each."""
    case = Case(
        migrations=len(left),
        reversible=all(reversible for reversible, _readable in left),
        readable=all(readable for _reversible, readable in left),
        failed=failed,
        consent=agreed,
    )
    backup = _backup(view.evidence["backup"])
    if case.migrations and (case.failed or not case.reversible) and backup:
        case = replace(case, backed_up=True, lost=_lost(run, view, backup))
    return Way(data_rule.decide(case), backup.get("id") if backup else None, case)


def _backup(evidence: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((item for item in evidence if item.get("kind") in OF_UPDATES), None)


def _lost(run: Run, view: RunView, backup: Mapping[str, Any]) -> int | None:
    """The writes since users could write again; since the backup, those of the migrations included, without a fence."""
    if view.run_id == run.context.run_id and fence.holds(run):
        return 0
    return count_since(run, fenced.kept_until(view) or (backup.get("consistency") or {}).get("cluster_time"))


def count_since(run: Run, moment: str | None) -> int | None:
    """Writes to the database since a cluster time; None where nobody can count."""
    database, _folder = target(run.context.definition)
    with connections.connect(admin_uri(run.context)) as client:
        return writes.since(client, database, moment).count


def consent(context: HostContext) -> bool:
    """Whether the plan has the explicit consent to a restore that loses writes."""
    return (context.plan.get("consents") or {}).get("rollback_database") == data_rule.RESTORE


def remedy(run: Run, *, agreed: bool) -> Remedy:
    """For the rollback of ``run``. Raises Refused when only a person may decide; then nothing was changed.

    Where it restores, writers are kept out again and counted once more before.
    """
    way = of_run(run, agreed=agreed).require()
    if way.decision == data_rule.RESTORE:
        fence.up(run)
        again = of_run(run, agreed=agreed)
        if again.decision != data_rule.RESTORE:
            fence.down(run)
            again.require()
    tell(run, way)
    leave = set(UPS) if way.decision == data_rule.KEEP else set()
    if run.context.plan["flow"] != "restore":
        leave |= set(RESTORE_OPERATIONS)

    def carry_out(held: Run) -> None:
        if way.decision == data_rule.RESTORE:
            bring_back(held, str(way.backup_id))

    return Remedy(carry_out, frozenset(leave), restores=way.decision == data_rule.RESTORE)


def bring_back(run: Run, backup_id: str) -> None:
    """The data of the backup takes the place of that in service, which is kept aside; what was cut off begins anew."""
    if not run.view.evidence["restore"]:
        for operation in reversed(_restoring(run.view)):
            run.take_back(operation)
        version = run.context.plan.get("from_version")
        # The release of the backup comes back with it, so it need not be the one that serves.
        wish = restore.Wish(backup_id, accept=frozenset(FITS) - {"stack"}, fenced=True)
        restore.carry_out(run, wish, restore.Serving(version, None))
    for operation in run.view.to_undo():
        if operation.name in UPS:
            run.journal.append("operation_undone", {"seq": operation.seq, "result": {"restored": backup_id}})


def _restoring(view: RunView) -> list[OperationView]:
    return [operation for operation in view.to_undo() if operation.name in RESTORE_OPERATIONS]


def tell(run: Run, way: Way) -> None:
    """Data that stays although its schema is newer is said in the report."""
    run.record("data", {"decision": way.decision, "backup_id": way.backup_id, "lost": way.case.lost})
    if way.decision == data_rule.KEEP:
        run.record("warning", {"id": "rollback.database_kept", "details": {"migrations": str(way.case.migrations)}})
