# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups of a stack as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.units import readable
from .._mongo.sets import DAMAGED, PARTIAL, USABLE
from .boundary import Tools

SHOWN = 10
"""Rows of the table; the others are counted."""
NAMED = 5
_AGES = (("days", 2 * 86400, 86400), ("hours", 2 * 3600, 3600), ("minutes", 0, 60))
_COLUMNS = (("id", False), ("age", True), ("size", True), ("proof", False), ("restore", True), ("protects", False))
"""Column and whether it is a figure, which stands at the right."""


def lines(facts: Sequence[Mapping[str, Any]], totals: Mapping[str, int], tools: Tools) -> list[dict[str, str]]:
    """How many there are, and what deserves a look."""
    good = [one for one in facts if one["state"] == USABLE[0]]
    size = readable(totals["bytes"])
    if good:
        age = _age(good[0]["age_seconds"], tools)
        found = [tools.line("info", "backups.some", count=len(facts), good=len(good), size=size, age=age)]
    else:
        found = [tools.line("warning", "backups.none_good", count=len(facts))]
    damaged = [one["id"] for one in facts if one["state"] == DAMAGED]
    if damaged:
        names = ", ".join(damaged[:NAMED]) + (f" (+{len(damaged) - NAMED})" if len(damaged) > NAMED else "")
        found.append(tools.line("warning", "backups.damaged", names=names))
    return found


def table(facts: Sequence[Mapping[str, Any]], tools: Tools) -> dict[str, Any] | None:
    """``columns`` (``title``, ``right``), ``rows`` (texts), ``more`` (a line, or None); None where there is no backup."""
    if not facts:
        return None
    hidden = len(facts) - SHOWN
    return {
        "columns": [{"title": tools.say(f"backups.column.{name}"), "right": right} for name, right in _COLUMNS],
        "rows": [_row(one, tools) for one in facts[:SHOWN]],
        "more": tools.say("backups.more", count=hidden) if hidden > 0 else None,
    }


def _row(one: Mapping[str, Any], tools: Tools) -> list[str]:
    seconds = one["restore_seconds"]
    return [
        one["id"],
        _age(one["age_seconds"], tools),
        readable(one["bytes"]) if one["bytes"] is not None else "?",
        _proof(one, tools),
        "?" if seconds is None else tools.say("backups.seconds", count=max(1, round(seconds))),
        _protects(one, tools),
    ]


def _proof(one: Mapping[str, Any], tools: Tools) -> str:
    """How it was proven, or why that counts for nothing."""
    if one["state"] == DAMAGED:
        return tools.say("backups.damaged_short")
    return tools.say("backups.partial_short") if one["state"] == PARTIAL else tools.say(f"backups.proof.{one['proof']}")


def _protects(one: Mapping[str, Any], tools: Tools) -> str:
    """The release whose data it holds, and what it was made before."""
    if one["kind"] is None:
        return "-"
    held = one["protects"]
    return tools.say(f"backups.protects.{one['kind']}", version=held["served_version"] or "?", release=held["release"])


def _age(seconds: int | None, tools: Tools) -> str:
    if seconds is None:
        return "?"
    name, unit = next((name, unit) for name, least, unit in _AGES if seconds >= least)
    return tools.say(f"backups.age.{name}", count=seconds // unit)
