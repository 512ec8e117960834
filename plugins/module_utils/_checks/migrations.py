# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a run, loaded before anything changes: a broken import is not found behind the backup."""

from __future__ import annotations

from functools import partial

from .._commanded.settings import read_settings
from .._migrations import operations, planned
from .._migrations.files import Migration
from .._runs.context import HostContext
from .outcome import CheckResult, good, guarded


def check_migrations(context: HostContext) -> list[CheckResult]:
    """One result for those that load, one for each that does not. Those that the database has already are not loaded.

    Raises EngineError when the database does not answer, or has other files than the planned ones.
    """
    if read_settings(context.plan["definition"]) is not None:
        return []  # they are the application's own, in its image
    waiting = [*planned.to_undo(context), *planned.pending(context)]
    failed = [result for migration in waiting for result in guarded("migrations", partial(_load, context, migration))]
    if failed or not waiting:
        return failed
    return [good("migrations", "migrations", count=len(waiting))]


def _load(context: HostContext, migration: Migration) -> list[CheckResult]:
    operations.load(context, migration.file, migration.sha256)
    return []
