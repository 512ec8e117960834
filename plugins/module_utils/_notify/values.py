# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of a message's places, by name: those that are known, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from .._locale import text
from .._policy.announcement import LISTS
from .discretion import Discretion
from .facts import DEADLINES, UPDATES, Facts
from .wording import duration, listed, moment

_PASSED_ON = (
    "environment",
    "vulnerability_id",
    "severity",
    "reason",
    "stack",
    "run_id",
    "target",
    "level",
    "backup_id",
)
LONGEST_DESCRIPTION = 200
"""Characters of a message that stand in for a description; the whole is below."""


def values_of(facts: Facts, common: Mapping[str, str], locale: str, zone: str) -> dict[str, str]:
    """What the team may read."""
    found = {name: facts.texts[name] for name in (*_PASSED_ON, "from_version", "to_version") if name in facts.texts}
    found |= {**common, **_shared(facts, locale, zone)}
    before, after = found.get("from_version"), found.get("to_version")
    if after:
        found["version"] = f"{before} \N{RIGHTWARDS ARROW} {after}" if before else after
    if "documents" in facts.numbers:
        found["documents"] = f"{facts.numbers['documents']:.0f}"
    if "duration_seconds" in facts.numbers:
        found["elapsed"] = duration(facts.numbers["duration_seconds"], locale)
    first_line = facts.message.strip().partition("\n")[0][:LONGEST_DESCRIPTION]
    described = facts.texts.get("description") or found.get("reason") or first_line
    if described:
        found["description"] = described
    title = text(locale, f"notify.title.{facts.update_type or 'any'}")
    return {
        **found,
        "title": title,
        "what": f"{title} v{after}" if after else title,
        "message": facts.message,
        "place": text(locale, "notify.place", environment=found["environment"]) if "environment" in found else "",
        "back": text(locale, "notify.back", version=before) if before else "",
        "because": text(locale, "notify.because", reason=found["reason"]) if "reason" in found else "",
        "graded": f" {found['severity']}" if "severity" in found else "",
    }


def outside_values(
    facts: Facts, common: Mapping[str, str], locale: str, zone: str, discretion: Discretion
) -> dict[str, str]:
    """What outsiders may read: nothing of ours but what was written for them, and that without what it gives away."""
    known = "incident" if facts.update_type == "incident" else "maintenance"
    title = text(locale, f"notify.title.{facts.update_type if facts.update_type in UPDATES else known}")
    found = {**_shared(facts, locale, zone), "title": title}
    if "description" in facts.texts:
        found["description"] = facts.texts["description"]
    if facts.update_type == "security":
        found |= {name: facts.texts[name] for name in ("vulnerability_id", "severity") if name in facts.texts}
    else:
        found.pop("deadline", None)
    if facts.update_type not in UPDATES:
        found["type"] = text(locale, f"notify.type.{known}")
    words = {*LISTS, "support", "description", "ongoing", "vulnerability_id", "deadline"}
    told = {name: discretion.outside(value) if name in words else value for name, value in found.items()}
    return {**common, **{name: value for name, value in told.items() if value or name == "when"}}


def _shared(facts: Facts, locale: str, zone: str) -> dict[str, str]:
    """What everyone may read, as far as it is known."""
    found = {"type": text(locale, f"notify.type.{facts.update_type or 'any'}"), "when": ""}
    if facts.at is not None:
        found["date"] = moment(facts.at, zone, locale)
        found["when"] = text(locale, "notify.when", date=found["date"])
    for name, field in (("duration_minutes", "duration"), ("resolution_minutes", "resolution")):
        if name in facts.numbers:
            found[field] = duration(facts.numbers[name] * 60, locale)
    if "percent" in facts.numbers:
        found["progress"] = f"{facts.numbers['percent']:.0f} %"
    if "remaining_seconds" in facts.numbers:
        found["remaining"] = duration(facts.numbers["remaining_seconds"], locale)
    if "impact" in facts.texts:
        found["impact"] = text(locale, f"notify.impact.{facts.texts['impact']}")
    if "deadline" in facts.texts:
        value = facts.texts["deadline"]
        found["deadline"] = text(locale, f"notify.deadline.{value}") if value in DEADLINES else value
    found |= {name: listed(items) for name, items in facts.lists.items() if items}
    return found | {name: facts.texts[name] for name in ("support", "ongoing") if name in facts.texts}
