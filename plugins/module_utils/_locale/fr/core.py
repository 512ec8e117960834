# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fichiers, commandes, HTTP, versions."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "file.unreadable": ("Lecture de {path}", "un fichier lisible", "{found}", "vérifiez le chemin et les droits"),
    "file.not_utf8": (
        "Lecture de {path}",
        "du texte en UTF-8",
        "ligne {line} : un autre codage",
        "enregistrez le fichier en UTF-8",
    ),
    "file.unwritable": (
        "Écriture de {path}",
        "un dossier inscriptible",
        "{found}",
        "vérifiez l'espace et les droits, ou lancez le playbook bootstrap",
    ),
    "file.not_json": (
        "Lecture de {path}",
        "du JSON",
        "{found}",
        "le fichier est abîmé : rétablissez-le, ou écartez-le",
    ),
    "command.missing": (
        "Lancement de « {command} »",
        "un programme installé",
        "{found}",
        "installez-le, ou lancez le playbook bootstrap",
    ),
    "command.timeout": (
        "Exécution de « {command} »",
        "une fin en moins de {seconds} s",
        "toujours en cours, arrêtée",
        "regardez la charge de la machine et le moteur Docker",
    ),
    "command.failed": (
        "Exécution de « {command} »",
        "le statut 0",
        "le statut {status} : {output}",
        "corrigez la cause indiquée, puis relancez",
    ),
    "http.no_answer": (
        "Requête vers {url}",
        "une réponse",
        "{found}",
        "vérifiez que le service tourne et que l'adresse est la bonne",
    ),
    "url.invalid": (
        "Lecture de l'adresse {url}",
        "http://… ou https://…",
        "une autre forme",
        "corrigez l'adresse dans l'inventaire",
    ),
    "version.not_text": (
        "Lecture de la version {value}",
        'un texte comme "1.10.0"',
        "une valeur de type {kind}",
        "mettez la version entre guillemets : YAML lit 1.10 comme le nombre 1.1",
    ),
    "version.not_semantic": (
        "Lecture de la version « {value} »",
        "MAJEUR.MINEUR.CORRECTIF, par exemple 1.1.0",
        "« {value} »",
        "donnez une version sémantique",
    ),
}

TEXTS: dict[str, str] = {
    "error.sentence": "{attempted} : attendu {expected} ; trouvé {found}. À faire : {next}.",
}
