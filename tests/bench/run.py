# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""make bench: ours beside the other tools, same work, same machine, taking turns.

Prints a table, writes build/bench.json, leaves nothing else behind. No figure is asserted.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys

import mongo_backup
import mongo_migration
import mongo_restore
import mongo_writers
import update
from mongo_rig import Rig
from stack import CLONE, BenchError
from table import Entry, lines, merged, say

RESULT = CLONE / "build" / "bench.json"
MONGO = {"backup": mongo_backup, "restore": mongo_restore, "writers": mongo_writers}
PARTS = ("update", *MONGO, "migration")
REPEAT_UPDATE, REPEAT_MONGO, REPEAT_MIGRATION = 1, 3, 1
NOTES = """
Less is better everywhere; ratio > 1: ours is better ("none": ours lost nothing at all).
Figures of a machine that is busy with other things say little.
"""


def measure(options: argparse.Namespace) -> list[Entry]:
    """The entries of all parts that are wanted."""
    wanted = options.only or PARTS
    entries: list[Entry] = []
    if "update" in wanted:
        entries += update.measure(options.repeat or REPEAT_UPDATE, options.rate)
    parts = [part for name, part in MONGO.items() if name in wanted]
    if parts:
        with Rig(options.documents) as rig:
            for part in parts:
                entries += part.measure(rig, options.repeat or REPEAT_MONGO)
    if "migration" in wanted:
        entries += mongo_migration.measure(options.documents, options.repeat or REPEAT_MIGRATION)
    return entries


def keep(entries: list[Entry], *, alone: bool) -> None:
    """Write the result; what was measured alone goes among what is there."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(RESULT.read_text()) if alone and RESULT.exists() else []
    RESULT.write_text(json.dumps(merged(before, entries), indent=2) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be given more than once")
    parser.add_argument("--repeat", type=int, help="measure each side so many times, show the medians")
    parser.add_argument("--rate", type=float, default=50.0, help="update: requests a second at the edge")
    parser.add_argument(
        "--documents", type=int, default=1_000_000, help="backup, restore, writers, migration: size of the data"
    )
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_details: sys.exit(143))
    try:
        entries = measure(options)
    except BenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    keep(entries, alone=bool(options.only))
    parts = {"update": update, **MONGO, "migration": mongo_migration}
    notes = [part.NOTES for name, part in parts.items() if name in (options.only or PARTS)]
    say("\n".join(["", *lines(entries), NOTES.rstrip(), *notes]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
