# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MongoDB: connections, backups, privileges."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "mongo.uri": (
        "Reading benevoclic_mongodb_admin_uri",
        "a valid mongodb:// URI, account and password encoded (%40 for @)",
        "a URI that the driver refuses ({found})",
        "correct the URI in the inventory's vault",
    ),
    "mongo.unreachable": (
        "Connecting to MongoDB at {where}",
        "a server that answers",
        "{found}",
        "check that MongoDB runs and that the host can reach its port",
    ),
    "mongo.credentials": (
        "Connecting to MongoDB at {where}",
        "an account and password that are accepted",
        "the login was refused",
        "correct benevoclic_mongodb_admin_uri (account, password, authSource)",
    ),
    "mongo.privilege": (
        "MongoDB command at {where}",
        "an account with the privilege",
        "{found}",
        "give the account the roles backup, restore, clusterMonitor, readWrite on the application's database and on benevoclic_updates",
    ),
    "mongo.privileges_missing": (
        "Checking the privileges on the database {database}",
        "an account that can back up and migrate",
        "missing: {missing}",
        "give the account the roles backup, restore, clusterMonitor, dbAdmin and readWrite on the application's database, and readWrite on benevoclic_updates",
    ),
    "mongo.command": (
        "MongoDB command at {where}",
        "an answer without an error",
        "error {code}: {found}",
        "mend the cause given, then run again",
    ),
    "mongo.snapshot_too_old": (
        "Reading the database at one moment at {where}",
        "a moment that the server keeps until all is read",
        "reading took longer than minSnapshotHistoryWindowInSeconds (300 s by default)",
        "raise that parameter of the server for the time of the backup (setParameter), then run again",
    ),
    "mongo.sharded": (
        "Reading the database",
        "a single server or a replica set",
        "a sharded cluster (mongos)",
        "use that cluster's backup tool",
    ),
    "mongo.disk": (
        "Writing the backup into {path}",
        "a writable folder with space enough",
        "{found}; the backup that was begun has been removed",
        "free space or correct the permissions, then run again",
    ),
    "mongo.changed_meanwhile": (
        "Backup of the database {database}",
        "the same collections from beginning to end",
        "created, dropped or renamed while it was read: {collections}",
        "run again when nothing creates or renames collections",
    ),
    "mongo.backup_kind": (
        "Reading the kind of the backup",
        "one of: {allowed}",
        '"{kind}"',
        "correct the option kind",
    ),
    "mongo.option_missing": (
        "Backup outside an update",
        "the option {option}",
        "it is not given",
        "give {option}, or run_id for a backup within an update",
    ),
    "mongo.definition_missing": (
        "Reading the stack definition",
        "the key {key}",
        "it is missing or empty",
        "set it in the inventory",
    ),
    "mongo.secret_missing": (
        "Reading the MongoDB account of the update",
        "benevoclic_mongodb_admin_uri",
        "no URI",
        "set benevoclic_mongodb_admin_uri in the inventory's vault or in the environment",
    ),
}

TEXTS: dict[str, str] = {
    "mongo.backup_done": "backup {id}: {documents} document{documents:s}, {size} in {seconds} s",
    "mongo.backup_config": "{count} config files archived",
    "mongo.backup_would": "a {kind} backup of the database {database} would be written into {path}",
    "mongo.proof.none": "none",
    "mongo.proof.checksum": "checksums",
    "mongo.proof.structure": "every document read again",
    "mongo.proof.rehearsal": "trial restore",
    "mongo.backup_point": "database read at one moment (server clock {cluster_time})",
    "mongo.backup_not_point": "the backup is not a point in time; read at moments of their own: {collections}",
    "mongo.engine_first": "read by {engine}, the first engine there is",
    "mongo.engine_asked_for": "read by {engine}, as benevoclic_backup_engine asks",
    "mongo.backup_rehearsed": "proof: restored on trial and compared; a restore takes {seconds} s",
    "mongo.backup_proof_structure": "proof: every document read again, counts and sizes compared",
    "mongo.backup_proof_checksum": "proof: checksums",
    "mongo.backup_proof_none": "no proof: benevoclic_backup_proof has switched it off",
    "mongo.backup_no_users": "without the database's accounts: this account may not read them",
}
