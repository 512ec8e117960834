# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Politique, manifeste, plan."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "policy.update_type": (
        "Lecture du type de mise à jour",
        "{allowed}",
        "{value}",
        "choisissez un type de la liste",
    ),
    "policy.severity": (
        "Lecture de la sévérité",
        "{allowed}",
        "{value}",
        "passez -e severity=… en majuscules",
    ),
    "policy.severity_unexpected": (
        "Lecture de la sévérité",
        "aucune pour une mise à jour {update_type}",
        "{value}",
        "retirez severity, ou utilisez security_update.yml",
    ),
    "policy.loosened": (
        "Lecture de {key} dans le manifeste",
        "{minimum} ou plus strict",
        "{value}",
        "un manifeste peut durcir la politique, jamais l'assouplir : corrigez-le",
    ),
    "policy.proof": (
        "Lecture de benevoclic_backup_proof",
        "un de : {allowed}",
        "{value}",
        "corrigez l'inventaire, ou laissez la valeur vide : la politique décide",
    ),
    "policy.proof_loosened": (
        "Lecture de benevoclic_backup_proof en production",
        "{minimum} ou plus strict",
        "{value}",
        "laissez la valeur vide, ou choisissez une preuve plus forte",
    ),
    "manifest.not_mapping": (
        "Lecture du manifeste {path}",
        "des clés et des valeurs YAML",
        "{kind}",
        "corrigez le fichier",
    ),
    "manifest.unreadable": (
        "Lecture du manifeste {path}",
        "du YAML",
        "{found}",
        "corrigez le fichier",
    ),
    "manifest.unknown_key": (
        "Lecture du manifeste {path}",
        "les clés {allowed}",
        "{key}",
        "retirez ou corrigez cette clé",
    ),
    "manifest.missing_key": (
        "Lecture du manifeste {path}",
        "{key}",
        "rien",
        "ajoutez cette clé",
    ),
    "manifest.wrong_type": (
        "Lecture de {key} dans {path}",
        "{expected}",
        "{kind}",
        "corrigez la valeur (et mettez les textes entre guillemets)",
    ),
    "manifest.choice": (
        "Lecture de {key} dans {path}",
        "{allowed}",
        "{value}",
        "choisissez une valeur de la liste",
    ),
    "manifest.schema": (
        "Lecture du manifeste {path}",
        "schema: {known}",
        "schema: {value}",
        "utilisez une version de la collection qui connaît ce schéma",
    ),
    "manifest.other_version": (
        "Lecture du manifeste {path}",
        "version: {expected}, comme le nom du fichier",
        "version: {value}",
        "corrigez le fichier ou son nom",
    ),
    "manifest.unknown_version": (
        "Recherche de la version {version}",
        "un manifeste dans {path} ({known})",
        "aucun",
        "choisissez une version de la liste, ou écrivez son manifeste",
    ),
    "manifest.none_of_type": (
        "Recherche de la dernière version de type {update_type}",
        "un manifeste dans {path}",
        "aucun",
        "écrivez un manifeste, ou vérifiez benevoclic_releases_dir",
    ),
    "manifest.no_folder": (
        "Lecture du dossier des versions {path}",
        "un dossier",
        "rien",
        "réglez benevoclic_releases_dir dans l'inventaire",
    ),
    "migration_file.missing": (
        "Recherche de la migration {version}",
        "un fichier {version}_….py dans {path}",
        "{found}",
        "ajoutez le fichier, ou corrigez le manifeste et benevoclic_migrations_dir",
    ),
    "plan.other_type": (
        "Préparation de la version {version}",
        "une version de type {expected}",
        "type {found}",
        "lancez {found}_update.yml",
    ),
    "plan.downgrade": (
        "Préparation de la version {version}",
        "une version au moins égale à {current}, en service",
        "{version}",
        "pour revenir en arrière, lancez rollback.yml",
    ),
    "plan.needs_downtime": (
        "Plan de la version {release} sans interruption",
        "des migrations que la version en service supporte",
        "{file} ({phase}) : {why}",
        'déclarez downtime: true dans le manifeste, marquez la migration COMPATIBLE = True si elle l\'est, ou passez sa moitié destructive en PHASE = "after_verified"',
    ),
    "plan.nothing_served": (
        "Plan de la migration",
        "une application qui dit sa version, ou une version déjà vérifiée",
        "ni l'un ni l'autre",
        "démarrez l'application, ou lancez d'abord une mise à jour",
    ),
    "plan.unknown_service": (
        "Préparation de la version {version}",
        "un service modifiable parmi {known}",
        "{name}",
        "corrigez le manifeste ou benevoclic_services",
    ),
    "plan.version_alone": (
        "Préparation d'une migration sans sa version",
        "pas de version, ou la répétition de fichiers de migration : -e version={version} -e dry_run=true",
        "version {version}",
        "ajoutez -e dry_run=true ; la mise à jour vers {version} exécute elle-même ses migrations",
    ),
    "request.vulnerability_id": (
        "Lecture de la demande",
        "vulnerability_id, par exemple CVE-2026-0001",
        "rien",
        "passez -e vulnerability_id=…",
    ),
    "request.leftovers": (
        "Lecture des variables supplémentaires",
        "nom=valeur",
        "des mots en trop : « {value} »",
        'mettez les valeurs à espaces en JSON : -e \'{{"reason": "…"}}\'',
    ),
    "request.variable": (
        "Lecture des variables supplémentaires",
        "pour {playbook} : {known}, ou une variable de l'inventaire",
        "{name}",
        "corrigez le nom : Ansible seul l'aurait ignoré",
    ),
    "request.flag": (
        "Lecture des variables supplémentaires",
        "{name} : true ou false",
        "« {value} »",
        "corrigez la valeur : Ansible seul l'aurait lue comme false",
    ),
    "request.choice": (
        "Lecture des variables supplémentaires",
        "{name} : l'une de {known}",
        "« {value} »",
        "corrigez -e {name}=…",
    ),
    "request.missing": (
        "Lecture des variables supplémentaires",
        "{name}, pour {purpose}",
        "rien",
        "passez -e {name}=…",
    ),
    "request.switch_in_production": (
        "Lecture de {name}",
        "true en production",
        "false",
        "en production sauvegarde et retour arrière restent actifs",
    ),
    "request.switch_reason": (
        "Lecture de {name}",
        "une raison avec false",
        "aucune",
        "réglez {reason}",
    ),
}

