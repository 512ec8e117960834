# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mises à jour : verrou, journal, registre, retour arrière."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "stack.name": (
        "Lecture du nom de la pile « {value} »",
        "des lettres, chiffres, points, tirets (63 au plus)",
        "« {value} »",
        "corrigez benevoclic_stack dans l'inventaire",
    ),
    "stack.none": (
        "Recherche de l'état de la pile",
        "le nom de la pile (option stack)",
        "rien",
        "passez stack, ou réglez benevoclic_stack",
    ),
    "run.id": (
        "Lecture de l'identifiant de mise à jour « {value} »",
        "la forme 20261122T071500Z-feature-1.1.0",
        "« {value} »",
        "prenez-le tel que status.yml l'affiche",
    ),
    "state.missing": (
        "Ouverture du dossier d'état {path}",
        "un dossier créé par bootstrap",
        "rien",
        "lancez ansible-playbook playbooks/bootstrap.yml",
    ),
    "state.unusable": (
        "Ouverture de {path}",
        "un fichier que ce compte peut écrire",
        "{found}",
        "lancez ansible-playbook playbooks/bootstrap.yml, ou utilisez le compte benevoclic_user",
    ),
    "journal.broken": (
        "Lecture de {path}",
        "une chaîne d'enregistrements intacte",
        "la ligne {line} ne suit pas la précédente",
        "le fichier a été modifié à la main ou abîmé : gardez-le, cherchez qui, et décidez à la main",
    ),
    "operation.unknown": (
        "Annulation de l'opération {name}",
        "une opération connue de cette version de la collection",
        "{name}",
        "utilisez la version de la collection qui a ouvert cette mise à jour",
    ),
    "lock.busy": (
        "Prise du verrou de la pile",
        "un verrou libre",
        "la mise à jour {run_id} ({reason}, version {version}) de {owner} sur {host}, depuis {since}, au travail en ce moment",
        "attendez sa fin, ou regardez status.yml",
    ),
    "lock.run_unfinished": (
        "Ouverture d'une mise à jour",
        "aucune mise à jour inachevée",
        "{run_id} ({reason}, version {version}) de {owner} sur {host}, depuis {since}, état « {state} », dernier signe il y a {silent_seconds} s",
        "attendez sa fin ; si son contrôleur est mort, lancez rollback.yml, qui la reprend et revient en arrière",
    ),
    "run.latched": (
        "Ouverture d'une mise à jour",
        "une pile dont la dernière mise à jour a fini vérifiée",
        "{run_id} a fini par un retour arrière en échec",
        "regardez status.yml, réparez, puis lancez rollback.yml",
    ),
    "run.unknown": (
        "Reprise de la mise à jour {run_id}",
        "un dossier de ce nom dans {path}",
        "rien",
        "prenez l'identifiant tel que status.yml l'affiche",
    ),
    "run.not_holder": (
        "Action de la mise à jour {run_id}",
        "qu'elle tienne le verrou",
        "le verrou est à {holder}",
        "cette mise à jour est finie ou a été reprise : regardez status.yml",
    ),
    "run.wrong_state": (
        "Action de la mise à jour {run_id}",
        "un état qui le permet",
        "l'état « {state} »",
        "cette mise à jour est finie ou revient en arrière : regardez status.yml",
    ),
    "run.none": (
        "Action sans mise à jour",
        "une mise à jour ouverte",
        "aucune",
        "passez run_id, tel que run_open le rend",
    ),
    "rollback.no_target": (
        "Recherche de la version à rétablir",
        "une version vérifiée avant celle-ci",
        "aucune dans le registre",
        "il n'y a rien vers quoi revenir",
    ),
    "rollback.unknown_version": (
        "Retour à la version {version}",
        "une version vérifiée : {known}",
        "{version}",
        "choisissez une version de la liste",
    ),
    "rollback.switched_off": (
        "Retour arrière",
        "un retour arrière permis",
        "benevoclic_rollback_enabled est à false ({reason})",
        "décidez à la main, ou relancez rollback.yml avec benevoclic_rollback_enabled à true",
    ),
    "rollback.undo_failed": (
        "Retour arrière",
        "toutes les opérations annulées",
        "échec de {operations} ({cause})",
        "réparez la cause, puis relancez rollback.yml",
    ),
    "module.unexpected": (
        "Exécution de {module}",
        "une fin prévue",
        "{found}",
        "c'est un défaut de la collection : signalez-le avec cette ligne",
    ),
    "library.missing": (
        "Chargement de la bibliothèque Python {name}",
        "{name} sur cet hôte",
        "rien dans {path}",
        "lancez ansible-playbook playbooks/bootstrap.yml",
    ),
    "library.too_old": (
        "Chargement de la bibliothèque Python {name}",
        "{wanted} ou plus récente sur cet hôte",
        "{found}",
        "lancez ansible-playbook playbooks/bootstrap.yml",
    ),
}

TEXTS: dict[str, str] = {
    "state.new_verified": "la version {version} est en service et vérifiée",
    "state.old_verified": "la version {version} est de nouveau en service et vérifiée",
    "state.unchanged": "la version {version} était déjà en service ; vérifiée, rien n'a été changé",
    "state.untouched": "rien n'a été changé ; la version {version} reste en service",
    "state.unknown": "le retour arrière n'a pas pu être vérifié : décidez à la main",
    "next.fix_and_rerun": "corrigez la cause, puis relancez la même commande",
    "next.rollback": "ansible-playbook playbooks/rollback.yml",
    "next.status": "ansible-playbook playbooks/status.yml",
    "run.opened": "mise à jour {run_id} ouverte",
    "run.undo_nothing": "rien n'avait été changé : rien à annuler",
    "run.undone": "{count} opération{count:s} annulée{count:s}, la version {version} vérifiée",
    "status.free": "verrou libre, aucune mise à jour en cours",
    "status.owner": "{run_id} ({flow}) de {owner} sur {host}, depuis {since} : état « {state} », étape « {stage} », dernier signe il y a {silent_seconds} s",
    "status.operations": "opérations : {done} faites, {begun} commencées, {undone} annulées",
    "status.last": "dernière : {run_id} {outcome} ({from_version} → {to_version})",
    "status.none": "aucune mise à jour dans le registre",
    "status.latched": "verrouillé par un retour arrière en échec : {run_id}",
    "status.take_over": "si son contrôleur est mort : ansible-playbook playbooks/rollback.yml",
    "reason.default": "Échec de la mise à jour",
}
