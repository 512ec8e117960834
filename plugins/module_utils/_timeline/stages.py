# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the timeline knows of stages and outcomes, as data."""

from __future__ import annotations

from .style import FAILED, OK, WARNING

PLAN = "plan"
HARMLESS = (
    PLAN,
    "preflight",
    "open",
    "announce",
    "backup",
    "verify",
    "test",
    "watch",
    "conclude",
    "status",
    "notify",
    "migrations",
    "rehearsal",
)
"""Stages that change nothing on the site."""
VERSIONS = ("from_version", "to_version")
"""Of a plan and of a report: the release before and after."""
KINDS = {"succeeded": OK, "unchanged": OK, "rolled_back": WARNING, "rollback_failed": FAILED, "aborted": WARNING}
"""Outcome → how the ending is shown."""
STAGE_OF = {
    "validate_argument_spec": PLAN,
    "update_plan": PLAN,
    "stack_info": "status",
    "host_preflight": "preflight",
    "run_open": "open",
    "run_info": "status",
    "mongodb_backup": "backup",
    "mongodb_backup_info": "status",
    "mongodb_restore": "restore",
    "release_capture": "backup",
    "mongodb_migrate": "migrate",
    "migration_file": "migrations",
    "mongodb_migrate_info": "migrations",
    "mongodb_migrate_records": "migrations",
    "stack_deploy": "deploy",
    "http_gate": "verify",
    "version_proof": "verify",
    "test_suite_run": "test",
    "edge_watch": "watch",
    "run_close": "conclude",
    "run_fence": "fence",
    "run_rollback": "rollback",
    "release_restore": "deploy",
    "notification_send": "announce",
}
"""Short name of a module → stage: for a failure, which does not say, and for what is under way."""
