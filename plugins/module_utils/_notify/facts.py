# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about what is told: the caller's options, checked, before anyone words them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .._core.clock import parse_iso
from .._core.errors import BadInput
from .._policy.announcement import IMPACTS, LISTS
from .._policy.policy import DEADLINE_HOURS, POLICIES, SEVERITIES
from .event import Link

UPDATE_TYPES = (
    "security",
    "feature",
    "maintenance",
    "migration",
    "dependency",
    "rollback",
    "restore",
    "incident",
)
UPDATES = ("security", "feature", "maintenance")
"""Those whose messages carry the four communications of the manual's §4.1."""
DEADLINES = tuple(DEADLINE_HOURS)
FACTS = (
    "update_type",
    "stack",
    "environment",
    "from_version",
    "to_version",
    "vulnerability_id",
    "severity",
    "deadline",
    "reason",
    "target",
    "level",
    "backup_id",
    "run_id",
)
"""The facts a message may carry; each is text or absent."""
TEXTS = ("support", "description", "ongoing")
MINUTES = ("duration_minutes", "resolution_minutes")
COMMUNICATION = ("at", "impact", *MINUTES, *LISTS, *TEXTS)
"""What the manual's communications (§4.1) say beside the facts; written for users, so that outsiders may read it."""
NUMBERS = {"percent": 100.0, "remaining_seconds": 1e8, "duration_seconds": 1e8, "documents": 1e15}
"""Number → the largest that makes sense; none is below 0."""
CHOICES = {"update_type": UPDATE_TYPES, "severity": SEVERITIES, "impact": IMPACTS}


@dataclass(frozen=True)
class Facts:
    """``texts``: FACTS and TEXTS that are known; ``lists``: LISTS; ``numbers``: NUMBERS and MINUTES."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    at: datetime | None = None
    message: str = ""
    log: str = ""
    links: tuple[Link, ...] = ()
    own: tuple[tuple[str, str], ...] = ()

    @property
    def update_type(self) -> str | None:
        return self.texts.get("update_type")


def read_facts(options: Mapping[str, Any], own: tuple[tuple[str, str], ...] = ()) -> Facts:
    """The facts that ``options`` (FACTS, NUMBERS, ``communication``, ``message``, ``log``, ``links``) hold.

    Raises BadInput ``notify.value_unknown``, ``notify.option_invalid``.
    """
    communication = {} if options.get("communication") in (None, "") else options["communication"]
    if not isinstance(communication, Mapping):
        raise _invalid("communication", "dict", communication)
    unknown = sorted(str(key) for key in communication if key not in COMMUNICATION)
    if unknown:
        raise _invalid(f"communication.{unknown[0]}", ", ".join(COMMUNICATION), unknown[0])
    texts = {name: str(options[name]) for name in FACTS if options.get(name) not in (None, "")}
    texts |= {name: _plain(communication, name) for name in (*TEXTS, "impact") if communication.get(name)}
    for name, allowed in CHOICES.items():
        if name in texts and texts[name] not in allowed:
            raise BadInput("notify.value_unknown", name=name, value=texts[name], allowed=", ".join(allowed))
    if texts.get("update_type") == "security" and "severity" in texts and "deadline" not in texts:
        texts["deadline"] = str(POLICIES["security", texts["severity"]].deadline)
    numbers = {name: _number(options[name], name, most) for name, most in NUMBERS.items() if _given(options, name)}
    numbers |= {name: _number(communication[name], name, 1e6) for name in MINUTES if _given(communication, name)}
    return Facts(
        texts=texts,
        lists={name: _items(communication[name], name) for name in LISTS if communication.get(name)},
        numbers=numbers,
        at=_moment(communication.get("at")),
        message=str(options.get("message") or ""),
        log=str(options.get("log") or ""),
        links=_links(options.get("links")),
        own=own,
    )


def _given(values: Mapping[str, Any], name: str) -> bool:
    return values.get(name) not in (None, "")


def _invalid(name: str, expected: str, found: object) -> BadInput:
    shown = found if isinstance(found, str) else type(found).__name__
    return BadInput("notify.option_invalid", name=name, expected=expected, found=shown)


def _plain(values: Mapping[str, Any], name: str) -> str:
    if isinstance(values[name], (dict, list)):
        raise _invalid(f"communication.{name}", "text", values[name])
    return str(values[name])


def _number(value: Any, name: str, most: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 0 <= number <= most:
        raise _invalid(name, f"0-{most:.0f}", str(value))
    return number


def _items(value: Any, name: str) -> tuple[str, ...]:
    items = value if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(item, (dict, list)) for item in items):
        raise _invalid(f"communication.{name}", "a list of texts", items)
    return tuple(str(item).strip() for item in items if str(item).strip())


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime) and value.tzinfo:
        return value
    try:
        return parse_iso(str(value))
    except (ValueError, OverflowError):
        raise _invalid("communication.at", "ISO 8601", str(value)) from None


def _links(value: Any) -> tuple[Link, ...]:
    if not value:
        return ()
    found = []
    for item in value if isinstance(value, (list, tuple)) else [value]:
        address = item.get("url") if isinstance(item, Mapping) else None
        if not isinstance(address, str) or not address.startswith(("https://", "http://")) or _blank(address):
            raise _invalid("links", "name, url (http, https)", item)
        found.append((str(item.get("name") or address), address))
    return tuple(found)


def _blank(address: str) -> bool:
    return any(character.isspace() or ord(character) < 32 or character in "<>\"'" for character in address)
