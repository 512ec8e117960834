# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wording of an event, from the facts of an update and the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._core.clock import iso
from .._core.errors import BadInput
from .._locale import text
from .event import Event, Field, pairs
from .statuses import Status, status_named

UPDATE_TYPES = ("security", "feature", "maintenance", "migration", "dependency", "rollback", "incident")
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
DEADLINES = ("IMMEDIATE", "WITHIN_2H", "WITHIN_24H", "WITHIN_WEEK")
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
    "run_id",
)
"""The facts an event may carry; each is text or absent."""


def compose(options: Mapping[str, Any], at: datetime, locale: str) -> Event:
    """The event that ``options`` (status, the FACTS, message, fields) amount to.

    Raises BadInput for an unknown status, update type or severity, and for fields of another form.
    """
    status = status_named(options.get("status"))
    facts = {name: str(options[name]) for name in FACTS if options.get(name)}
    _check(facts)
    lead = _lead(status, facts, locale)
    summary = " ".join(lead.removeprefix(status.icon).split())
    return Event(
        status=status,
        title=text(locale, f"notify.title.{facts.get('update_type', 'any')}"),
        lead=lead,
        summary=summary,
        subject=summary,
        urgency=status.urgency,
        locale=locale,
        message=str(options.get("message") or ""),
        fields=tuple(_fact_fields(facts, locale) + _own_fields(options.get("fields"))),
        facts=facts,
        at=iso(at),
    )


def _check(facts: Mapping[str, str]) -> None:
    for name, allowed in (("update_type", UPDATE_TYPES), ("severity", SEVERITIES)):
        if name in facts and facts[name] not in allowed:
            raise BadInput("notify.value_unknown", name=name, value=facts[name], allowed=", ".join(allowed))


def _lead(status: Status, facts: Mapping[str, str], locale: str) -> str:
    """One sentence: what happens to which release, where; for a security update also why and by when."""
    what = text(locale, f"notify.title.{facts.get('update_type', 'any')}")
    version = facts.get("to_version")
    details: dict[str, object] = {
        "icon": status.icon,
        "what": f"{what} v{version}" if version else what,
        "place": text(locale, "notify.place", environment=facts["environment"]) if "environment" in facts else "",
        "back": text(locale, "notify.back", version=facts["from_version"]) if "from_version" in facts else "",
        "reason": text(locale, "notify.reason", reason=facts["reason"]) if "reason" in facts else "",
        "severity": f" {facts['severity']}" if "severity" in facts else "",
    }
    sentence = text(locale, f"notify.lead.{status.name}", **details)
    if facts.get("update_type") == "security" and "vulnerability_id" in facts:
        sentence += "\n" + text(locale, "notify.security", **_security(facts, locale))
    return sentence


def _security(facts: Mapping[str, str], locale: str) -> dict[str, object]:
    return {
        "vulnerability_id": facts["vulnerability_id"],
        "severity": facts.get("severity", "-"),
        "deadline": _deadline(facts.get("deadline"), locale),
    }


def _deadline(value: str | None, locale: str) -> str:
    if value is None:
        return "-"
    return text(locale, f"notify.deadline.{value}") if value in DEADLINES else value


def _fact_fields(facts: Mapping[str, str], locale: str) -> list[Field]:
    """The facts people look for, named in their language, in the order of importance."""
    found: list[Field] = []
    if "to_version" in facts:
        before = facts.get("from_version")
        found.append(
            ("version", f"{before} \N{RIGHTWARDS ARROW} {facts['to_version']}" if before else facts["to_version"])
        )
    for name in ("environment", "vulnerability_id", "severity", "deadline", "reason", "stack", "run_id"):
        if name in facts:
            found.append((name, _deadline(facts[name], locale) if name == "deadline" else facts[name]))
    return [(text(locale, f"notify.field.{name}"), value) for name, value in found]


def _own_fields(fields: Any) -> list[Field]:
    if not fields:
        return []
    try:
        return pairs(fields)
    except (TypeError, KeyError) as error:
        raise BadInput("notify.fields_invalid", found=type(fields).__name__) from error
