# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one table of statuses: what each looks like, how urgent it is, who hears it and through what."""

from __future__ import annotations

from dataclasses import dataclass

from .._core.errors import BadInput

BLUE = 0x0099FF
GREEN = 0x00FF00
YELLOW = 0xFFFF00
RED = 0xFF0000

EXTERNAL = ("users", "partners", "public")
"""The audiences beside the internal one (the manual's NotificationChannels)."""
QUIET = ("log", "webhook", "discord", "slack")
WRITTEN = (*QUIET, "email")
SPOKEN = (*WRITTEN, "sms")
ALARM = 3
"""The urgency that wakes someone: quiet hours do not hold it back."""

_ARROWS = "\N{ANTICLOCKWISE DOWNWARDS AND UPWARDS OPEN CIRCLE ARROWS}"
_CHECK = "\N{WHITE HEAVY CHECK MARK}"


@dataclass(frozen=True)
class Status:
    """``colour`` as Discord wants it (an integer); ``urgency`` from 0 (for information) to 3 (wake someone).

    ``stage``: that of the update it belongs to, none for what is told in passing. ``kinds``: the kinds of internal
    channel that tell it by default. ``audiences``: the external ones that hear it. ``switch``: the timing setting that
    may turn it off. ``grave``: bad or coming, so that the severity of what is behind it makes it more urgent.
    """

    name: str
    colour: int
    icon: str
    urgency: int
    stage: str
    kinds: tuple[str, ...]
    audiences: tuple[str, ...] = EXTERNAL
    switch: str = ""
    grave: bool = False


STATUSES: dict[str, Status] = {
    status.name: status
    for status in (
        Status("announced", BLUE, "\N{CHEERING MEGAPHONE}", 0, "announce", WRITTEN, grave=True),
        Status("pre_update", BLUE, _ARROWS, 1, "announce", WRITTEN, grave=True),
        Status("in_progress", BLUE, _ARROWS, 0, "", QUIET, switch="during_update"),
        Status("success", GREEN, _CHECK, 1, "conclude", WRITTEN, switch="post_update"),
        Status("warning", YELLOW, "\N{WARNING SIGN}", 1, "conclude", WRITTEN, audiences=(), grave=True),
        Status("error", RED, "\N{CROSS MARK}", ALARM, "conclude", SPOKEN, switch="on_failure"),
        Status("rollback", YELLOW, _ARROWS, 2, "rollback", WRITTEN, switch="on_failure", grave=True),
        Status("incident", RED, "\N{POLICE CARS REVOLVING LIGHT}", ALARM, "conclude", SPOKEN, switch="on_failure"),
        Status("resolved", GREEN, _CHECK, 1, "conclude", WRITTEN, switch="on_failure"),
    )
}

SEVERITY_URGENCY = {"CRITICAL": ALARM, "HIGH": 2, "MEDIUM": 1, "LOW": 0}
DONE_ICONS = {
    "security": "\N{POLICE CARS REVOLVING LIGHT}",
    "migration": "\N{FILE CABINET}\N{VARIATION SELECTOR-16}",
    "dependency": "\N{PACKAGE}",
    "rollback": _ARROWS,
}
"""The manual's icons of a flow that is done (its §2.3, §3.1, §3.2, §3.3)."""


def status_named(name: object) -> Status:
    """The status of that name. Raises BadInput ``notify.status_unknown`` with the names there are."""
    status = STATUSES.get(name) if isinstance(name, str) else None
    if status is None:
        raise BadInput("notify.status_unknown", status=name, allowed=", ".join(STATUSES))
    return status


def urgency_of(status: Status, severity: str | None) -> int:
    """The status's own, raised by the severity of what is behind it; an incident is as urgent as it is severe."""
    if severity not in SEVERITY_URGENCY:
        return status.urgency
    if status.name == "incident":
        return SEVERITY_URGENCY[severity]
    return max(status.urgency, SEVERITY_URGENCY[severity]) if status.grave else status.urgency


def icon_of(status: Status, update_type: str | None) -> str:
    """What stands before the sentence."""
    return DONE_ICONS.get(update_type or "", status.icon) if status.name == "success" else status.icon
