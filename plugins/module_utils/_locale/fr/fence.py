# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""La coupure, et ce que deviennent les données quand on revient en arrière."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "fence.directory": (
        "Fermeture du point d'entrée par {path}",
        "un dossier où ce compte peut écrire (edge.maintenance.directory)",
        "{found}",
        "corrigez les droits ou benevoclic_edge, puis relancez",
    ),
    "fence.edge_open": (
        "Fermeture du point d'entrée {url}",
        "la page de maintenance (statut 503) pour les utilisateurs",
        "{found}",
        "faites lire à nginx le dossier edge.maintenance.directory (docs/architecture.md), ou retirez edge.maintenance",
    ),
    "plan.fence_without_backup": (
        "Préparation de la version {version}",
        "une sauvegarde, seul retour possible après une migration irréversible",
        "{file}, et benevoclic_backup_enabled à false",
        "laissez la sauvegarde activée",
    ),
    "rollback.consent": (
        "Retour en arrière des données ({migrations} migration{migrations:s} depuis la sauvegarde {backup})",
        "aucune écriture depuis, ou votre accord pour les perdre",
        "une restauration perdrait {writes} écriture{writes:s}",
        "rien n'a été annulé ; pour restaurer quand même, relancez rollback.yml avec -e rollback_database=restore : les données quittées sont mises de côté",
    ),
    "rollback.no_backup": (
        "Retour en arrière des données ({migrations} migration{migrations:s})",
        "des migrations réversibles, ou une sauvegarde d'avant",
        "aucune des deux",
        "gardez cette version, ou restaurez une sauvegarde vous-même avec restore.yml",
    ),
    "rollback.no_fence": (
        "Restauration pendant un retour en arrière",
        "les écritures des utilisateurs coupées (run_fence)",
        "la base ouverte",
        "relancez rollback.yml",
    ),
}

TEXTS: dict[str, str] = {
    "plan.fence_page": "interruption de la sauvegarde jusqu'à la fin des tests : page de maintenance, {services} arrêtés pendant la migration",
    "plan.fence": "interruption de la sauvegarde jusqu'au déploiement : {services} arrêtés",
    "plan.fence_irreversible": "pourquoi : {files} est irréversible ; aucune écriture ne doit arriver que le retour en arrière perdrait",
    "fence.raised": "écritures coupées : page de maintenance au point d'entrée, {services} arrêtés",
    "fence.raised_without_page": "écritures coupées : {services} arrêtés",
    "fence.back": "{service} redémarré, inchangé",
    "fence.lifted": "les utilisateurs reviennent ; écritures coupées pendant {seconds} s",
    "rollback.data_restored": "données d'avant restaurées ({backup_id}), celles de l'échec gardées à part",
    "rollback.data_kept": "base inchangée : l'ancienne version sait lire le nouveau schéma",
    "rollback.database_kept": "base inchangée ({migrations} migration{migrations:s} gardée{migrations:s}) : l'ancienne version sait lire le nouveau schéma",
}
