# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups: the native engine beside mongodump, whole processes, to a file."""

from __future__ import annotations

from collections import defaultdict

from mongo_rig import DATA, Data, Rig
from table import Entry, entry, middle, say

GZIP, RAW = "mongodump --gzip", "mongodump"
OURS = {
    "ours": {"plain": False, "bare": False},
    "ours, plain": {"plain": True, "bare": False},
    "ours, no fingerprint": {"plain": False, "bare": True},
    "ours, plain, no fingerprint": {"plain": True, "bare": True},
}
"""The real thing, and what compression and fingerprint cost of it."""
ROWS = (
    ("backup gzip", "s", "seconds", "ours", GZIP),
    ("backup gzip without fingerprint", "s", "seconds", "ours, no fingerprint", GZIP),
    ("backup gzip against raw", "s", "seconds", "ours", RAW),
    ("backup raw", "s", "seconds", "ours, plain", RAW),
    ("backup raw without fingerprint", "s", "seconds", "ours, plain, no fingerprint", RAW),
    ("backup memory", "MiB", "memory", "ours", GZIP),
    ("backup size", "MiB", "size", "ours", GZIP),
)
NOTES = """backup: whole processes, from start to end, to a file, the data in the server's memory. Ours reads at one moment, sums
(SHA-256), syncs to disk and takes the fingerprint of the source; mongodump does none of that, hence the rows without fingerprint.
Ours always compresses: "raw" is with a stand-in for its compressor that does nothing."""

Figures = dict[str, list[float]]


def measure(rig: Rig, repeat: int) -> list[Entry]:
    """The entries of this part."""
    entries: list[Entry] = []
    for data in DATA:
        figures: Figures = defaultdict(list)
        for number in range(repeat):
            sides = (*OURS, GZIP, RAW)
            for side in sides if number % 2 == 0 else reversed(sides):
                measured = _ours if side in OURS else _mongodump
                measured(rig, data, figures, side)
        entries += compared(rig.label(data), figures)
    return entries


def compared(label: str, figures: Figures) -> list[Entry]:
    """The entries of one set of data."""
    return [
        entry(f"{name}, {label}", unit, middle(figures[f"{ours} {kind}"]), middle(figures[f"{other} {kind}"]), other)
        for name, unit, kind, ours, other in ROWS
    ]


def _ours(rig: Rig, data: Data, figures: Figures, side: str) -> None:
    with rig.scratch() as folder:
        cost = rig.ours("dump", database=data.database, folder=str(folder), **OURS[side])
    _note(figures, side, cost.seconds, cost.memory_mib, cost.told["bytes"])


def _mongodump(rig: Rig, data: Data, figures: Figures, side: str) -> None:
    with rig.scratch() as folder:
        archive = folder / "archive"
        gzip = ("--gzip",) if side == GZIP else ()
        cost = rig.tool("mongodump", f"--db={data.database}", f"--archive={archive}", *gzip)
        size = archive.stat().st_size
    _note(figures, side, cost.seconds, cost.memory_mib, size)


def _note(figures: Figures, side: str, seconds: float, memory: float, size: int) -> None:
    say(f"  backup, {side}: {seconds:.2f} s, {memory:.0f} MiB of memory, {size / 2**20:.0f} MiB written")
    for kind, value in (("seconds", seconds), ("memory", memory), ("size", size / 2**20)):
        figures[f"{side} {kind}"].append(value)
