# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""À qui l'on s'adresse : publics, canaux retenus, et l'annonce d'une mise à jour."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "audience.unknown": (
        "Lecture des publics des notifications",
        "l'un de : {allowed}",
        "« {name} »",
        "corrigez benevoclic_notification_audiences ; rien n'a été envoyé",
    ),
    "audience.form": (
        "Lecture de {path} des notifications",
        "enabled (true, false) et channels (une liste de noms)",
        "{found}",
        "corrigez l'inventaire ; rien n'a été envoyé",
    ),
    "audience.shared": (
        "Lecture des publics des notifications",
        "un canal pour un seul public",
        "« {channel} » est dans plusieurs listes",
        "gardez-le dans une seule, chaque public a ses mots ; rien n'a été envoyé",
    ),
    "audience.channel_unknown": (
        "Lecture de {path} des notifications",
        "des noms de canaux parmi : {known}",
        "« {channel} »",
        "corrigez ce nom, ou ajoutez le canal à benevoclic_notification_channels ; rien n'a été envoyé",
    ),
    "announce.at_form": (
        "Lecture de la date de la mise à jour (at)",
        "une date ISO 8601 avec un T, comme 2026-12-01T22:00 ou 2026-12-01T22:00+01:00",
        "« {value} »",
        "corrigez -e at=… ; rien n'a été envoyé",
    ),
    "announce.at_gap": (
        "Lecture de la date de la mise à jour (at)",
        "une heure qui existe dans le fuseau {zone}",
        "{value} est sautée par le passage à l'heure d'été",
        "choisissez une autre heure, ou écrivez le décalage ; rien n'a été envoyé",
    ),
    "announce.at_twice": (
        "Lecture de la date de la mise à jour (at)",
        "une heure qui n'existe qu'une fois dans le fuseau {zone}",
        "{value} existe deux fois, au passage à l'heure d'hiver",
        "écrivez celle que vous voulez : {choices} ; rien n'a été envoyé",
    ),
    "announce.too_early": (
        "Annonce de {version} pour {at}",
        "une annonce au plus {longest} avant",
        "il est trop tôt",
        "relancez à partir de {next_at} ; rien n'a été envoyé",
    ),
    "announce.too_late": (
        "Annonce de {version} pour {at}",
        "une annonce au moins {lead} avant, donc jusqu'à {until}",
        "il est trop tard pour prévenir à temps",
        "choisissez une date à partir de {earliest}, ou consentez par la variable override_calendar et sa raison ; rien n'a été envoyé",
    ),
    "announce.past": (
        "Annonce de {version} pour {at}",
        "une date à venir",
        "cette date est passée, il est trop tard",
        "donnez une autre date ; rien n'a été envoyé",
    ),
}

TEXTS: dict[str, str] = {
    "notify.held.kind": "ce canal ne sert pas au statut {status}",
    "notify.held.route": "routes ne le nomme pas pour {status}",
    "notify.held.switch": "timing.{switch} est à false",
    "notify.held.quiet": "heures calmes ({hours})",
    "notify.held.audience_off": "public désactivé : {audience}",
    "notify.held.not_for_them": "ce message ne concerne pas ce public : {audience}",
    "notify.audience_empty": "Notification : public activé sans canal, personne n'y est prévenu : {audience}",
    "notify.line.held": "Notification : {channel} n'est pas prévenu, {reason}",
    "notify.previewed": "Aperçu écrit, rien n'est envoyé : {path}",
    "announce.line.announcement": "Annonce de {version} pour {at} : c'est le moment",
    "announce.line.reminder": "Rappel de {version} pour {at} : c'est le moment",
    "announce.line.told": "{version} déjà annoncée pour {at}, rien à envoyer maintenant",
    "announce.line.next": "Prochain message : rappel à partir de {next_at}",
    "announce.line.none": "Aucun autre message avant la mise à jour",
    "announce.line.late": "Annonce tardive, délai de {lead} non tenu, consentie : {consent}",
    "announce.line.zone": "at sans décalage : lu à l'heure de {zone}",
    "announce.line.trial": "Hors essai, ceci serait refusé : {reason}",
}
