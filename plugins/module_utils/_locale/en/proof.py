# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup sets and their proof."""

from __future__ import annotations

_NEXT = "do not use this backup: choose another one (status.yml)"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "backup_set.schema": (
        "Reading {path}",
        "a backup's manifest, schema {expected}",
        "another content",
        "choose another backup, or a version of this tool that reads this one",
    ),
    "backup_set.changed": ("Checking {path}", "the manifest that the backup wrote", "a changed manifest", _NEXT),
    "backup_set.files": (
        "Checking the files of {path}",
        "those of the manifest",
        "missing or too many: {files}",
        _NEXT,
    ),
    "backup_set.file_changed": ("Checking {path}", "the SHA-256 {expected}", "the SHA-256 {found}", _NEXT),
    "proof.collections": (
        "Reading the archive {path} again",
        "the collections of the manifest",
        "missing or too many: {collections}",
        _NEXT,
    ),
    "proof.document": (
        "Reading the collection {collection} in {path} again",
        "readable BSON documents",
        "{found}",
        _NEXT,
    ),
    "proof.no_place": (
        "Trial restore",
        "a throwaway server or a database beside",
        "neither",
        "give benevoclic_mongodb_service, or a weaker proof (benevoclic_backup_proof)",
    ),
    "proof.no_server": (
        "Starting a throwaway MongoDB ({image})",
        "a server that answers",
        "{found}",
        "check disk space and image, or choose benevoclic_backup_proof: structure",
    ),
}

TEXTS: dict[str, str] = {}
