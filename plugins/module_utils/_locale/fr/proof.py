# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jeux de sauvegarde et leur preuve."""

from __future__ import annotations

_NEXT = "n'utilisez pas cette sauvegarde : choisissez-en une autre (status.yml)"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "backup_set.schema": (
        "Lecture de {path}",
        "un manifeste de sauvegarde au schéma {expected}",
        "un autre contenu",
        "choisissez une autre sauvegarde, ou une version de l'outil qui lit celle-ci",
    ),
    "backup_set.changed": ("Contrôle de {path}", "le manifeste écrit par la sauvegarde", "un manifeste modifié", _NEXT),
    "backup_set.files": (
        "Contrôle des fichiers de {path}",
        "ceux du manifeste",
        "en trop ou manquants : {files}",
        _NEXT,
    ),
    "backup_set.file_changed": ("Contrôle de {path}", "le SHA-256 {expected}", "le SHA-256 {found}", _NEXT),
    "proof.collections": (
        "Relecture de l'archive {path}",
        "les collections du manifeste",
        "en trop ou manquantes : {collections}",
        _NEXT,
    ),
    "proof.document": (
        "Relecture de la collection {collection} dans {path}",
        "des documents BSON lisibles",
        "{found}",
        _NEXT,
    ),
    "proof.no_place": (
        "Restauration d'essai",
        "un serveur jetable ou une base à côté",
        "aucun des deux",
        "donnez benevoclic_mongodb_service ou une preuve moins forte (benevoclic_backup_proof)",
    ),
    "proof.no_server": (
        "Démarrage d'un MongoDB jetable ({image})",
        "un serveur qui répond",
        "{found}",
        "vérifiez l'espace disque et l'image, ou choisissez benevoclic_backup_proof: structure",
    ),
}

TEXTS: dict[str, str] = {}
