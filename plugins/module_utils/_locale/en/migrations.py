# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations of the database."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.no_way_back": (
        "Going back to the schema before {version}",
        "a reversible migration and its file",
        "{found}",
        "restore a backup, or stay on this version: rollback.yml never loses data without consent",
    ),
    "migrations.name": (
        "Reading the migration file {file}",
        "a name such as 20240815_001_add_user_preferences.py",
        '"{file}"',
        "rename the file",
    ),
    "migrations.syntax": (
        "Reading the migration {file}",
        "valid Python",
        "line {line}: {found}",
        "correct the file",
    ),
    "migrations.field": (
        "Reading the migration {file}",
        "{field}: {expected}",
        "{found}",
        "correct the file",
    ),
    "migrations.import": (
        "Loading the migration {file}",
        "a module that loads without an error",
        "{found}",
        "correct the file",
    ),
    "migrations.file_changed": (
        "Checking the migration {file}",
        "the content that was planned (SHA-256 {expected})",
        "another content (SHA-256 {found})",
        "plan again, or bring the file back",
    ),
    "migrations.changed_after": (
        "Checking the migrations that are applied",
        "{file} as {version} was applied (SHA-256 {expected})",
        "a file changed since (SHA-256 {found})",
        "bring the file back; a correction is a new migration; what changed no meaning is repaired: docs/migrations.md",
    ),
    "migrations.deleted": (
        "Checking the migrations that are applied",
        "the file of the applied migration {version}: {file}",
        "no such file",
        "bring the file back; if it must go, repair its record: docs/migrations.md",
    ),
    "migrations.renamed": (
        "Checking the migrations that are applied",
        "the file of {version} under the name it had when it was applied: {expected}",
        "{found}",
        "give the file its name back, or repair its record: docs/migrations.md",
    ),
    "migrations.reordered": (
        "Checking the migrations that are applied",
        "{file}: the dependencies and the order in which {version} was applied ({expected})",
        "{found}",
        "bring DEPENDENCIES back; another order takes a new migration",
    ),
    "migrations.late": (
        "Ordering the migrations",
        "{file}: a version above {newest}, which is applied",
        "{version}, which turned up late",
        "give it a newer number, or choose: benevoclic_migrations_out_of_order: run or skip",
    ),
    "migrations.target": (
        "Choosing the target of the migration",
        "one of {known}",
        '"{target}"',
        "correct target",
    ),
    "migrations.dependency_skipped": (
        "Ordering the migrations",
        "{file}: dependencies that run before it",
        "{dependency} came late and is skipped, {version} depends on it",
        "give {dependency} a newer number, or set benevoclic_migrations_out_of_order: run",
    ),
    "migrations.below_baseline": (
        "Going back below the migration {version}",
        "a migration that was run here",
        "a record made without running it ({origin})",
        "choose a target from {version} on",
    ),
    "migrations.ahead": (
        "Running the migration {version} beside the release that is served",
        "a migration that this release can live with",
        "{file} belongs to release {release}: irreversible, not compatible, or for after its deployment",
        "update to {release}: the update runs it at its moment",
    ),
    "migrations.risky": (
        "Checking what the migration {version} does",
        "{file}, line {line}: nothing that destroys data or is bound to fail, or ALLOWS with the reason",
        "{rule} on {collection}, {documents} documents concerned ({count} finding(s) in all)",
        "correct the migration, or allow it: docs/migrations.md",
    ),
    "migrations.changelog": (
        "Importing the changelog of migrate-mongo",
        "{collection} with the migrations that were applied, each with its fileName",
        "{count} documents, or others",
        "name the collection: -e collection=…",
    ),
    "migrations.no_record": (
        "Repairing the record of migration {version}",
        "one of {known}",
        "no record",
        "correct version; a migration that was never begun has no record",
    ),
    "migrations.repair": (
        "Repairing the record of migration {version} ({how})",
        "a file of this version",
        "{found}",
        "bring the file back, or take the record away: how=forget",
    ),
    "migrations.reason": (
        "Changing the records of migrations",
        "a reason, for the history",
        "nothing",
        'pass -e \'{{"reason": "…"}}\'',
    ),
    "migrations.new_name": (
        "Writing a new migration",
        "a name such as add_user_preferences: lower case, digits, single underscores, at most {longest} characters",
        '"{name}"',
        "make migration NAME=add_user_preferences",
    ),
    "migrations.new_exists": (
        "Writing the new migration {name}",
        "a name that is not taken",
        "{file}",
        "choose another name",
    ),
    "migrations.new_folder": (
        "Writing a new migration into {path}",
        "a folder",
        "nothing",
        "set benevoclic_migrations_dir in the inventory",
    ),
    "migrations.duplicate": (
        "Ordering the migrations",
        "one file a version",
        "{version} twice: {files}",
        "give one of the two another number",
    ),
    "migrations.dependency": (
        "Ordering the migrations",
        "the migration {dependency}, on which {version} ({file}) depends",
        "neither among the files nor in the database",
        "add the file, or correct DEPENDENCIES",
    ),
    "migrations.cycle": (
        "Ordering the migrations",
        "dependencies without a loop",
        "a loop: {versions} ({files})",
        "correct DEPENDENCIES",
    ),
    "migrations.unfinished": (
        "Migration {version}",
        "a database without a migration that was begun",
        "begun at {started_at} by {run_id} and never finished",
        "run the rollback playbook, which undoes it",
    ),
    "migrations.up_failed": (
        "Migration {version} (up)",
        "an end without an error",
        "{file}, line {line}: {found}; {state}",
        "correct the migration; the rollback (down) puts the database back",
    ),
    "migrations.down_failed": (
        "Undoing the migration {version} (down)",
        "an end without an error",
        "{file}, line {line}: {found}; {state}",
        "run rollback.yml again; if down still fails, with -e rollback_database=restore: the backup made before takes the place of the data",
    ),
    "migrations.verify_failed": (
        "Checking the migration {version} (verify)",
        "a database as it should be",
        "{file}, line {line}: {found}; {state}",
        "correct the migration; the rollback (down) puts the database back",
    ),
    "migrations.irreversible": (
        "Undoing the migration {version}",
        "a reversible migration",
        "REVERSIBLE = False",
        "restore the update's backup",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.taken_back": "migration {version} taken back",
    "migrations.applied": "migration {version} applied in {seconds} s: {description}",
    "migrations.pending": "migration {version} to apply: {description}",
    "migrations.none": "no migration to apply",
    "migrations.is_irreversible": "migration {version} is irreversible: going back takes the backup",
    "migrations.state": "database {database}: {applied} migrations applied, the last {last}, {pending} pending",
    "migrations.left": "migration {version} is left out: it turned up late (policy skip)",
    "migrations.to_undo": "migration {version} to take back: {description}",
    "migrations.concern": "{file}, line {line}: {rule} on {collection}, {documents} documents concerned",
    "migrations.concern_allowed": "{file}, line {line}: {rule} on {collection}, {documents} documents concerned, allowed: {reason}",
    "migrations.failed_attempt": "migration {version} ({direction}) failed on {started_at} in {run_id}: {error}",
    "migrations.cut_off": "migration {version} was begun on {started_at} by {run_id} and never finished",
    "migrations.record_added": "migration {version} counts as applied, without having been run",
    "migrations.record_changed": "record of migration {version} put right",
    "migrations.record_removed": "record of migration {version} taken away; what it did stays",
    "migrations.records_right": "the records are right already",
    "migrations.new_file": "{path}: write up, down and verify, then database_migration.yml --check",
    "migrations.holder": "{work} of {run_id} on {host} holds the database's lock since {since}",
    "migrations.holder_expired": "{work} of {run_id} on {host} holds the database's lock since {since}; its lease ran out",
    "migrations.progress": "{work} {item}: {percent} %",
}
