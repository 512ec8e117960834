# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Barrières, preuves de version, surveillance."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "gate.not_reached": (
        "Attente de bonnes réponses ({checks})",
        "{consecutive} fois de suite de bonnes réponses en moins de {deadline} s",
        "après {attempts} essai{attempts:s} : {found}",
        "lisez le journal du service (docker compose logs), corrigez, puis relancez",
    ),
    "gate.no_check": (
        "Attente de bonnes réponses",
        "au moins une vérification (url ou checks)",
        "aucune",
        "donnez une adresse à interroger",
    ),
    "gate.bad_check": (
        "Lecture de la vérification {path}",
        "{expected}",
        "une autre valeur",
        "corrigez cette clé",
    ),
    "gate.bad_setting": (
        "Lecture du réglage {path}",
        "un nombre supérieur à 0, parmi les clés {known}",
        "{found}",
        "corrigez l'inventaire",
    ),
    "proof.moving_version": (
        "Preuve de la version de {target}",
        "une version précise, par exemple 1.1.0",
        "« {version} », qui désigne une autre version demain",
        "donnez la version que « {version} » désigne aujourd'hui",
    ),
    "proof.none": (
        "Preuve de la version de {target}",
        "au moins un moyen de la connaître (url, image, étiquette ou commande)",
        "aucun",
        "complétez la clé version de ce service dans l'inventaire",
    ),
    "proof.mismatch": (
        "Preuve de la version de {target} ({kind})",
        "{expected}",
        "{found}",
        "vérifiez que l'image publiée contient bien cette version",
    ),
    "proof.no_answer": (
        "Lecture de la version de {target} à son adresse",
        "{expected}",
        "pas de réponse ({found})",
        "vérifiez l'adresse de version dans l'inventaire et le journal du service",
    ),
    "proof.bad_status": (
        "Lecture de la version de {target} à son adresse",
        "{expected}, avec un statut de 200 à 299",
        "{found}",
        "vérifiez l'adresse de version dans l'inventaire et le journal du service",
    ),
    "proof.not_json": (
        "Lecture de la version de {target} à son adresse",
        "du JSON qui contient {expected}",
        "« {found} »",
        "vérifiez l'adresse de version : elle doit répondre du JSON",
    ),
    "proof.no_field": (
        "Lecture de la version de {target} à son adresse",
        "un champ de texte égal à {expected}",
        "« {found} », sans ce champ",
        "vérifiez la clé field de la version dans l'inventaire",
    ),
    "proof.no_container": (
        "Preuve de la version de {target} ({kind})",
        "un conteneur en marche",
        "aucun",
        "regardez docker compose ps et le journal du service",
    ),
    "proof.no_label": (
        "Lecture de l'étiquette de version de l'image de {target}",
        "{expected}",
        "pas d'étiquette {found}",
        "ajoutez l'étiquette à l'image, ou corrigez la clé label de l'inventaire",
    ),
    "proof.command_failed": (
        "Commande de version dans le conteneur de {target}",
        "{expected}",
        "un échec : {found}",
        "corrigez la clé command de l'inventaire",
    ),
    "proof.command_junk": (
        "Commande de version dans le conteneur de {target}",
        "une seule ligne : {expected}",
        "« {found} »",
        "la commande ne doit écrire que la version : corrigez la clé command de l'inventaire",
    ),
    "watch.bad_setting": (
        "Lecture du réglage {path}",
        "un nombre positif, ou pour paths une liste de chemins qui commencent par /",
        "{found}",
        "corrigez l'inventaire",
    ),
    "watch.no_edge": (
        "Surveillance après le changement",
        "l'adresse de l'entrée (edge.url), ou la sonde d'un service",
        "ni l'une ni l'autre",
        "donnez benevoclic_edge.url dans l'inventaire",
    ),
    "watch.failures": (
        "Surveillance de {seconds} s après le changement",
        "au plus {percent} % de requêtes en échec",
        "{failed} en échec sur {sent} après {after} s ; la dernière : {last}",
        "lisez le journal des services : la version répond mal",
    ),
    "watch.restarts": (
        "Surveillance de {seconds} s après le changement",
        "des conteneurs en marche, au plus {max_restarts} redémarrage{max_restarts:s}",
        "après {after} s : {containers}",
        "lisez le journal de ces conteneurs : la version s'arrête d'elle-même",
    ),
}

TEXTS: dict[str, str] = {
    "gate.reached": "Bonnes réponses {consecutive} fois de suite en {seconds} s : {checks}",
    "proof.line": "{target} : {found}, prouvé par {kinds}",
    "proof.kind.url": "son adresse de version",
    "proof.kind.image": "son image",
    "proof.kind.label": "son étiquette",
    "proof.kind.command": "une commande",
    "watch.good": "{sent} requêtes en {seconds} s, aucune en échec, {restarts} redémarrage",
    "watch.some_failed": "{sent} requêtes en {seconds} s, {failed} en échec, {gap} s sans bonne réponse, {restarts} redémarrage",
}
