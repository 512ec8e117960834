# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a run's plan: proved to be the planned files, ordered, compared with the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core.errors import BadInput, Failed
from .._mongo import client as connections
from .._runs.context import HostContext
from .._runs.session import Run
from . import files, order, state, validation
from .files import Migration
from .operations import FOLDER, admin_uri


def planned(context: HostContext, which: str = "migrations") -> list[Migration]:
    """The plan's migrations, or with ``undo`` those that it takes back, read from the run's folder.

    Raises BadInput, or Failed ``migrations.file_changed``.
    """
    found = []
    for entry in context.plan.get(which) or []:
        migration = files.describe(context.run_folder / FOLDER / entry["file"])
        if migration.sha256 != entry["sha256"]:
            raise Failed(
                "migrations.file_changed", file=entry["file"], expected=entry["sha256"], found=migration.sha256
            )
        found.append(migration)
    return found


def pending(context: HostContext, phase: str | None = None) -> list[Migration]:
    """Those of the plan that the database does not have, in the order in which they run. Changes nothing.

    ``phase`` limits them to one. Raises Refused when a file is not the one that was applied, before anything runs.
    """
    migrations = planned(context)
    if not migrations:
        return []
    with connections.connect(admin_uri(context)) as client:
        records = state.records(client[database_of(context)])
    names = {migration.version for migration in migrations}
    validation.refuse(migrations, [_known(record, names) for record in records])
    applied = {record["_id"] for record in records}
    left = [migration for migration in order.ordered(migrations, applied) if migration.version not in applied]
    return [migration for migration in left if phase in (None, migration.phase)]


def _known(record: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """A plan names some files of the set: the record of another is not missed here."""
    return record if record["_id"] in names else {"_id": record["_id"], "origin": "plan"}


def to_undo(context: HostContext) -> list[Migration]:
    """Those that the plan takes back and the database still has, in the order in which they go."""
    migrations = planned(context, "undo")
    if not migrations:
        return []
    with connections.connect(admin_uri(context)) as client:
        applied = state.read(client[database_of(context)])
    return [migration for migration in migrations if migration.version in applied]


def apply(run: Run, phase: str | None = None) -> list[dict[str, Any]]:
    """Take back, then apply what the plan says, each as an operation of the run; what each did."""
    results = []
    for migration in [] if phase else to_undo(run.context):
        arguments = {**_arguments(run, migration), "source_run": run.context.run_id}
        results.append(_done(run, migration, run.operate("migration.down", arguments), "taken_back"))
    for migration in pending(run.context, phase):
        results.append(_done(run, migration, run.operate("migration.up", _arguments(run, migration)), "applied"))
    return results


def _arguments(run: Run, migration: Migration) -> dict[str, Any]:
    fields = {"version": migration.version, "file": migration.file, "sha256": migration.sha256}
    return {**fields, "database": database_of(run.context)}


def _done(run: Run, migration: Migration, result: dict[str, Any], outcome: str) -> dict[str, Any]:
    evidence = {**files.summaries([migration])[0], **result, "outcome": outcome}
    run.record("migration", evidence)
    return evidence


def describe(migrations: Iterable[Migration]) -> list[dict[str, Any]]:
    """As results show them."""
    return files.summaries(migrations)


def database_of(context: HostContext) -> str:
    """Raises BadInput ``mongo.definition_missing`` for a stack that has none."""
    database = (context.plan["definition"].get("mongodb") or {}).get("database")
    if not database:
        raise BadInput("mongo.definition_missing", key="mongodb.database")
    return str(database)
