# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""make chaos: faults at random moments of real work; what they leave is right, or is put right by the next command.

Prints a table, writes build/chaos.json. The moments come from a seed that is printed: the same seed, the same moments.
Exits 1 when data was lost or something wrong was left.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / ".ansible" / "collections"))
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import backup_kill
import migration_kill
import restore_kill
from mongod import Server

Row = dict[str, Any]
RESULT = Path(__file__).parents[2] / "build" / "chaos.json"
COUNT = 50
CAMPAIGNS: dict[str, Callable[[Server, Path, int, int], Iterator[Row]]] = {
    "backup": backup_kill.campaign,
    "migration": migration_kill.campaign,
    "restore": restore_kill.campaign,
}
"""A campaign makes its faults on a server of its own and tells of each: the keys of chaos.json."""


def run(name: str, count: int, seed: int) -> list[Row]:
    """One campaign, told as it goes."""
    rows = []
    server = Server(replica_set=True)
    try:
        server.start().set_up()
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            for row in CAMPAIGNS[name](server, Path(folder), count, seed):
                rows.append(row)
                say(line(row))
    finally:
        server.remove()
    return rows


def line(row: Row) -> str:
    mark = "ok" if row["data_intact"] else "WRONG"
    return f"{mark:<5} {row['fault']:<30} {row['seconds']:>7.2f} s  {row['point']:<64} {row['outcome']}"


def summary(rows: list[Row]) -> list[str]:
    """Outcomes of each fault, counted."""
    counts = Counter((row["fault"], row["outcome"]) for row in rows)
    return [f"{count:>4} × {fault}: {outcome}" for (fault, outcome), count in sorted(counts.items())]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(CAMPAIGNS), help="this campaign; may be repeated")
    parser.add_argument("--count", type=int, default=COUNT, help="faults of each campaign")
    parser.add_argument("--seed", type=int, help="of the moments; a new one when not given")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_details: sys.exit(143))
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    say(f"seed {seed}")
    began = time.monotonic()
    rows = [row for name in options.only or CAMPAIGNS for row in run(name, options.count, seed)]
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(rows, indent=2) + "\n")
    wrong = sum(not row["data_intact"] for row in rows)
    say(
        "\n".join(
            ["", *summary(rows), f"{len(rows)} faults in {time.monotonic() - began:.0f} s, {wrong} left data wrong"]
        )
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
