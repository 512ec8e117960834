# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is addressed: the team's channels by status, and each external audience's own list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .._core.errors import BadInput
from .._locale import text
from .channel import Channel
from .event import INTERNAL
from .statuses import EXTERNAL, QUIET, SEVERITY_URGENCY, STATUSES, Status, status_named, urgency_of
from .timing import Timing

OUTWARD_FLOWS = ("security", "feature", "maintenance", "migration", "rollback", "restore", "incident")
"""Flows that users may notice: dependencies are updated in the source."""
SERIOUS = 2
"""The urgency from which outsiders hear of an incident: HIGH and CRITICAL."""
NOTED = ("quiet", "switch")
"""Reasons for holding back that change with the hour or by a setting; the others follow from what the message is."""
ALWAYS = ("log",)
"""Kinds of channel that no switch of the timing turns off: records."""


@dataclass(frozen=True)
class Audiences:
    """External audience → names of its channels; ``enabled`` ones; ``routes``: status → names of internal channels."""

    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    enabled: tuple[str, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def empty(self) -> list[str]:
        """The audiences that are enabled and have no channel."""
        return [name for name in self.enabled if not self.channels.get(name)]

    def of(self, channel: str) -> str:
        """The one audience of a channel; those that nobody lists are the team's."""
        return next((name for name, listed in self.channels.items() if channel in listed), INTERNAL)


@dataclass(frozen=True)
class Occasion:
    """What decides who is addressed."""

    status: Status
    update_type: str | None
    severity: str | None
    now: datetime

    @property
    def urgency(self) -> int:
        return urgency_of(self.status, self.severity)

    def kinds(self) -> tuple[str, ...]:
        """The kinds of channel that tell it; a security update goes to every one, its progress excepted."""
        if self.update_type == "security" and self.status.kinds != QUIET:
            return STATUSES["error"].kinds
        return self.status.kinds

    def outsiders(self) -> tuple[str, ...]:
        """The external audiences it concerns."""
        if self.update_type not in OUTWARD_FLOWS:
            return ()
        if self.update_type == "incident" or self.status.name == "incident":
            return self.status.audiences if SEVERITY_URGENCY.get(self.severity or "", 0) >= SERIOUS else ()
        return self.status.audiences


@dataclass(frozen=True)
class Addressed:
    """``told``: channels with their audience; ``held``: channel → why it is not told, for people.

    ``noted``: those of them that somebody might miss.
    """

    told: tuple[tuple[Channel, str], ...]
    held: Mapping[str, str]
    noted: tuple[str, ...] = ()


def address(
    occasion: Occasion, channels: Sequence[Channel], audiences: Audiences, timing: Timing, locale: str
) -> Addressed:
    """Each channel told in its audience's words, or held with the reason."""
    told: list[tuple[Channel, str]] = []
    held: dict[str, str] = {}
    noted: list[str] = []
    for channel in channels:
        audience = audiences.of(channel.entry.name)
        reason = _reason(occasion, channel, audience, audiences, timing)
        if reason is None:
            told.append((channel, audience))
        else:
            details = {"status": occasion.status.name, "audience": text(locale, f"notify.audience.{audience}")}
            held[channel.entry.name] = text(
                locale, f"notify.held.{reason}", switch=occasion.status.switch, hours=timing.quiet_hours(), **details
            )
            if reason in NOTED:
                noted.append(channel.entry.name)
    return Addressed(tuple(told), held, tuple(noted))


def _reason(occasion: Occasion, channel: Channel, audience: str, audiences: Audiences, timing: Timing) -> str | None:
    kind, route = channel.entry.kind, audiences.routes.get(occasion.status.name)
    if audience != INTERNAL:
        if audience not in audiences.enabled:
            return "audience_off"
        if audience not in occasion.outsiders():
            return "not_for_them"
    if audience == INTERNAL and route is not None:
        if channel.entry.name not in route:
            return "route"
    elif kind not in occasion.kinds():
        return "kind"
    if occasion.status.switch in timing.off and kind not in ALWAYS:
        return "switch"
    if kind == "sms" and timing.is_quiet(occasion.now, occasion.urgency):
        return "quiet"
    return None


def read_audiences(raw: Any, routes: Any, names: Sequence[str]) -> Audiences:
    """``raw``: audience → true, false, or ``enabled`` and ``channels``; ``routes``: status → channels; ``names`` exist.

    Raises BadInput ``audience.*`` or ``notify.status_unknown``.
    """
    channels: dict[str, tuple[str, ...]] = {}
    enabled: list[str] = []
    for name, value in _mapping(raw, "audiences").items():
        if name not in EXTERNAL:
            raise BadInput("audience.unknown", name=name, allowed=", ".join(EXTERNAL))
        entry = {"enabled": value} if isinstance(value, bool) else _mapping(value, f"audiences.{name}")
        strange = [key for key in entry if key not in ("enabled", "channels")]
        if strange or not isinstance(entry.get("enabled", False), bool):
            raise BadInput("audience.form", path=f"audiences.{name}", found=strange[0] if strange else entry["enabled"])
        channels[name] = _names(entry.get("channels"), f"audiences.{name}.channels", names)
        if entry.get("enabled", False):
            enabled.append(name)
    listed = [channel for found in channels.values() for channel in found]
    for channel in listed:
        if listed.count(channel) > 1:
            raise BadInput("audience.shared", channel=channel)
    found_routes = {}
    for status, value in _mapping(routes, "routes").items():
        found_routes[status_named(status).name] = _names(value, f"routes.{status}", names)
        for channel in found_routes[status]:
            if channel in listed:
                raise BadInput("audience.shared", channel=channel)
    return Audiences(channels, tuple(enabled), found_routes)


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if value in (None, "", []):
        return {}
    if not isinstance(value, Mapping):
        raise BadInput("audience.form", path=path, found=type(value).__name__)
    return value


def _names(value: Any, path: str, known: Sequence[str]) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    if not isinstance(value, (list, tuple)):
        raise BadInput("audience.form", path=path, found=type(value).__name__)
    for name in value:
        if name not in known:
            raise BadInput("audience.channel_unknown", path=path, channel=name, known=", ".join(known) or "-")
    return tuple(dict.fromkeys(value))
