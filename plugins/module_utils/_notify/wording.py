# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates, durations and lists as people of a language read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from .._core.errors import BadInput
from .._locale import text

DEFAULT_ZONE = "Europe/Paris"
BULLET = "\N{BULLET} "


def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises BadInput ``notify.zone_unknown``."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder's name gives an OSError
        raise BadInput("notify.zone_unknown", value=name) from None


def moment(when: datetime, zone: str, locale: str) -> str:
    """« mardi 24 novembre 2026 à 22:00 (Europe/Paris) »."""
    local = when.astimezone(zone_named(zone))
    return text(
        locale,
        "notify.moment",
        weekday=text(locale, "notify.weekdays").split()[local.weekday()],
        day=text(locale, "notify.first_day") if local.day == 1 else local.day,
        month=text(locale, "notify.months").split()[local.month - 1],
        year=local.year,
        time=local.strftime("%H:%M"),
        zone=zone,
    )


def short_moment(when: datetime, zone: str, locale: str) -> str:
    """« 24/11/2026 22:00 », where there is little room."""
    local = when.astimezone(zone_named(zone))
    day, month = f"{local.day:02}", f"{local.month:02}"
    return text(locale, "notify.short_moment", day=day, month=month, year=local.year, time=local.strftime("%H:%M"))


def duration(seconds: float, locale: str) -> str:
    """« 1 h 30 min », « 45 s »: the two largest units, rounded up so that nothing is promised too early."""
    if seconds < 60:
        return text(locale, "notify.seconds", count=max(0, -int(-seconds // 1)))
    minutes = -int(-seconds // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    units = (("days", days), ("hours", hours), ("minutes", minutes))
    parts = [(unit, count) for unit, count in units if count][:2]
    return " ".join(text(locale, f"notify.{unit}", count=count) for unit, count in parts)


def listed(items: Sequence[str]) -> str:
    """One item as it is, several as a bulleted list."""
    return items[0] if len(items) == 1 else "\n".join(f"{BULLET}{item}" for item in items)
