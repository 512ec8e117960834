# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of statuses: what each looks like and how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass

from .._core.errors import BadInput

BLUE = 0x0099FF
GREEN = 0x00FF00
YELLOW = 0xFFFF00
RED = 0xFF0000


@dataclass(frozen=True)
class Status:
    """``colour`` as Discord wants it (an integer); ``urgency`` from 0 (for information) to 3 (wake someone)."""

    name: str
    colour: int
    icon: str
    urgency: int
    stage: str


STATUSES: dict[str, Status] = {
    status.name: status
    for status in (
        Status("announced", BLUE, "\N{CHEERING MEGAPHONE}", 0, "announce"),
        Status("pre_update", BLUE, "\N{ANTICLOCKWISE DOWNWARDS AND UPWARDS OPEN CIRCLE ARROWS}", 1, "announce"),
        Status("in_progress", BLUE, "\N{ANTICLOCKWISE DOWNWARDS AND UPWARDS OPEN CIRCLE ARROWS}", 0, "announce"),
        Status("success", GREEN, "\N{WHITE HEAVY CHECK MARK}", 1, "conclude"),
        Status("warning", YELLOW, "\N{WARNING SIGN}", 1, "conclude"),
        Status("error", RED, "\N{CROSS MARK}", 3, "conclude"),
        Status("rollback", YELLOW, "\N{ANTICLOCKWISE DOWNWARDS AND UPWARDS OPEN CIRCLE ARROWS}", 2, "rollback"),
        Status("incident", RED, "\N{POLICE CARS REVOLVING LIGHT}", 3, "conclude"),
        Status("resolved", GREEN, "\N{WHITE HEAVY CHECK MARK}", 1, "conclude"),
    )
}


def status_named(name: object) -> Status:
    """The status of that name. Raises BadInput ``notify.status_unknown`` with the names there are."""
    status = STATUSES.get(name) if isinstance(name, str) else None
    if status is None:
        raise BadInput("notify.status_unknown", status=name, allowed=", ".join(STATUSES))
    return status
