# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that the application brings itself."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.command_version": (
        "Reading the versions of the application's migrations",
        "letters, digits, and . _ : - within; not none",
        '"{version}"',
        "correct migrations in the manifest",
    ),
    "migrations.baseline": (
        "Choosing how the application's migrations would go back from {target}",
        "a recorded migration, or the state before the first",
        "neither",
        "say which migration the database has now: benevoclic_migrations_baseline (none: an empty start)",
    ),
    "migrations.script_failed": (
        "npm run {script} for {target}",
        "an end with status 0",
        "status {status}: {output}",
        "correct the script; the rollback puts the database back by the rule of the data",
    ),
    "migrations.script_timeout": (
        "npm run {script} for {target}",
        "an end within {seconds} s",
        "still at work, stopped",
        "correct the script, or raise benevoclic_migrations_timeout_seconds",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.commanded": "npm run migrate:up for {target}, verified, in {seconds} s: {said}",
    "migrations.commanded_back": "migrations taken back to {target} by npm run migrate:down",
    "migrations.commanded_up": "from {earlier} to {target}: npm run migrate:up -- --target {target}, then migrate:verify, out of {place}",
    "migrations.commanded_down": "from {earlier} back to {target}: npm run migrate:down -- --target {target}, out of {place}",
    "migrations.commanded_way_back": "should it fail: npm run migrate:down -- --target {earlier}",
    "migrations.commanded_no_lint": "what the application's scripts do cannot be looked at beforehand",
    "plan.migration_dry_run": "migrate:dry-run for the target {target}: {up} migration{up:s} to apply, {down} to take back",
    "migrations.commanded_dry_run": "that is what migrate:dry-run says for {target}; nothing was tried on a copy",
}
