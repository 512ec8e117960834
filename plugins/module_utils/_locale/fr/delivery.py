# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaux et envois : ce qui ne va pas dans leur réglage, et ce que le fournisseur répond."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "notify.setting_invalid": (
        "Lecture de {key} du canal « {channel} »",
        "{expected}",
        "« {found} »",
        "corrigez l'inventaire ou l'environnement ; rien n'a été envoyé",
    ),
    "notify.secret_setting_invalid": (
        "Lecture de {key} du canal « {channel} »",
        "une valeur de la forme {form}",
        "une valeur d'une autre forme (non montrée : c'est un secret)",
        "corrigez le coffre, l'inventaire ou l'environnement ; rien n'a été envoyé",
    ),
    "notify.smtp_away": (
        "Envoi d'un courriel par {host}",
        "une réponse du serveur",
        "{found}",
        "vérifiez le serveur de courrier, puis relancez",
    ),
    "notify.smtp_tls": (
        "Connexion chiffrée au serveur de courrier {host}",
        "un certificat valide au nom du serveur, d'une autorité connue",
        "certificat ou chiffrement refusé ({found}) ; rien n'a été envoyé en clair",
        "corrigez le certificat du serveur, ou donnez son autorité par ca_file",
    ),
    "notify.smtp_no_starttls": (
        "Connexion chiffrée au serveur de courrier {host}",
        "STARTTLS proposé par le serveur",
        "pas de STARTTLS ({found}) ; rien n'a été envoyé en clair",
        "vérifiez qui répond à cette adresse, ou utilisez le port TLS avec security: tls",
    ),
    "notify.smtp_account": (
        "Connexion au compte du serveur de courrier {host}",
        "un compte accepté",
        "compte refusé ({found})",
        "vérifiez le compte et le mot de passe",
    ),
}

TEXTS: dict[str, str] = {
    "notify.reason.account": "compte refusé ({status}) : vérifiez l'identifiant et le jeton",
    "notify.reason.tls": "le service n'est pas celui qu'il devrait être ({cause})",
    "notify.reason.incomplete": "réglage incomplet (adresse, destinataires ou compte)",
    "notify.reason.some": "{failed} message{failed:s} sur {all} : {reason}",
    "notify.reason.unclear": "{reason} : le message est peut-être parti, il ne sera pas renvoyé",
    "notify.reason.unclear_before": "un envoi précédent est resté sans réponse claire : pas de second message",
    "notify.line.already_sent": "Notification : {channel} est déjà prévenu",
    "notify.ledger": "Notification : registre des envois inutilisable ({cause}) ; une reprise pourrait répéter des messages",
}
