# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores: our loader beside mongorestore with four workers, the same archive into an empty database, indexes included."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from mongo_rig import DATA, Data, Rig
from table import Entry, entry, middle, say

WORKERS = 4
OTHER = f"mongorestore, {WORKERS} workers"
TARGET = "restored"
NOTES = """restore: whole processes, archive to indexes built; the rows "and compared" have in them what mongorestore does not do
at all: everything read back from the server and compared with the archive, byte for byte."""

Figures = dict[str, list[float]]


def measure(rig: Rig, repeat: int) -> list[Entry]:
    """The entries of this part."""
    entries: list[Entry] = []
    for data in DATA:
        archive, collections = _archive(rig, data)
        figures: Figures = defaultdict(list)
        for number in range(repeat):
            sides = (_ours, _mongorestore)
            for side in sides if number % 2 == 0 else reversed(sides):
                side(rig, data, archive, collections, figures)
                rig.drop(TARGET)
        archive.unlink()
        entries += compared(rig.label(data), figures)
    return entries


def compared(label: str, figures: Figures) -> list[Entry]:
    """The entries of one set of data."""
    other = middle(figures["other seconds"])
    memory = middle(figures["ours memory"]), middle(figures["other memory"])
    return [
        entry(f"restore, {label}", "s", middle(figures["ours seconds"]), other, OTHER),
        entry(f"restore, {label}, and compared", "s", middle(figures["ours all seconds"]), other, OTHER),
        entry(f"restore, {label}: memory", "MiB", *memory, OTHER),
    ]


def _archive(rig: Rig, data: Data) -> tuple[Path, list[dict[str, Any]]]:
    """The stock tool's archive, which both sides get, and what is in it."""
    archive = rig.folder / "archive.gz"
    rig.tool("mongodump", f"--db={data.database}", f"--archive={archive}", "--gzip")
    with rig.server.client() as client:
        found = client[data.database]
        collections = [
            {"name": name, "documents": stats["count"], "bytes": stats["size"]}
            for name in found.list_collection_names()
            for stats in [found.command("collStats", name)]
        ]
    return archive, collections


def _ours(rig: Rig, data: Data, archive: Path, collections: list[dict[str, Any]], figures: Figures) -> None:
    cost = rig.ours("load", archive=str(archive), target=TARGET, collections=collections)
    compare, indexes = cost.told["compare_seconds"], cost.told["index_seconds"]
    say(
        f"  restore, ours: {cost.seconds:.2f} s (indexes {indexes:.2f}, comparison {compare:.2f}), {cost.memory_mib:.0f} MiB"
    )
    figures["ours seconds"].append(cost.seconds - compare)
    figures["ours all seconds"].append(cost.seconds)
    figures["ours memory"].append(cost.memory_mib)


def _mongorestore(rig: Rig, data: Data, archive: Path, collections: list[dict[str, Any]], figures: Figures) -> None:
    cost = rig.tool(
        "mongorestore", f"--archive={archive}", "--gzip", f"--numInsertionWorkersPerCollection={WORKERS}",
        f"--nsFrom={data.database}.*", f"--nsTo={TARGET}.*",
    )  # fmt: skip
    say(f"  restore, mongorestore: {cost.seconds:.2f} s, {cost.memory_mib:.0f} MiB")
    figures["other seconds"].append(cost.seconds)
    figures["other memory"].append(cost.memory_mib)
