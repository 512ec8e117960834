# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MongoDB : connexions, sauvegardes, privilèges."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "mongo.uri": (
        "Lecture de benevoclic_mongodb_admin_uri",
        "une URI mongodb:// valide, compte et mot de passe encodés (%40 pour @)",
        "une URI refusée par le pilote ({found})",
        "corrigez l'URI dans le coffre de l'inventaire",
    ),
    "mongo.unreachable": (
        "Connexion à MongoDB sur {where}",
        "un serveur qui répond",
        "{found}",
        "vérifiez que MongoDB tourne et que son port est ouvert depuis l'hôte",
    ),
    "mongo.credentials": (
        "Connexion à MongoDB sur {where}",
        "un compte et un mot de passe acceptés",
        "un refus d'authentification",
        "corrigez benevoclic_mongodb_admin_uri (compte, mot de passe, authSource)",
    ),
    "mongo.privilege": (
        "Commande MongoDB sur {where}",
        "un compte qui a le privilège nécessaire",
        "{found}",
        "donnez au compte les rôles backup, restore, clusterMonitor, readWrite sur la base de l'application et sur benevoclic_updates",
    ),
    "mongo.privileges_missing": (
        "Vérification des privilèges sur la base {database}",
        "un compte qui peut sauvegarder et migrer",
        "il manque : {missing}",
        "donnez au compte les rôles backup, restore, clusterMonitor, dbAdmin et readWrite sur la base de l'application, et readWrite sur benevoclic_updates",
    ),
    "mongo.command": (
        "Commande MongoDB sur {where}",
        "une réponse sans erreur",
        "l'erreur {code} : {found}",
        "corrigez la cause indiquée, puis relancez",
    ),
    "mongo.snapshot_too_old": (
        "Lecture de la base en un seul instant sur {where}",
        "un instant que le serveur garde jusqu'à la fin de la lecture",
        "la lecture a duré plus que minSnapshotHistoryWindowInSeconds (300 s par défaut)",
        "augmentez ce paramètre du serveur le temps de la sauvegarde (setParameter), puis relancez",
    ),
    "mongo.sharded": (
        "Lecture de la base",
        "un serveur seul ou un jeu de réplicas",
        "un cluster réparti (mongos)",
        "utilisez l'outil de sauvegarde de ce cluster",
    ),
    "mongo.disk": (
        "Écriture de la sauvegarde dans {path}",
        "un dossier inscriptible et assez d'espace",
        "{found} ; la sauvegarde commencée a été retirée",
        "libérez de l'espace ou corrigez les droits, puis relancez",
    ),
    "mongo.changed_meanwhile": (
        "Sauvegarde de la base {database}",
        "les mêmes collections du début à la fin",
        "créées, supprimées ou renommées pendant la lecture : {collections}",
        "relancez quand plus rien ne crée ni ne renomme de collection",
    ),
    "mongo.backup_kind": (
        "Lecture de la nature de la sauvegarde",
        "une de : {allowed}",
        "« {kind} »",
        "corrigez l'option kind",
    ),
    "mongo.option_missing": (
        "Sauvegarde hors d'une mise à jour",
        "l'option {option}",
        "elle n'est pas donnée",
        "donnez {option}, ou run_id pour une sauvegarde dans une mise à jour",
    ),
    "mongo.definition_missing": (
        "Lecture de la définition de la pile",
        "la clé {key}",
        "elle manque ou elle est vide",
        "définissez-la dans l'inventaire",
    ),
    "mongo.secret_missing": (
        "Lecture du compte MongoDB de la mise à jour",
        "benevoclic_mongodb_admin_uri",
        "aucune URI",
        "définissez benevoclic_mongodb_admin_uri dans le coffre de l'inventaire ou dans l'environnement",
    ),
}

TEXTS: dict[str, str] = {
    "mongo.backup_done": "sauvegarde {id} : {documents} document{documents:s}, {size} en {seconds} s",
    "mongo.backup_config": "{count} fichier{count:s} de configuration archivé{count:s}",
    "mongo.backup_would": "une sauvegarde {kind} de la base {database} serait écrite dans {path}",
    "mongo.proof.none": "aucune",
    "mongo.proof.checksum": "sommes de contrôle",
    "mongo.proof.structure": "relecture de chaque document",
    "mongo.proof.rehearsal": "restauration d'essai",
    "mongo.backup_point": "base lue en un seul instant (horloge du serveur {cluster_time})",
    "mongo.backup_not_point": "la sauvegarde n'est pas d'un seul instant ; lues chacune à leur moment : {collections}",
    "mongo.engine_first": "lue par {engine}, le premier moteur possible",
    "mongo.engine_asked_for": "lue par {engine}, que benevoclic_backup_engine demande",
    "mongo.backup_rehearsed": "preuve : restaurée à l'essai et comparée ; une restauration prend {seconds} s",
    "mongo.backup_proof_structure": "preuve : chaque document relu, nombres et tailles comparés",
    "mongo.backup_proof_checksum": "preuve : sommes de contrôle",
    "mongo.backup_proof_none": "aucune preuve : benevoclic_backup_proof l'a désactivée",
    "mongo.backup_no_users": "sans les comptes de la base : ce compte n'a pas le droit de les lire",
}
