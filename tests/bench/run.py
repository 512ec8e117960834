# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""make bench: our feature update beside the manual's own update.sh, on the same stack and release, under the same load.

Each side gets a demo stack of its own at 1.0.0, one after the other, and updates it to 1.1.0 while a steady 50 requests a
second come to the edge. Prints a table, writes build/bench.json, leaves nothing else behind. No figure is asserted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import manual
import measures
import ours
from prober import Prober
from receivers.discord import DiscordReceiver
from stack import CLONE, FOLDER, BenchError, Stack

RESULT = CLONE / "build" / "bench.json"
PATHS = ("/", "/api/announcements?limit=5")
RATE = 50.0
MARGIN_SECONDS = 4.0

NOTES = """
Less is better everywhere; ratio > 1: ours is better ("none": ours lost nothing at all). Gaps and failures are those of
{rate:g} requests a second at the edge, half to the web front end, half to the API, the worse path counting.
To the end, ours runs three suites (the manual one) and watches answers and restarts for 30 s (the manual not at all); its
modules cost time of their own, too: tool time is wall time less image start, gates (the manual's sleep), suites and watch.
Both swap in place, so both lose requests. Figures of a machine that is busy with other things say little.
"""


def sample(
    stack: Stack,
    rate: float,
    receiver: DiscordReceiver,
    measure: Callable[[], measures.Measures],
    again: Callable[[], float],
) -> measures.Sample:
    """One side, measured under load, and once more with nothing to do."""
    with Prober("127.0.0.1", stack.ports[0], PATHS, rate) as prober:
        time.sleep(MARGIN_SECONDS)
        measured = measure()
        time.sleep(MARGIN_SECONDS)
    refused = f", refused: {receiver.refused}" if receiver.refused else ""
    say(f"  {stack.side}: {measured.wall:.1f} s, {len(receiver.accepted)} notifications{refused}")
    return measures.Sample(measured, prober.summary(), again())


def sample_ours(rate: float) -> measures.Sample:
    with DiscordReceiver() as receiver, Stack("ours") as stack:
        ours.prepare(stack)
        url = receiver.url
        return sample(stack, rate, receiver, lambda: ours.measure(stack, url), lambda: ours.measure_again(stack, url))


def sample_manual(rate: float, tool: str) -> measures.Sample:
    with DiscordReceiver() as receiver, Stack("manual") as stack:
        url = receiver.url
        return sample(
            stack,
            rate,
            receiver,
            lambda: manual.measure(stack, url, tool),
            lambda: manual.measure_again(stack, url, tool),
        )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def samples(repeat: int, rate: float) -> tuple[list[measures.Sample], list[measures.Sample]]:
    """Both sides ``repeat`` times, taking turns at being first."""
    tool = manual.mongodump()
    if not tool:
        say("  no mongodump can be had here: the manual's script goes without its database backup")
    mine: list[measures.Sample] = []
    theirs: list[measures.Sample] = []
    for number in range(repeat):
        sides = ("ours", "manual") if number % 2 == 0 else ("manual", "ours")
        for side in sides:
            if side == "ours":
                mine.append(sample_ours(rate))
            else:
                theirs.append(sample_manual(rate, tool))
    return mine, theirs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=1, help="measure each side so many times, show the medians")
    parser.add_argument("--rate", type=float, default=RATE, help="requests a second at the edge")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_details: sys.exit(143))
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        say(f"1.0.0 to {ours.VERSION} on a demo stack, {options.rate:g} requests a second at the edge")
        entries = measures.compare(*samples(max(1, options.repeat), options.rate), manual.NAME)
    except BenchError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    RESULT.write_text(json.dumps(entries, indent=2) + "\n")
    say("\n".join(["", *measures.lines(entries), NOTES.format(rate=options.rate)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
