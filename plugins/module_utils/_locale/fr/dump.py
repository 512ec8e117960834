# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lecture de la base par un moteur de sauvegarde."""

from __future__ import annotations

_CHOOSE = "installez-le, ou laissez benevoclic_backup_engine: auto choisir"

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "dump.engine": (
        "Lecture de benevoclic_backup_engine",
        "un de : {allowed}",
        "{value}",
        "corrigez l'inventaire",
    ),
    "dump.lacks_fastcrc": (
        "Sauvegarde par le moteur {engine}",
        "la bibliothèque Python fastcrc sur l'hôte",
        "elle manque",
        "lancez bootstrap.yml, qui l'apporte, ou laissez benevoclic_backup_engine: auto choisir",
    ),
    "dump.lacks_container": (
        "Sauvegarde par le moteur {engine}",
        "un conteneur MongoDB en marche sur cet hôte",
        "aucun : benevoclic_mongodb_service est vide, ou ce service ne tourne pas",
        "donnez le service, ou laissez benevoclic_backup_engine: auto choisir",
    ),
    "dump.lacks_tool_in_container": (
        "Sauvegarde par le moteur {engine}",
        "mongodump dans l'image du conteneur MongoDB",
        "il n'y est pas",
        _CHOOSE,
    ),
    "dump.lacks_tool": ("Sauvegarde par le moteur {engine}", "mongodump sur l'hôte", "il n'y est pas", _CHOOSE),
    "dump.no_engine": (
        "Choix de ce qui lit la base",
        "un de : {engines}",
        "aucun : ni la bibliothèque fastcrc, ni mongodump dans le conteneur, ni mongodump sur l'hôte",
        "lancez bootstrap.yml, ou installez mongodb-database-tools",
    ),
    "dump.failed": (
        "Sauvegarde de la base {database} par mongodump",
        "une fin sans erreur",
        "statut {status} : {found}",
        "corrigez la cause indiquée, puis relancez ; rien n'a été gardé",
    ),
}

TEXTS: dict[str, str] = {}
