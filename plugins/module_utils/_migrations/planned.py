# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a run's plan: proved to be the planned files, ordered, compared with the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .._core.errors import Failed
from .._runs.context import HostContext
from .._runs.session import Run
from . import files, order, state
from .files import Migration
from .operations import FOLDER, admin_uri


def planned(context: HostContext) -> list[Migration]:
    """The plan's migrations, read from the run's folder. Raises BadInput, or Failed ``migrations.file_changed``."""
    found = []
    for entry in context.plan["migrations"]:
        migration = files.describe(context.run_folder / FOLDER / entry["file"])
        if migration.sha256 != entry["sha256"]:
            raise Failed(
                "migrations.file_changed", file=entry["file"], expected=entry["sha256"], found=migration.sha256
            )
        found.append(migration)
    return found


def pending(context: HostContext) -> list[Migration]:
    """Those of the plan that the database does not have, in the order in which they run. Changes nothing."""
    migrations = planned(context)
    if not migrations:
        return []
    applied = state.applied_checksums(admin_uri(context), database_of(context))
    return order.pending(migrations, applied)


def apply(run: Run) -> list[dict[str, Any]]:
    """Run what is pending, each as an operation of the run; what each did."""
    results = []
    for migration in pending(run.context):
        arguments = {
            "version": migration.version,
            "file": migration.file,
            "sha256": migration.sha256,
            "database": database_of(run.context),
        }
        result = {**_summary(migration), **run.operate("migration.up", arguments)}
        run.record("migration", {**result, "outcome": "applied"})
        results.append(result)
    return results


def describe(migrations: list[Migration]) -> list[dict[str, Any]]:
    """As results show them."""
    return [_summary(migration) for migration in migrations]


def database_of(context: HostContext) -> str:
    return str(context.plan["definition"]["mongodb"]["database"])


def _summary(migration: Migration) -> dict[str, Any]:
    return {key: value for key, value in asdict(migration).items() if key != "dependencies"}
