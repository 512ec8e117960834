# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of the database."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "database_lock.held": (
        "Locking the database {database}",
        "no other work on this database",
        "{work} at work on {host} since {since} (run {run_id}), its lock is good until {until}",
        "wait for its end; if that process is dead, its lock falls by itself at that time",
    ),
    "database_lock.lost": (
        "Work under the lock of the database",
        "a lock renewed within {seconds} s",
        "a lost lock: the server did not answer in time, or another one took it",
        "check MongoDB, then repeat",
    ),
}

TEXTS: dict[str, str] = {}
