# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notifications : ce que les gens reçoivent, et ce que l'opérateur lit des envois."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "notify.status_unknown": (
        "Lecture du statut de la notification",
        "l'un de : {allowed}",
        "« {status} »",
        "corrigez le statut ; rien n'a été envoyé",
    ),
    "notify.value_unknown": (
        "Lecture de {name} pour la notification",
        "l'un de : {allowed}",
        "« {value} »",
        "corrigez la valeur, en respectant les majuscules ; rien n'a été envoyé",
    ),
    "notify.fields_invalid": (
        "Lecture des champs de la notification",
        "un dictionnaire, ou une liste de name et value",
        "une valeur de type {found}",
        "corrigez fields ; rien n'a été envoyé",
    ),
    "notify.option_invalid": (
        "Lecture de l'option {name} de la notification",
        "{expected}",
        "{found}",
        "corrigez l'option ; rien n'a été envoyé",
    ),
    "notify.channel_invalid": (
        "Lecture de {path} des canaux de notification",
        "une valeur de type {expected}",
        "une valeur de type {found}",
        "corrigez l'inventaire ; rien n'a été envoyé",
    ),
    "notify.channel_missing": (
        "Lecture de {path} des canaux de notification",
        "un texte",
        "rien",
        "donnez un nom et un genre à chaque canal ; rien n'a été envoyé",
    ),
    "notify.channel_unknown": (
        "Lecture de {path} des canaux de notification",
        "les clés {allowed}",
        "aussi : {keys}",
        "retirez ou corrigez ces clés dans l'inventaire ; rien n'a été envoyé",
    ),
    "notify.channel_twice": (
        "Lecture des canaux de notification",
        "un nom différent pour chaque canal",
        "plusieurs canaux nommés « {channel} »",
        "renommez-en un dans l'inventaire ; rien n'a été envoyé",
    ),
    "notify.kind_unknown": (
        "Lecture du canal de notification « {channel} »",
        "un genre parmi : {allowed}",
        "« {kind} »",
        "corrigez l'inventaire ; rien n'a été envoyé",
    ),
    "notify.webhook_invalid": (
        "Lecture de l'adresse du canal « {channel} » ({kind})",
        "{form}",
        "une adresse d'une autre forme (non montrée : c'est un secret)",
        "copiez l'adresse du webhook depuis les réglages du service ; rien n'a été envoyé",
    ),
    "notify.file_invalid": (
        "Lecture du fichier du canal « {channel} »",
        "un chemin absolu",
        "« {found} »",
        "corrigez l'inventaire ; rien n'a été envoyé",
    ),
}

TEXTS: dict[str, str] = {
    "notify.reason.status": "le service répond {status}",
    "notify.reason.rate": "le service demande d'attendre plus que le temps accordé ({status})",
    "notify.reason.webhook": "le webhook n'existe plus ou est interdit ({status}) : créez-en un autre",
    "notify.reason.refused": "message refusé ({status}) : {answer}",
    "notify.reason.no_answer": "pas de réponse ({cause})",
    "notify.reason.slow": "pas de réponse dans le temps accordé",
    "notify.reason.error": "{cause}",
    "notify.reason.internal": "erreur interne ({cause})",
    "notify.reason.disabled": "canal désactivé",
    "notify.reason.no_address": "canal sans adresse",
    "notify.line.sent": "Notification : {channel} prévenu",
    "notify.line.would_send": "Notification : {channel} serait prévenu",
    "notify.line.skipped": "Notification : {channel} n'est pas prévenu, {reason}",
    "notify.line.failed": "Notification : {channel} n'a pas pu être prévenu, {reason} ; la mise à jour continue",
    "notify.internal": "Notification : erreur interne ({cause}) ; rien d'autre n'est touché",
}
