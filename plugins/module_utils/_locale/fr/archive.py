# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives de sauvegarde."""

from __future__ import annotations

_NEXT = "n'utilisez pas cette sauvegarde : choisissez-en une autre (status.yml)"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "archive.foreign": ("Lecture de l'archive {path}", "une archive de mongodump au format 0.1", "{found}", _NEXT),
    "archive.truncated": ("Lecture de l'archive {path}", "une archive entière", "une fin prématurée", _NEXT),
    "archive.checksum": (
        "Lecture de l'archive {path}",
        "la somme de contrôle écrite avec {collection}",
        "d'autres documents",
        _NEXT,
    ),
    "archive.order": (
        "Lecture de l'archive {path}",
        "les segments des collections annoncées",
        "un segment inattendu ({collection})",
        _NEXT,
    ),
    "archive.incomplete": (
        "Lecture de l'archive {path}",
        "la fin de chaque collection annoncée",
        "l'archive finit sans celle de {collections}",
        _NEXT,
    ),
    "archive.document": (
        "Lecture de l'archive {path}",
        "des documents BSON bien formés",
        "un document de {size} octets qui n'en est pas un",
        _NEXT,
    ),
    "archive.unreadable": ("Lecture de l'archive {path}", "un fichier gzip lisible", "{found}", _NEXT),
}

TEXTS: dict[str, str] = {}
