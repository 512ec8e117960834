# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ce que font les migrations pendant qu'elles s'exécutent."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.pace": (
        "Lecture de {key}",
        "un nombre de documents par seconde, 0 (sans limite) ou plus",
        "{value}",
        "corrigez l'inventaire",
    ),
    "migrations.deadline": (
        "Migration {version}",
        "une fin en moins de {seconds} s (DEADLINE_SECONDS)",
        "délai dépassé ; {state}",
        "accélérez la migration, ou déclarez un délai plus long ; le retour arrière (down) la défait",
    ),
    "migrations.rehearsal_failed": (
        "Répétition de la migration {version} sur une copie restaurée de la sauvegarde",
        "up, verify, down et up sans erreur",
        "{cause}",
        "corrigez la migration ; la vraie base n'a pas été touchée",
    ),
    "migrations.round_trip": (
        "Répétition de la migration {version} sur une copie restaurée de la sauvegarde",
        "après down la base d'avant up, et autant de documents au second up",
        "des différences dans {collections}",
        "corrigez down, ou déclarez REVERSIBLE = False ; la vraie base n'a pas été touchée",
    ),
    "migrations.no_backup": (
        "Répétition des migrations de l'exécution {run_id}",
        "une sauvegarde de cette exécution",
        "aucune",
        "laissez la sauvegarde active : c'est sa copie restaurée qui sert à la répétition",
    ),
    "step.collection_differs": (
        "Création de la collection {collection}",
        "aucune collection de ce nom, ou une avec {name} : {expected}",
        "une autre, avec {name} : {found}",
        "step.set_validator donne un validateur à une collection qui existe ; d'autres options veulent une nouvelle collection",
    ),
    "step.index_differs": (
        "Création de l'index {name} de {collection}",
        "aucun index de ce nom, ou le même",
        "un autre : {found}",
        "donnez un autre nom à l'index, ou supprimez l'ancien dans une migration",
    ),
    "step.validator": (
        "Pose du validateur de {collection}",
        "des documents qui le respectent tous",
        "{documents} document{documents:s} contraire{documents:s}",
        "corrigez ces documents d'abord, ou assouplissez le validateur",
    ),
    "step.missing": (
        "Contrôle de ce que la migration a déclaré",
        "{kind} {name}",
        "absent ou différent",
        "cherchez ce qui l'a défait pendant la migration",
    ),
    "step.no_id": (
        "Copie vers {collection}",
        "un _id déduit du document d'origine",
        "un document sans _id",
        "ajoutez _id à ce que rend la transformation : c'est ce qui rend une reprise sans doublon",
    ),
    "step.without_session": (
        "Travail sur un lot dans une transaction",
        "chaque opération avec session=session, sans write concern à elle",
        "une opération sans la session",
        "transmettez le second argument du travail : session=session",
    ),
    "step.transaction_ended": (
        "Travail sur un lot dans une transaction",
        "une transaction qui vit jusqu'à sa fin",
        "terminée par le serveur ({times} fois de suite)",
        "laissez passer les erreurs du serveur au lieu de les attraper (doublons : step.insert_ignoring_duplicates) ; si un lot prend plus d'une minute, réduisez-le (size)",
    ),
    "step.no_identifiers": (
        "Parcours de {collection} par lots",
        "une collection, qui a un index par _id",
        "une vue ou une série temporelle ({kind})",
        "parcourez la collection qu'elle montre ; d'une série temporelle, faites faire les documents au serveur (aggregate avec $merge)",
    ),
    "step.no_transactions": (
        "Travail en une seule fois sur {collection} (exactly_once)",
        "un serveur qui a des transactions (replica set)",
        "un serveur seul",
        "convertissez-le en replica set à un membre, ou rendez le travail répétable",
    ),
    "step.same_name": (
        "Travail en une seule fois sur {collection} (exactly_once)",
        "un nom par travail (name)",
        "deux fois le nom « {name} »",
        "donnez à chacun un nom, le même dans down que dans up",
    ),
    "step.merge_in_transaction": (
        "Fusion vers {collection} (merge)",
        "une migration sans TRANSACTION = True",
        "une transaction, où $merge est interdit",
        "utilisez copy, ou retirez TRANSACTION",
    ),
    "step.field_name": (
        "Renommage du champ « {old} » en « {new} »",
        "deux champs du premier niveau",
        "un nom avec un point ou un dollar, ou _id",
        "faites-le avec each et une mise à jour",
    ),
    "step.field_taken": (
        "Renommage en {field} dans {collection}",
        "aucun document qui a déjà ce champ",
        "{documents} document{documents:s}",
        "choisissez un autre nom, ou traitez ces documents d'abord",
    ),
    "step.other_database": (
        "Opération sur {collection}",
        "une collection de la base {database}, celle de la migration",
        "une autre base, où le retour arrière ne déferait rien",
        "utilisez db ; pour une autre base, écrivez up et down à la main",
    ),
    "step.no_document": (
        "Remplissage de {field} dans {collection}",
        "partout un document, ou rien, là où ce champ se place",
        "{documents} document{documents:s} avec une liste, null ou une autre valeur à cet endroit",
        "traitez ces documents d'abord, ou faites-le avec each et une mise à jour",
    ),
    "step.not_reversible": (
        "Modification de {collection}, réversible",
        "au plus {most} document{most:s} déjà présent{most:s} que le retour arrière doit épargner",
        "davantage : {query}",
        "précisez undo, écrivez up et down à la main, ou déclarez REVERSIBLE = False",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.rehearsed": "migration {version} répétée : up {seconds} s, down {down_seconds} s, à nouveau {again_seconds} s, aller-retour identique, {done} document{done:s}",
    "migrations.rehearsed_irreversible": "migration {version} répétée : up {seconds} s, {done} document{done:s}, irréversible",
    "migrations.rehearsed_back": "retour arrière de la migration {version} répété en {seconds} s, {done} document{done:s}",
    "migrations.rehearsed_counts": "  {collection} : {before} document{before:s} avant, {after} après",
    "migrations.rehearsal_estimate": "répétition sur la sauvegarde {backup_id} ({place}) : compter {estimate_seconds} s en réel",
    "migrations.no_transactions": "migration {version} : ce serveur n'a pas de transactions, la reprise passe par des identifiants déduits",
    "migrations.left_untouched": "la base est comme avant la migration (transaction annulée)",
    "migrations.left_at": "la base est au point de reprise « {place} »",
    "migrations.left_unknown": "rien n'était encore parcouru : collections et index commencés restent jusqu'au retour arrière",
}
