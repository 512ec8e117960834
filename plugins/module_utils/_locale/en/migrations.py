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
        "the file of {version} as it was applied (SHA-256 {expected})",
        "a file changed since (SHA-256 {found})",
        "bring the file back; a correction is a new migration",
    ),
    "migrations.duplicate": (
        "Ordering the migrations",
        "one file a version",
        "{version} twice: {files}",
        "give one of the two another number",
    ),
    "migrations.dependency": (
        "Ordering the migrations",
        "the migration {dependency}, on which {version} depends",
        "neither among the files nor in the database",
        "add the file, or correct DEPENDENCIES",
    ),
    "migrations.cycle": (
        "Ordering the migrations",
        "dependencies without a loop",
        "a loop between {versions}",
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
        "{file}, line {line}: {found}",
        "the database is put back by down; correct the migration",
    ),
    "migrations.down_failed": (
        "Undoing the migration {version} (down)",
        "an end without an error",
        "{file}, line {line}: {found}",
        "the database is between two states: restore the update's backup, or correct down and run rollback again",
    ),
    "migrations.verify_failed": (
        "Checking the migration {version} (verify)",
        "a database as it should be",
        "{file}, line {line}: {found}",
        "the database is put back by down; correct the migration",
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
}
