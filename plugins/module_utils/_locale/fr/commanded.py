# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Les migrations que l'application apporte elle-même."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.command_version": (
        "Lecture des versions des migrations de l'application",
        "lettres, chiffres, et . _ : - à l'intérieur ; pas none",
        "« {version} »",
        "corrigez migrations dans le manifeste",
    ),
    "migrations.baseline": (
        "Choix du retour en arrière des migrations de l'application depuis {target}",
        "une migration enregistrée, ou l'état d'avant la première",
        "ni l'une ni l'autre",
        "dites quelle migration la base a maintenant : benevoclic_migrations_baseline (none : départ à vide)",
    ),
    "migrations.script_failed": (
        "npm run {script} pour {target}",
        "une fin de code 0",
        "code {status} : {output}",
        "corrigez le script ; le retour arrière remet la base selon la règle des données",
    ),
    "migrations.script_timeout": (
        "npm run {script} pour {target}",
        "une fin en moins de {seconds} s",
        "toujours au travail, arrêté",
        "corrigez le script, ou augmentez benevoclic_migrations_timeout_seconds",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.commanded": "npm run migrate:up pour {target}, vérifié, en {seconds} s : {said}",
    "migrations.commanded_back": "migrations ramenées à {target} par npm run migrate:down",
    "migrations.commanded_up": "de {earlier} à {target} : npm run migrate:up -- --target {target}, puis migrate:verify, depuis {place}",
    "migrations.commanded_down": "de {earlier} en arrière à {target} : npm run migrate:down -- --target {target}, depuis {place}",
    "migrations.commanded_way_back": "en cas d'échec : npm run migrate:down -- --target {earlier}",
    "migrations.commanded_no_lint": "ce que font les scripts de l'application ne peut pas être examiné d'avance",
    "plan.migration_dry_run": "migrate:dry-run de la cible {target} : {up} migration{up:s} à appliquer, {down} à annuler",
    "migrations.commanded_dry_run": "c'est ce que dit migrate:dry-run pour {target} ; rien n'a été essayé sur une copie",
}
