# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of an update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prober import Summary
from table import Entry, entry, middle


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


def compare(ours: Sequence[Sample], other: Sequence[Sample], other_name: str) -> list[Entry]:
    """The entries of bench.json, medians of the samples."""
    entries = []
    for mine, theirs in zip(_columns(ours), _columns(other), strict=True):
        (name, unit, _), figures = mine[0], [middle([value for *_, value in column]) for column in (mine, theirs)]
        entries.append(entry(name, unit, *figures, other_name))
    return entries


def _columns(samples: Sequence[Sample]) -> list[tuple[tuple[str, str, float | None], ...]]:
    return list(zip(*(values(sample) for sample in samples), strict=True))
