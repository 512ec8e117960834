# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule by which a return to an earlier release decides about the data."""

from __future__ import annotations

from dataclasses import dataclass

UNTOUCHED = "untouched"
"""No migration ran: the database stays."""
DOWN = "down"
"""Every migration has a way back: ``down``, newest first."""
RESTORE = "restore"
"""The backup made before takes the place of the data, which is kept aside."""
KEEP = "keep"
"""The release gone back to can live with the new schema: images and configuration only."""
ASK = "ask"
"""A restore would lose writes: only a person may decide that."""


@dataclass(frozen=True)
class Case:
    """What is known of the migrations that a return would leave behind.

    ``migrations``: how many began. ``reversible``, ``readable`` (by the release gone back to): all of them. ``failed``: the
    ``down`` of one of them did when it was tried; it may be tried again. ``lost``:
    writes of others that a restore would lose, 0 when they were kept out the whole time, None where nobody can
    count. ``backed_up``: there is a backup of before. ``consent``: a person accepted the loss.
    """

    migrations: int = 0
    reversible: bool = True
    readable: bool = True
    failed: bool = False
    lost: int | None = None
    backed_up: bool = False
    consent: bool = False


def decide(case: Case) -> str:
    """One of the decisions above; the first line that fits."""
    table = (
        (case.migrations == 0, UNTOUCHED),
        (case.reversible and not case.failed, DOWN),
        (case.backed_up and case.lost == 0, RESTORE),
        (case.reversible and case.backed_up and case.consent, RESTORE),
        (case.reversible, DOWN),
        (case.readable, KEEP),
        (case.backed_up and case.consent, RESTORE),
    )
    return next((decision for fits, decision in table if fits), ASK)
