# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vérifications préalables et suites de tests."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "preflight.failed": (
        "Vérifications avant la mise à jour",
        "aucune en échec",
        "{count} en échec : {failures}",
        "corrigez, puis relancez ; rien n'a été changé",
    ),
    "preflight.no_plan": (
        "Vérifications avant la mise à jour",
        "un plan (option plan) ou une exécution ouverte (option run_id)",
        "ni l'un ni l'autre",
        "donnez le plan que l'action plan a rendu",
    ),
    "suite.no_service": (
        "Recherche du service qui porte les tests",
        "l'un de {known}",
        "« {name} »",
        "corrigez la clé tests.service de l'inventaire",
    ),
    "suite.no_container": (
        "Lecture des scripts npm de {service}",
        "un conteneur de ce service",
        "aucun",
        "démarrez le service, ou choisissez un autre tests.service",
    ),
    "suite.no_package": (
        "Lecture de package.json dans l'image {image}",
        "ce fichier dans le dossier de travail de l'image",
        "{found}",
        "vérifiez l'image, ou choisissez tests.runner: host",
    ),
    "suite.bad_package": (
        "Lecture des scripts npm de {place}",
        "du JSON avec une table scripts",
        "autre chose",
        "corrigez package.json",
    ),
    "suite.no_directory": (
        "Suites de tests sans exécution ouverte",
        "le dossier qui contient package.json (option directory)",
        "aucun",
        "donnez ce dossier (benevoclic_tests_directory)",
    ),
    "suite.failed": (
        "Suite de tests {suite}",
        "le statut 0",
        "le statut {status} : {output}",
        "la version ne convient pas : corrigez-la, ou corrigez le test",
    ),
    "suite.timeout": (
        "Suite de tests {suite}",
        "une fin en moins de {seconds} s",
        "toujours en cours, arrêtée",
        "augmentez tests.timeout_seconds si la suite est longue, sinon cherchez ce qui la bloque",
    ),
}

TEXTS: dict[str, str] = {
    "preflight.error": "{attempted} : attendu {expected} ; trouvé {found}",
    "preflight.disk": "disque ({paths}) : {percent} % utilisés (limite {limit} %), {available} libres pour {needed} nécessaires",
    "preflight.disk_percent": "disque plein à {percent} % pour une limite de {limit} % ({paths}) : libérez de la place",
    "preflight.disk_bytes": "disque trop petit ({paths}) : {available} libres, {needed} nécessaires à cette mise à jour",
    "preflight.disk_inodes": "inodes utilisés à {inodes} % pour une limite de {limit} % ({paths}) : supprimez de petits fichiers",
    "preflight.memory": "mémoire : {percent} % utilisés (limite {limit} %)",
    "preflight.memory_percent": "mémoire utilisée à {percent} % pour une limite de {limit} %, {available} disponibles",
    "preflight.engine": "Docker {engine}, Compose {compose}",
    "preflight.engine_down": "le moteur Docker ne répond pas ({found}) : démarrez-le, ou ajoutez le compte au groupe docker",
    "preflight.compose_absent": "pas de Docker Compose v2 ({found}) : installez la version {wanted} ou une plus récente",
    "preflight.compose_old": "Docker Compose {found} est trop ancien : installez la version {wanted} ou une plus récente",
    "preflight.application": "l'application répond ({checks})",
    "preflight.application_silent": "l'application ne répond pas ({found}) : réparez-la avant de la mettre à jour",
    "preflight.application_silent_accepted": "l'application ne répond pas ({found}) ; une mise à jour de sécurité continue",
    "preflight.application_unknown": "aucune adresse à interroger : donnez benevoclic_edge.url ou la sonde (probe) d'un service",
    "preflight.images": "images présentes ({images})",
    "preflight.images_known": "images disponibles ({images}), environ {size} à télécharger",
    "preflight.image_unavailable": "l'image {image} de {service} ne peut être obtenue : {found}",
    "preflight.files": "{count} fichier{count:s} de configuration présent{count:s} et valide{count:s}",
    "preflight.file_missing": "le fichier {path} n'existe pas",
    "preflight.file_unreadable": "le fichier {path} n'est pas lisible par ce compte",
    "preflight.folder_unwritable": "le dossier {folder} n'est pas inscriptible par ce compte : {path} ne pourrait pas être changé ; donnez-le au compte qui lance les mises à jour (chown)",
    "preflight.variable_missing": "la variable {name} n'est pas dans {path}",
    "preflight.compose_invalid": "les fichiers Compose du projet {project} ne sont pas valides : {found}",
    "preflight.recreate": "seront recréés, et rien d'autre : {services}",
    "preflight.recreate_none": "rien ne sera recréé",
    "preflight.fence": "page de maintenance prête ({path})",
    "preflight.fence_stops": "l'interruption arrêtera {services}, sans page de maintenance",
    "preflight.fence_no_page": "pas de page de maintenance : {services} sont arrêtés jusqu'au déploiement, puis les utilisateurs écrivent ; si la version échoue ensuite, revenir en arrière perdrait leurs écritures ({files} est irréversible) et demandera -e rollback_database=restore. Pour l'éviter, donnez benevoclic_edge.maintenance.directory",
    "preflight.fence_missing": "le dossier de la page de maintenance {path} n'existe pas et ce compte ne peut pas le créer dans {parent} : relancez bootstrap.yml, ou corrigez benevoclic_edge.maintenance.directory",
    "preflight.fence_not_a_folder": "la page de maintenance attend un dossier, {path} est un fichier : corrigez benevoclic_edge.maintenance.directory",
    "preflight.fence_unwritable": "le dossier de la page de maintenance {path} n'est pas inscriptible par ce compte : donnez-le au compte qui lance les mises à jour (chown)",
    "preflight.fence_unreadable": "le dossier de la page de maintenance {path} a le mode {mode}, nginx ne peut pas y lire et ce compte ne peut pas le changer : chmod 755",
    "preflight.fence_edge_stopped": "le service {service} répond à l'adresse du point d'entrée {url} et serait arrêté : la page de maintenance aussi ; donnez benevoclic_edge.service: {service}",
    "preflight.scripts": "scripts npm présents ({suites})",
    "preflight.scripts_missing": "scripts npm absents de {place} : {missing} ; présents : {known}",
    "preflight.scripts_later": "scripts npm non vérifiés : l'image n'est pas encore sur cette machine",
    "preflight.database": "droits prouvés sur la base {database} ({count})",
    "preflight.database_account": "pas de compte d'administration MongoDB : donnez benevoclic_mongodb_admin_uri",
    "preflight.migrations": "migrations chargées à l'essai ({count})",
    "suite.passed": "{suite} réussie en {seconds} s",
    "suite.would_run": "Lancerait {suites}",
    "suite.none": "aucune suite à lancer",
}
