# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations de la base."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.no_way_back": (
        "Retour au schéma d'avant {version}",
        "une migration réversible et son fichier",
        "{found}",
        "restaurez une sauvegarde, ou gardez cette version : rollback.yml ne perd jamais de données sans accord",
    ),
    "migrations.name": (
        "Lecture du fichier de migration {file}",
        "un nom comme 20240815_001_add_user_preferences.py",
        "« {file} »",
        "renommez le fichier",
    ),
    "migrations.syntax": (
        "Lecture de la migration {file}",
        "du Python valide",
        "ligne {line} : {found}",
        "corrigez le fichier",
    ),
    "migrations.field": (
        "Lecture de la migration {file}",
        "{field} : {expected}",
        "{found}",
        "corrigez le fichier",
    ),
    "migrations.import": (
        "Chargement de la migration {file}",
        "un module qui se charge sans erreur",
        "{found}",
        "corrigez le fichier",
    ),
    "migrations.file_changed": (
        "Contrôle de la migration {file}",
        "le contenu qui a été planifié (SHA-256 {expected})",
        "un autre contenu (SHA-256 {found})",
        "refaites le plan, ou rétablissez le fichier",
    ),
    "migrations.changed_after": (
        "Contrôle des migrations déjà appliquées",
        "le fichier de {version} tel qu'il a été appliqué (SHA-256 {expected})",
        "un fichier modifié depuis (SHA-256 {found})",
        "rétablissez le fichier ; une correction est une nouvelle migration",
    ),
    "migrations.duplicate": (
        "Ordonnancement des migrations",
        "un seul fichier par version",
        "{version} deux fois : {files}",
        "donnez un autre numéro à l'un des deux",
    ),
    "migrations.dependency": (
        "Ordonnancement des migrations",
        "la migration {dependency}, dont {version} dépend",
        "ni dans les fichiers ni dans la base",
        "ajoutez le fichier, ou corrigez DEPENDENCIES",
    ),
    "migrations.cycle": (
        "Ordonnancement des migrations",
        "des dépendances sans boucle",
        "une boucle entre {versions}",
        "corrigez DEPENDENCIES",
    ),
    "migrations.unfinished": (
        "Migration {version}",
        "une base sans migration commencée",
        "commencée le {started_at} par {run_id} et jamais finie",
        "lancez le playbook rollback, qui la défait",
    ),
    "migrations.up_failed": (
        "Migration {version} (up)",
        "une fin sans erreur",
        "{file}, ligne {line} : {found}",
        "la base est remise comme avant par down ; corrigez la migration",
    ),
    "migrations.down_failed": (
        "Retour arrière de la migration {version} (down)",
        "une fin sans erreur",
        "{file}, ligne {line} : {found}",
        "la base reste entre deux états : restaurez la sauvegarde de la mise à jour, ou corrigez down et relancez rollback",
    ),
    "migrations.verify_failed": (
        "Contrôle de la migration {version} (verify)",
        "une base conforme",
        "{file}, ligne {line} : {found}",
        "la base est remise comme avant par down ; corrigez la migration",
    ),
    "migrations.irreversible": (
        "Retour arrière de la migration {version}",
        "une migration réversible",
        "REVERSIBLE = False",
        "restaurez la sauvegarde de la mise à jour",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.taken_back": "migration {version} annulée",
    "migrations.applied": "migration {version} appliquée en {seconds} s : {description}",
    "migrations.pending": "migration {version} à appliquer : {description}",
    "migrations.none": "aucune migration à appliquer",
    "migrations.is_irreversible": "migration {version} irréversible : le retour arrière passe par la sauvegarde",
}
