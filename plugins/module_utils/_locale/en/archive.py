# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives of backups."""

from __future__ import annotations

_NEXT = "do not use this backup: choose another one (status.yml)"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "archive.foreign": ("Reading the archive {path}", "an archive of mongodump, format 0.1", "{found}", _NEXT),
    "archive.truncated": ("Reading the archive {path}", "a whole archive", "an early end", _NEXT),
    "archive.checksum": (
        "Reading the archive {path}",
        "the checksum that was written with {collection}",
        "other documents",
        _NEXT,
    ),
    "archive.order": (
        "Reading the archive {path}",
        "segments of the collections it announced",
        "an unexpected segment ({collection})",
        _NEXT,
    ),
    "archive.incomplete": (
        "Reading the archive {path}",
        "the end of every collection it announced",
        "the archive ends without that of {collections}",
        _NEXT,
    ),
    "archive.document": (
        "Reading the archive {path}",
        "well-formed BSON documents",
        "a document of {size} bytes that is none",
        _NEXT,
    ),
    "archive.unreadable": ("Reading the archive {path}", "a readable gzip file", "{found}", _NEXT),
}

TEXTS: dict[str, str] = {}
