# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores of backups."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "restore.collections": (
        "Looking for the collections to restore in the backup {id}",
        "collections of the backup: {known}",
        "{value}",
        "correct collections, or leave it out to restore all",
    ),
    "restore.accept": (
        "Reading accept",
        "one of: {allowed}",
        "{value}",
        "correct accept",
    ),
    "restore.does_not_fit": (
        "Comparing the backup {id} with what serves",
        "a backup of {expected}",
        "{found}",
        "choose another backup or, when that is what you want, add -e accept={names}",
    ),
    "restore.unconfirmed": (
        "Restoring the backup {id}",
        "a confirmation of the number of writes since then, which would be put aside: {writes}",
        "confirm: {confirm}",
        "stop what writes, look at it with --check, then add -e confirm={writes}",
    ),
    "restore.unknown_writes": (
        "Restoring the backup {id}",
        "a confirmation, for nobody can count the writes since then, which would be put aside",
        "confirm: {confirm}",
        "look at it with --check, then add -e confirm={writes}",
    ),
    "restore.more_writes": (
        "Restoring the backup {id}, right before the swap",
        "the {confirm} confirmed writes",
        "{writes} write{writes:s}",
        "nothing in service was touched; stop what writes, then repeat with -e confirm={writes}",
    ),
    "restore.room": (
        "Loading the backup beside the database {database}",
        "{expected} free bytes on the server's disk",
        "{found}",
        "make room, or restore a part with -e collections=…",
    ),
    "restore.copy_differs": (
        "Copying the time series {collection}",
        "the same content: {expected}",
        "{found}",
        "stop what writes to it, then repeat",
    ),
    "restore.contended": (
        "Swapping the collection {collection}",
        "a name that nobody else uses meanwhile",
        "others write to it again and again",
        "stop what writes to it, then run rollback.yml, and the restore again",
    ),
    "restore.gone": (
        "Looking for the collection {collection}",
        "the one that the restore saw",
        "it is not there any more under any name",
        "somebody dropped it: it is in the backup before_restore (status.yml)",
    ),
}

TEXTS: dict[str, str] = {
    "restore.set": "backup {id} of {at}: every document read, {size}",
    "restore.row_replaced": "{name}: {live} document{live:s} would be replaced by {restored}",
    "restore.row_created": "{name}: not there, {restored} document{restored:s} would be restored",
    "restore.row_set_aside": "{name}: {live} document{live:s}, not in the backup, would be put aside",
    "restore.more_rows": "and {count} more collections",
    "restore.misfit": "does not fit ({name}): {found}, here {expected}",
    "restore.no_writes": "no write since the backup",
    "restore.writes": "{writes} write{writes:s} since the backup would be put aside: -e confirm={writes}",
    "restore.unknown_no_moment": "writes since the backup cannot be counted, it has no time of this server: -e confirm=unknown",
    "restore.unknown_standalone": "writes since the backup cannot be counted, the server is no replica set: -e confirm=unknown",
    "restore.unknown_no_right": "writes since the backup cannot be counted, the account may not read local.oplog.rs: -e confirm=unknown",
    "restore.unknown_rolled_over": "writes since the backup cannot be counted, the oplog begins after it: -e confirm=unknown",
    "restore.loaded": "{count} collection{count:s}, {documents} document{documents:s} loaded beside and compared in {seconds} s",
    "restore.swapped": "swapped in {seconds} s; what was in service is kept as {aside}",
    "restore.writes_aside": "writes since the backup, put aside: {writes}",
    "restore.accounts": "accounts of the database left as they are (in the backup: {users} users, {roles} roles)",
}