TEXTS: dict[str, str] = {
    "plan.headline": "{flow} : {from_version} → {to_version} sur {stack} ({environment})",
    "plan.unchanged": "{version} est déjà en service et vérifiée : simple vérification",
    "plan.services": "services touchés : {services}",
    "plan.migrations": "migrations : {migrations}",
    "plan.backup": "sauvegarde de la base, preuve : {proof}",
    "plan.tests": "tests {level} : {suites}",
    "plan.stages": "étapes : {stages}",
    "plan.deadline": "délai : {deadline} ({vulnerability_id}, {severity})",
    "plan.switched_off": "désactivé : {name} ({reason})",
    "plan.rollback": "retour à {version}, vérifiée par {run_id}",
    "plan.restore": "restauration de la sauvegarde {backup_id} ; la version en service reste",
    "plan.downtime": "cette version déclare une interruption : ses migrations ne vivent pas à côté de la version en service",
    "plan.migration": "cible {target} : {up} migration{up:s} à appliquer, {down} à annuler",
    "plan.migration_rehearsal": "répétition de la cible {target} : {up} migration{up:s} à appliquer, {down} à annuler, sur une copie",
    "plan.migration_unchanged": "la base est déjà à la cible {target} : une vérification suffit",
    "plan.check_mode": "mode --check : rien ne sera fait",
}
