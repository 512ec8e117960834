# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When messages go out: the team's switches, the hours in which no telephone rings, a time that a person typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any

from .._core.errors import BadInput
from .statuses import ALARM
from .wording import DEFAULT_ZONE, zone_named

SWITCHES = ("during_update", "post_update", "on_failure")
"""The manual's duringUpdate, postUpdate and onFailure."""
KEYS = ("pre_update", *SWITCHES, "quiet_hours", "timezone")
MOST_HOURS = 24 * 14
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?")
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Timing:
    """``reminder_hours`` before an update (0: no reminder); ``off``: the switches that are off; quiet from, to."""

    reminder_hours: float = 24.0
    off: tuple[str, ...] = ()
    quiet: tuple[time, time] | None = None
    zone: str = DEFAULT_ZONE

    def is_quiet(self, now: datetime, urgency: int) -> bool:
        """Whether a telephone must not ring now; what wakes someone rings at any time."""
        if self.quiet is None or urgency >= ALARM:
            return False
        start, end = self.quiet
        local = now.astimezone(zone_named(self.zone)).time()
        return start <= local < end if start <= end else local >= start or local < end

    def quiet_hours(self) -> str:
        return "" if self.quiet is None else f"{self.quiet[0]:%H:%M}-{self.quiet[1]:%H:%M}"


def read_timing(raw: Any) -> Timing:
    """The settings ``pre_update`` (hours), the SWITCHES, ``quiet_hours`` (``start``, ``end``) and ``timezone``.

    Raises BadInput ``notify.option_invalid`` naming the key, and ``notify.zone_unknown``.
    """
    if raw in (None, ""):
        return Timing()
    if not isinstance(raw, Mapping):
        raise _invalid("", "dict", raw)
    for key in raw:
        if key not in KEYS:
            raise _invalid(f".{key}", ", ".join(KEYS), key)
    off = tuple(name for name in SWITCHES if not _switch(raw, name))
    zone = str(raw.get("timezone") or DEFAULT_ZONE)
    zone_named(zone)
    return Timing(_hours(raw.get("pre_update", 24)), off, _quiet(raw.get("quiet_hours")), zone)


def _invalid(key: str, expected: str, found: object) -> BadInput:
    return BadInput("notify.option_invalid", name=f"timing{key}", expected=expected, found=found)


def _switch(raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, True)
    if not isinstance(value, bool):
        raise _invalid(f".{name}", "true, false", value)
    return value


def _hours(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST_HOURS:
        raise _invalid(".pre_update", f"0-{MOST_HOURS} (h)", value)
    return float(value)


def _quiet(value: Any) -> tuple[time, time] | None:
    if not value:
        return None
    hours = [str(value.get(key)) for key in ("start", "end")] if isinstance(value, Mapping) else []
    found = [_HOUR.fullmatch(hour) for hour in hours]
    if len(found) != 2 or not isinstance(value, Mapping) or set(value) != {"start", "end"} or hours[0] == hours[1]:
        raise _invalid(".quiet_hours", 'start: "22:00", end: "07:00"', value)
    if not found[0] or not found[1]:
        raise _invalid(".quiet_hours", 'start: "22:00", end: "07:00"', ", ".join(hours))
    start, end = (time(int(match[1]), int(match[2])) for match in found if match)
    return start, end


def read_moment(value: object, zone: str) -> tuple[datetime, bool]:
    """The moment that a person typed, in UTC, and whether its zone had to be assumed.

    Raises BadInput ``announce.at_form`` (no ISO 8601 with a T, no such date), ``announce.at_gap`` (skipped when clocks
    go forward) or ``announce.at_twice`` (there twice when they go back).
    """
    found = _ISO.fullmatch(value) if isinstance(value, str) else None
    if found is None or not isinstance(value, str):
        raise BadInput("announce.at_form", value=value)
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.astimezone(timezone.utc), False
        return _placed(moment, zone), True
    except (ValueError, OverflowError):
        raise BadInput("announce.at_form", value=value) from None


def _placed(wall: datetime, zone: str) -> datetime:
    """The moment at which the zone's clocks show ``wall``, and show it once."""
    first, second = (wall.replace(tzinfo=zone_named(zone), fold=fold) for fold in (0, 1))
    moment = first.astimezone(timezone.utc)
    if moment.astimezone(zone_named(zone)).replace(tzinfo=None) != wall:
        raise BadInput("announce.at_gap", value=wall.isoformat(timespec="minutes"), zone=zone)
    if first.utcoffset() != second.utcoffset():
        offsets = ", ".join(wall.isoformat(timespec="minutes") + _offset(each.utcoffset()) for each in (first, second))
        raise BadInput("announce.at_twice", value=wall.isoformat(timespec="minutes"), zone=zone, choices=offsets)
    return moment


def _offset(delta: timedelta | None) -> str:
    minutes = int((delta or timedelta()).total_seconds() // 60)
    return f"{'+' if minutes >= 0 else '-'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
