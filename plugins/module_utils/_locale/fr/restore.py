# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restauration des sauvegardes."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "restore.collections": (
        "Recherche des collections à restaurer dans la sauvegarde {id}",
        "des collections de la sauvegarde : {known}",
        "{value}",
        "corrigez collections, ou ne la donnez pas pour tout restaurer",
    ),
    "restore.accept": (
        "Lecture de accept",
        "un de : {allowed}",
        "{value}",
        "corrigez accept",
    ),
    "restore.does_not_fit": (
        "Comparaison de la sauvegarde {id} avec ce qui est en service",
        "une sauvegarde de {expected}",
        "{found}",
        "choisissez une autre sauvegarde ou, si c'est bien ce que vous voulez, ajoutez -e accept={names}",
    ),
    "restore.unconfirmed": (
        "Restauration de la sauvegarde {id}",
        "la confirmation du nombre d'écritures faites depuis, qui seraient mises de côté : {writes}",
        "confirm : {confirm}",
        "arrêtez ce qui écrit, regardez avec --check, puis ajoutez -e confirm={writes}",
    ),
    "restore.unknown_writes": (
        "Restauration de la sauvegarde {id}",
        "une confirmation, car les écritures faites depuis, qui seraient mises de côté, ne peuvent pas être comptées",
        "confirm : {confirm}",
        "regardez avec --check, puis ajoutez -e confirm={writes}",
    ),
    "restore.more_writes": (
        "Restauration de la sauvegarde {id}, juste avant l'échange",
        "{confirm} écriture{confirm:s} confirmée{confirm:s}",
        "{writes} écriture{writes:s}",
        "rien de ce qui est en service n'a été touché ; arrêtez ce qui écrit, puis relancez avec -e confirm={writes}",
    ),
    "restore.room": (
        "Chargement de la sauvegarde à côté de la base {database}",
        "{expected} octets libres sur le disque du serveur",
        "{found}",
        "libérez de l'espace, ou restaurez une partie avec -e collections=…",
    ),
    "restore.copy_differs": (
        "Copie de la série temporelle {collection}",
        "le même contenu : {expected}",
        "{found}",
        "arrêtez ce qui y écrit, puis relancez",
    ),
    "restore.contended": (
        "Échange de la collection {collection}",
        "un nom que personne d'autre n'utilise pendant ce temps",
        "d'autres y écrivent sans cesse",
        "arrêtez ce qui y écrit, lancez rollback.yml, puis de nouveau la restauration",
    ),
    "restore.gone": (
        "Recherche de la collection {collection}",
        "celle que la restauration a vue",
        "elle n'est plus là, sous aucun nom",
        "quelqu'un l'a supprimée : elle est dans la sauvegarde before_restore (status.yml)",
    ),
}

TEXTS: dict[str, str] = {
    "restore.set": "sauvegarde {id} du {at} : chaque document relu, {size}",
    "restore.row_replaced": "{name} : {live} document{live:s} à remplacer par {restored}",
    "restore.row_created": "{name} : absente, {restored} document{restored:s} à restaurer",
    "restore.row_set_aside": "{name} : {live} document{live:s}, absente de la sauvegarde, serait mise de côté",
    "restore.more_rows": "et {count} autre{count:s} collection{count:s}",
    "restore.misfit": "ne convient pas ({name}) : {found}, ici {expected}",
    "restore.no_writes": "aucune écriture depuis la sauvegarde",
    "restore.writes": "{writes} écriture{writes:s} depuis la sauvegarde à mettre de côté : -e confirm={writes}",
    "restore.unknown_no_moment": "écritures depuis la sauvegarde impossibles à compter, elle n'a pas d'heure de ce serveur : -e confirm=unknown",
    "restore.unknown_standalone": "écritures depuis la sauvegarde impossibles à compter, le serveur n'est pas un jeu de réplicas : -e confirm=unknown",
    "restore.unknown_no_right": "écritures depuis la sauvegarde impossibles à compter, le compte ne peut pas lire local.oplog.rs : -e confirm=unknown",
    "restore.unknown_rolled_over": "écritures depuis la sauvegarde impossibles à compter, l'oplog commence après elle : -e confirm=unknown",
    "restore.loaded": "{count} collection{count:s}, {documents} document{documents:s} chargé{documents:s} à côté et comparé{documents:s} en {seconds} s",
    "restore.swapped": "échange en {seconds} s ; ce qui était en service est gardé sous {aside}",
    "restore.writes_aside": "écritures depuis la sauvegarde, mises de côté : {writes}",
    "restore.accounts": "comptes de la base laissés tels quels (dans la sauvegarde : {users} utilisateurs, {roles} rôles)",
}
