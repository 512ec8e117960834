# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Aperçu des notifications : ce qui serait envoyé."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {}

TEXTS: dict[str, str] = {
    "notify.preview.title": "Aperçu des notifications",
    "notify.preview.nothing_sent": "Rien n'a été envoyé.",
    "notify.preview.held": "Canaux qui ne seraient pas prévenus",
    "notify.preview.nothing": "Rien à montrer : le canal est désactivé ou n'a pas de destinataire.",
    "notify.preview.sms": "{count} caractère{count:s}, {segments} SMS",
}
