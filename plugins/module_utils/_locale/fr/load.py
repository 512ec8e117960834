# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chargement d'une sauvegarde dans une base."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "load.exists": (
        "Chargement de la sauvegarde dans la base {database}",
        "aucune collection du nom de celles qui vont être créées",
        "déjà là : {collections}",
        "renommez ou supprimez ces collections, puis relancez",
    ),
    "load.counts": (
        "Chargement de la collection {collection}",
        "ce que dit le manifeste : {expected}",
        "{found}",
        "n'utilisez pas cette sauvegarde : choisissez-en une autre (status.yml)",
    ),
    "load.differs": (
        "Relecture de la collection {collection} après son chargement",
        "le contenu de la sauvegarde : {expected}",
        "un autre contenu : {found}",
        "ce qui a été chargé est retiré ; vérifiez que rien d'autre n'écrit dans ces collections, puis relancez",
    ),
    "load.source_differs": (
        "Comparaison de la collection {collection} chargée avec ce que le serveur avait au moment de la sauvegarde",
        "la même empreinte du contenu",
        "une autre empreinte",
        "n'utilisez pas cette sauvegarde : faites-en une autre",
    ),
    "load.structure_differs": (
        "Comparaison des options et des index de {collection}",
        "ceux de la sauvegarde",
        "d'autres options ou d'autres index",
        "ce qui a été chargé est retiré ; vérifiez la version du serveur, puis relancez",
    ),
}

TEXTS: dict[str, str] = {}
