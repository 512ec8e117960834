# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading a backup into a database."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "load.exists": (
        "Loading the backup into the database {database}",
        "no collection named as those that are about to be made",
        "already there: {collections}",
        "rename or remove these collections, then repeat",
    ),
    "load.counts": (
        "Loading the collection {collection}",
        "what the manifest says: {expected}",
        "{found}",
        "do not use this backup: choose another one (status.yml)",
    ),
    "load.differs": (
        "Reading the collection {collection} back after it was loaded",
        "the content of the backup: {expected}",
        "another content: {found}",
        "what was loaded is removed; make sure that nothing else writes these collections, then repeat",
    ),
    "load.source_differs": (
        "Comparing the loaded collection {collection} with what the server had at the moment of the backup",
        "the same fingerprint of the content",
        "another fingerprint",
        "do not use this backup: make another one",
    ),
    "load.structure_differs": (
        "Comparing options and indexes of {collection}",
        "those of the backup",
        "other options or other indexes",
        "what was loaded is removed; check the version of the server, then repeat",
    ),
}

TEXTS: dict[str, str] = {}
