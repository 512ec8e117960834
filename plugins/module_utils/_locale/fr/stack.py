# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pile : services, images, fichiers, déploiement."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "stack.no_service": (
        "Lecture de benevoclic_services",
        "au moins un service",
        "une table vide",
        "déclarez les services dans l'inventaire",
    ),
    "stack.unknown_key": (
        "Lecture de {path}",
        "une clé connue : {known}",
        "une clé inconnue",
        "corrigez son nom dans l'inventaire",
    ),
    "stack.wrong_type": (
        "Lecture de {path}",
        "une valeur de type {expected}",
        "{found}",
        "corrigez la valeur dans l'inventaire",
    ),
    "stack.missing_key": (
        "Lecture de {path}",
        "une valeur",
        "rien",
        "ajoutez-la au service, ou aux valeurs par défaut des services",
    ),
    "stack.edge_url": (
        "Lecture de edge.maintenance.directory ({directory})",
        "aussi edge.url, l'adresse où les utilisateurs verraient la page de maintenance",
        "rien",
        "ajoutez benevoclic_edge.url, ou retirez maintenance",
    ),
    "stack.two_ways": (
        "Lecture de {path}",
        "image_variable ou image_tag (un seul), ou bien updatable: false",
        "{found}",
        "choisissez comment la version entre dans ce service",
    ),
    "stack.unknown_service": (
        "Recherche du service {name}",
        "l'un des services de la pile : {known}",
        "un service inconnu",
        "corrigez le manifeste ou l'inventaire",
    ),
    "stack.not_updatable": (
        "Mise à jour du service {name}",
        "un service que l'inventaire permet de mettre à jour",
        "updatable: false",
        "retirez-le du manifeste, ou changez l'inventaire",
    ),
    "stack.no_image": (
        "Mise à jour du service {service}",
        "une image dans le plan",
        "rien",
        "corrigez le manifeste de la version",
    ),
    "stack.unreadable_inspect": (
        "Lecture de ce que Docker dit (docker {kind} inspect)",
        "le JSON que Docker écrit d'ordinaire",
        "{found}",
        "vérifiez la version du moteur Docker",
    ),
    "stack.would_touch_others": (
        "Simulation de docker compose up de {services} dans le projet {project}",
        "aucun autre service touché",
        "{others}",
        "appliquez d'abord cette modification en attente (docker compose up -d), ou annulez-la",
    ),
    "stack.shared_definition": (
        "Mise à jour de {service} par {target}",
        "aucun autre service qui en dépende",
        "aussi utilisée par {others}, que le prochain docker compose up -d recréerait",
        "déclarez {others} dans l'inventaire et dans le manifeste, ou donnez-leur leur propre variable",
    ),
    "stack.not_the_definition": (
        "Mise à jour de {service} par {target}",
        "une image de ce service tirée de {target} dans le projet {project}",
        "une image qui n'en dépend pas",
        "corrigez image_variable ou image_tag dans l'inventaire, ou le fichier Compose",
    ),
    "envfile.missing": (
        "Recherche de la variable {name} dans {path}",
        "une ligne {name}=…",
        "aucune",
        "ajoutez la variable avec l'image actuelle, ou corrigez image_variable dans l'inventaire",
    ),
    "envfile.value": (
        "Écriture de {name} dans {path}",
        "une référence d'image",
        "« {found} »",
        "corrigez l'image dans le manifeste de la version",
    ),
    "image.absent": (
        "Recherche de l'image {image} sur ce moteur",
        "une image présente",
        "rien",
        "relancez la mise à jour : le contrôle préalable télécharge les images",
    ),
    "image.other_digest": (
        "Contrôle de l'image {image}",
        "l'empreinte {expected}",
        "{found}",
        "vérifiez ce qui a été poussé dans le registre, puis corrigez le manifeste",
    ),
    "image.other_id": (
        "Contrôle de l'image {image}",
        "l'image {expected}",
        "{found}",
        "le registre ne sert plus la même image : rétablissez-la, ou visez une autre version",
    ),
    "image.pull_failed": (
        "Téléchargement de l'image {image}",
        "une image téléchargée",
        "{found}",
        "vérifiez son nom, le registre et les droits d'accès (docker login)",
    ),
    "compose.version_unreadable": (
        "Lecture de la version de Docker Compose",
        "une version comme 2.26.1",
        "« {found} »",
        "installez Docker Compose v2",
    ),
    "compose.config_unreadable": (
        "Lecture de la configuration du projet {project}",
        "le JSON de docker compose config",
        "autre chose ({found})",
        "vérifiez la version de Docker Compose (2.17 ou plus)",
    ),
    "compose.dry_run_unreadable": (
        "Simulation de docker compose up dans le projet {project}",
        "une ligne par conteneur",
        "aucune qui soit connue",
        "vérifiez la version de Docker Compose ; rien n'a été changé",
    ),
    "compose.volume_at_stake": (
        "Simulation de docker compose up dans le projet {project}",
        "aucun volume recréé",
        "le volume {volume} serait recréé et ses données perdues",
        "remettez la définition du volume comme elle était",
    ),
    "service.not_up": (
        "Démarrage de {service}",
        "un conteneur en marche et sain en moins de {seconds} s",
        "{container} : {status}, code {exit_code}, {restarts} redémarrage{restarts:s} ({said}). Derniers messages : {log}",
        "corrigez la cause indiquée dans ces messages",
    ),
    "service.crashed": (
        "Démarrage de {service}",
        "un conteneur qui reste en marche",
        "{container} s'arrête : {status}, code {exit_code}, {restarts} redémarrage{restarts:s}. Derniers messages : {log}",
        "corrigez la cause indiquée dans ces messages",
    ),
    "service.other_image": (
        "Contrôle de l'image de {service} après son démarrage",
        "{expected}",
        "{found}",
        "cherchez qui d'autre change cette image, puis relancez",
    ),
    "config.copy_missing": ("Retour de {path}", "sa copie {copy}", "aucun fichier", "rétablissez ce fichier à la main"),
    "config.copy_damaged": (
        "Retour de {path}",
        "une copie intacte dans {copy}",
        "un autre contenu",
        "rétablissez ce fichier à la main",
    ),
    "release.no_tuple": (
        "Retour à la mise à jour {run_id}",
        "son fichier {which}.json",
        "rien",
        "choisissez une autre version : status.yml les affiche",
    ),
}

TEXTS: dict[str, str] = {
    "stack.deployed": "{service} : {before} → {after} ({seconds} s)",
    "stack.kept": "{service} : {after}, déjà en service",
    "stack.would_deploy": "{service} : {before} → {after} (conteneur recréé)",
    "stack.would_pull": "{service} : {before} → {after} (image à télécharger)",
    "stack.captured": "État relevé : version {version}, {services} service{services:s}, {files} fichier{files:s}",
    "stack.captured_unhealthy": "État relevé : version {version} ; le site ne répond pas partout",
    "stack.restored": "{service} : retour à {reference}",
    "stack.file_restored": "{path} : contenu rétabli",
    "stack.nothing_to_restore": "Rien à rétablir : tout est déjà en place",
    "stack.seen": "Version {version} en service : {services}",
    "stack.seen_unhealthy": "Version {version} : {services} ; le site ne répond pas partout",
}
