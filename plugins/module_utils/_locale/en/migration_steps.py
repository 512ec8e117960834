# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What migrations do while they run."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.pace": (
        "Reading {key}",
        "a number of documents a second, 0 (no limit) or more",
        "{value}",
        "correct the inventory",
    ),
    "migrations.deadline": (
        "Migration {version}",
        "an end within {seconds} s (DEADLINE_SECONDS)",
        "the time is over; {state}",
        "make the migration faster, or declare a longer deadline; the rollback (down) undoes it",
    ),
    "migrations.rehearsal_failed": (
        "Rehearsing the migration {version} on a restored copy of the backup",
        "up, verify, down and up without an error",
        "{cause}",
        "correct the migration; the real database was not touched",
    ),
    "migrations.round_trip": (
        "Rehearsing the migration {version} on a restored copy of the backup",
        "the database from before up after down, and as many documents at the second up",
        "differences in {collections}",
        "correct down, or declare REVERSIBLE = False; the real database was not touched",
    ),
    "migrations.no_backup": (
        "Rehearsing the migrations of the run {run_id}",
        "a backup of this run",
        "none",
        "leave the backup on: the rehearsal works on its restored copy",
    ),
    "step.collection_differs": (
        "Creating the collection {collection}",
        "no collection of this name, or one with {name}: {expected}",
        "another one, with {name}: {found}",
        "step.set_validator gives a validator to a collection that exists; other options want a new collection",
    ),
    "step.index_differs": (
        "Making the index {name} of {collection}",
        "no index of that name, or the same one",
        "another one: {found}",
        "give the index another name, or drop the old one in a migration",
    ),
    "step.validator": (
        "Setting the validator of {collection}",
        "documents that all comply with it",
        "{documents} document{documents:s} against it",
        "correct these documents first, or loosen the validator",
    ),
    "step.missing": (
        "Checking what the migration declared",
        "{kind} {name}",
        "missing or different",
        "look for what undid it during the migration",
    ),
    "step.no_id": (
        "Copying to {collection}",
        "an _id derived from the source document",
        "a document without _id",
        "add _id to what the transformation returns: it is what keeps a repetition from doubling",
    ),
    "step.without_session": (
        "Work on a batch in a transaction",
        "every operation with session=session, and without a write concern of its own",
        "one without the session",
        "hand the second argument of the work on: session=session",
    ),
    "step.transaction_ended": (
        "Work on a batch in a transaction",
        "a transaction that lives until its end",
        "ended by the server ({times} times in a row)",
        "let errors of the server through instead of catching them (duplicates: step.insert_ignoring_duplicates); where a batch takes more than a minute, make it smaller (size)",
    ),
    "step.no_identifiers": (
        "Going over {collection} in batches",
        "a collection, which has an index by _id",
        "a {kind}",
        "go over the collection that it shows; of a time series, let the server make documents (aggregate with $merge)",
    ),
    "step.no_transactions": (
        "Work exactly once on {collection}",
        "a server that has transactions (a replica set)",
        "a standalone server",
        "convert it to a replica set of one member, or make the work repeatable",
    ),
    "step.same_name": (
        "Work exactly once on {collection}",
        "a name for each piece of work",
        'the name "{name}" twice',
        "give each a name, in down the same as in up",
    ),
    "step.merge_in_transaction": (
        "Merging into {collection}",
        "a migration without TRANSACTION = True",
        "a transaction, in which $merge is not allowed",
        "use copy, or take TRANSACTION away",
    ),
    "step.field_name": (
        'Renaming the field "{old}" to "{new}"',
        "two fields of the top level",
        "a name with a dot or a dollar sign, or _id",
        "do it with each and an update",
    ),
    "step.field_taken": (
        "Renaming to {field} in {collection}",
        "no document that has this field already",
        "{documents} document{documents:s}",
        "choose another name, or deal with these documents first",
    ),
    "step.other_database": (
        "Work on {collection}",
        "a collection of the database {database}, the migration's",
        "another database, in which the reversal would take nothing back",
        "use db; for another database write up and down by hand",
    ),
    "step.no_document": (
        "Filling {field} in {collection}",
        "a document, or nothing, wherever that field goes",
        "{documents} document{documents:s} with a list, null or another value there",
        "deal with these documents first, or do it with each and an update",
    ),
    "step.not_reversible": (
        "Changing {collection}, reversibly",
        "at most {most} document{most:s} that were there before and that the reversal must leave alone",
        "more: {query}",
        "give undo, write up and down by hand, or declare REVERSIBLE = False",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.rehearsed": "migration {version} rehearsed: up {seconds} s, down {down_seconds} s, again {again_seconds} s, round trip identical, {done} document{done:s}",
    "migrations.rehearsed_irreversible": "migration {version} rehearsed: up {seconds} s, {done} document{done:s}, irreversible",
    "migrations.rehearsed_back": "taking back migration {version} rehearsed in {seconds} s, {done} document{done:s}",
    "migrations.rehearsed_counts": "  {collection}: {before} document{before:s} before, {after} after",
    "migrations.rehearsal_estimate": "rehearsed on the backup {backup_id} ({place}): expect {estimate_seconds} s for the real thing",
    "migrations.no_transactions": "migration {version}: this server has no transactions, derived identifiers make it resumable",
    "migrations.left_untouched": "the database is as it was before the migration (transaction aborted)",
    "migrations.left_at": 'the database is at the checkpoint "{place}"',
    "migrations.left_unknown": "nothing was gone over yet: collections and indexes that were begun stay until the rollback",
}
