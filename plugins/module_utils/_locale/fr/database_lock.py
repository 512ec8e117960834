# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verrou de la base."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "database_lock.held": (
        "Verrouillage de la base {database}",
        "aucun autre travail sur cette base",
        "{work} en cours sur {host} depuis {since} (exécution {run_id}), verrou valable jusqu'à {until}",
        "attendez sa fin ; si ce processus est mort, son verrou tombe de lui-même à l'heure dite",
    ),
    "database_lock.lost": (
        "Travail sous le verrou de la base",
        "un verrou renouvelé dans les {seconds} s",
        "un verrou perdu : le serveur n'a pas répondu à temps, ou un autre l'a pris",
        "vérifiez MongoDB, puis relancez",
    ),
}

TEXTS: dict[str, str] = {}
