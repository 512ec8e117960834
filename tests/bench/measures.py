# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of an update, and the table of two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from prober import Summary


@dataclass(frozen=True)
class Measures:
    """One update, in seconds; ``tool`` is the wall time less image start, gates, suites and watch."""

    wall: float
    verified: float
    tool: float
    processes: int | None


@dataclass(frozen=True)
class Sample:
    """One update of one side under load, and the same command once more."""

    measures: Measures
    users: Summary
    again: float


def values(sample: Sample) -> list[tuple[str, str, float | None]]:
    """Name, unit and value of all that a sample says; less is better in each."""
    measures, users = sample.measures, sample.users
    return [
        ("requests failed during the update", "requests", users.failed),
        ("longest gap without a good answer", "s", users.longest_gap_seconds),
        ("update: until the new version is verified", "s", measures.verified),
        ("update: wall time to the end", "s", measures.wall),
        ("update: tool time", "s", measures.tool),
        ("same command again: wall time", "s", sample.again),
        ("module processes of an update", "processes", measures.processes),
    ]


def middle(samples: Sequence[Sample]) -> list[tuple[str, str, float | None]]:
    """The median of each value over all samples."""
    table = []
    for rows in zip(*(values(sample) for sample in samples), strict=True):
        figures = [value for _name, _unit, value in rows if value is not None]
        table.append((rows[0][0], rows[0][1], round(float(median(figures)), 3) if figures else None))
    return table


def ratio(ours: float | None, other: float | None) -> float | None:
    """How many times better ours is; none where a side has no figure, or where nothing at all was lost on ours."""
    if ours is None or other is None or not ours:
        return None
    return round(other / ours, 3)


def compare(ours: Sequence[Sample], other: Sequence[Sample], other_name: str) -> list[dict[str, Any]]:
    """The entries of bench.json."""
    return [
        {
            "name": name,
            "unit": unit,
            "ours": mine,
            "other": theirs,
            "other_name": other_name,
            "ratio": ratio(mine, theirs),
        }
        for (name, unit, mine), (_name, _unit, theirs) in zip(middle(ours), middle(other), strict=True)
    ]


def shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if value == int(value) else f"{value:.2f}"


def lines(entries: Sequence[dict[str, Any]]) -> list[str]:
    """The table as text."""
    other_name = entries[0]["other_name"]
    text = [f"{'':<42} {'unit':<10} {'ours':>9} {other_name:>17} {'ratio':>7}"]
    for entry in entries:
        figures = f"{shown(entry['ours']):>9} {shown(entry['other']):>17} {verdict(entry):>7}"
        text.append(f"{entry['name']:<42} {entry['unit']:<10} {figures}")
    return text


def verdict(entry: dict[str, Any]) -> str:
    if entry["ratio"] is None:
        return "none" if entry["ours"] == 0 and entry["other"] else "-"
    return shown(entry["ratio"])
