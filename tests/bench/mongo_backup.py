# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups: the native engine beside mongodump, whole processes, to a file."""

from __future__ import annotations

from collections import defaultdict

from mongo_rig import DATA, Data, Rig
from table import Entry, entry, middle, say

RAW, GZIP = "mongodump", "mongodump --gzip"
NOTES = """backup: whole processes, from start to end, to a file, the data in the server's memory. Ours reads at one moment,
always compresses, sums (SHA-256), syncs to disk and takes the fingerprint meanwhile; mongodump does none of that."""

Figures = dict[str, list[float]]


def measure(rig: Rig, repeat: int) -> list[Entry]:
    """The entries of this part."""
    entries: list[Entry] = []
    for data in DATA:
        figures: Figures = defaultdict(list)
        for number in range(repeat):
            sides = (_ours, _gzip, _raw)
            for side in sides if number % 2 == 0 else reversed(sides):
                side(rig, data, figures)
        entries += compared(rig.label(data), figures)
    return entries


def compared(label: str, figures: Figures) -> list[Entry]:
    """The entries of one set of data."""
    seconds, memory, size = (f"backup, {label}{rest}" for rest in ("", ": memory", ": size"))

    def row(name: str, unit: str, kind: str, other: str) -> Entry:
        return entry(name, unit, middle(figures[f"ours {kind}"]), middle(figures[f"{other} {kind}"]), other)

    return [
        row(f"{seconds}, compressed", "s", "seconds", GZIP),
        row(f"{seconds}, against raw", "s", "seconds", RAW),
        row(memory, "MiB", "memory", GZIP),
        row(size, "MiB", "size", GZIP),
    ]


def _ours(rig: Rig, data: Data, figures: Figures) -> None:
    folder = rig.folder / "ours"
    folder.mkdir(mode=0o700)
    cost = rig.ours("dump", database=data.database, folder=str(folder))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    _note(figures, "ours", cost.seconds, cost.memory_mib, cost.told["bytes"])


def _raw(rig: Rig, data: Data, figures: Figures) -> None:
    _mongodump(rig, data, figures, RAW)


def _gzip(rig: Rig, data: Data, figures: Figures) -> None:
    _mongodump(rig, data, figures, GZIP, "--gzip")


def _mongodump(rig: Rig, data: Data, figures: Figures, name: str, *options: str) -> None:
    archive = rig.folder / "archive"
    cost = rig.tool("mongodump", f"--db={data.database}", f"--archive={archive}", *options)
    size = archive.stat().st_size
    archive.unlink()
    _note(figures, name, cost.seconds, cost.memory_mib, size)


def _note(figures: Figures, side: str, seconds: float, memory: float, size: int) -> None:
    say(f"  backup, {side}: {seconds:.2f} s, {memory:.0f} MiB of memory, {size / 2**20:.0f} MiB written")
    for kind, value in (("seconds", seconds), ("memory", memory), ("size", size / 2**20)):
        figures[f"{side} {kind}"].append(value)
