# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of bench.json, and the table of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

Entry = dict[str, Any]


def entry(name: str, unit: str, ours: float | None, other: float | None, other_name: str) -> Entry:
    """One figure of both sides; less is better in each."""
    return {
        "name": name,
        "unit": unit,
        "ours": ours,
        "other": other,
        "other_name": other_name,
        "ratio": ratio(ours, other),
    }


def middle(values: Sequence[float | None]) -> float | None:
    """The median of what is known."""
    known = [value for value in values if value is not None]
    return round(float(median(known)), 3) if known else None


def ratio(ours: float | None, other: float | None) -> float | None:
    """How many times better ours is; none where a side has no figure, or where nothing at all was lost on ours."""
    if ours is None or other is None or not ours:
        return None
    return round(other / ours, 3)


def merged(before: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Entries of parts that were not measured this time stay."""
    names = {one["name"] for one in new}
    return [one for one in before if one["name"] not in names] + list(new)


def lines(entries: Sequence[Entry]) -> list[str]:
    """The table as text."""
    text = [f"{'':<56} {'unit':<9} {'ours':>9} {'other':>9} {'ratio':>7}  other"]
    for one in entries:
        figures = f"{shown(one['ours']):>9} {shown(one['other']):>9} {verdict(one):>7}"
        text.append(f"{one['name']:<56} {one['unit']:<9} {figures}  {one['other_name']}")
    return text


def shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if value == int(value) else f"{value:.2f}"


def verdict(one: Entry) -> str:
    if one["ratio"] is None:
        return "none" if one["ours"] == 0 and one["other"] else "-"
    return shown(one["ratio"])


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
