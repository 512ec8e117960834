# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the database by a backup engine."""

from __future__ import annotations

_CHOOSE = "install it, or let benevoclic_backup_engine: auto choose"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "dump.engine": ("Reading benevoclic_backup_engine", "one of: {allowed}", "{value}", "correct the inventory"),
    "dump.lacks_fastcrc": (
        "Backup by the engine {engine}",
        "the Python library fastcrc on the host",
        "it is missing",
        "run bootstrap.yml, which brings it, or let benevoclic_backup_engine: auto choose",
    ),
    "dump.lacks_container": (
        "Backup by the engine {engine}",
        "a running MongoDB container on this host",
        "none: benevoclic_mongodb_service is empty, or that service does not run",
        "give the service, or let benevoclic_backup_engine: auto choose",
    ),
    "dump.lacks_tool_in_container": (
        "Backup by the engine {engine}",
        "mongodump in the image of the MongoDB container",
        "it is not there",
        _CHOOSE,
    ),
    "dump.lacks_tool": ("Backup by the engine {engine}", "mongodump on the host", "it is not there", _CHOOSE),
    "dump.no_engine": (
        "Choosing what reads the database",
        "one of: {engines}",
        "none: neither the library fastcrc, nor mongodump in the container, nor mongodump on the host",
        "run bootstrap.yml, or install mongodb-database-tools",
    ),
    "dump.failed": (
        "Backup of the database {database} by mongodump",
        "an end without an error",
        "status {status}: {found}",
        "correct the cause it names, then repeat; nothing was kept",
    ),
}

TEXTS: dict[str, str] = {}
