# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fence, and what becomes of the data when a release is left."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "fence.directory": (
        "Closing the edge by {path}",
        "a folder that this account can write in (edge.maintenance.directory)",
        "{found}",
        "mend its permissions or benevoclic_edge, then run again",
    ),
    "fence.edge_open": (
        "Closing the edge {url}",
        "the maintenance page (status 503) for users",
        "{found}",
        "let nginx look at the folder edge.maintenance.directory (docs/architecture.md), or take edge.maintenance away",
    ),
    "plan.fence_without_backup": (
        "Planning version {version}",
        "a backup, the only way back from an irreversible migration",
        "{file}, and benevoclic_backup_enabled false",
        "leave the backup switched on",
    ),
    "rollback.consent": (
        "Going back with the data ({migrations} migration{migrations:s} since the backup {backup})",
        "no writes since, or your consent to lose them",
        "a restore would lose {writes} write{writes:s}",
        "nothing was undone; to restore all the same, run rollback.yml with -e rollback_database=restore: the data that is left is kept aside",
    ),
    "rollback.no_backup": (
        "Going back with the data ({migrations} migration{migrations:s})",
        "migrations that can be undone, or a backup of before",
        "neither",
        "keep this release, or restore a backup yourself with restore.yml",
    ),
    "rollback.no_fence": (
        "Restoring while going back",
        "users' writes kept out (run_fence)",
        "an open database",
        "run rollback.yml again",
    ),
}

TEXTS: dict[str, str] = {
    "plan.fence_page": "downtime from the backup until the tests are over: maintenance page, {services} stopped during the migration",
    "plan.fence": "downtime from the backup until the deployment: {services} stopped",
    "plan.fence_irreversible": "why: {files} is irreversible; no write may come that going back would lose",
    "fence.raised": "writes kept out: maintenance page at the edge, {services} stopped",
    "fence.raised_without_page": "writes kept out: {services} stopped",
    "fence.back": "{service} started again, unchanged",
    "fence.lifted": "users are back; writes were kept out for {seconds} s",
    "rollback.data_restored": "data of before restored ({backup_id}), that of the failure kept aside",
    "rollback.data_kept": "database unchanged: the old release can read the new schema",
    "rollback.database_kept": "database unchanged ({migrations} migration{migrations:s} kept): the old release can read the new schema",
}
