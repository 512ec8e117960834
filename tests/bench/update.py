# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our feature update beside the manual's own update.sh, on the same stack and release, under the same load.

Each side gets a demo stack of its own at 1.0.0, one after the other, and updates it to 1.1.0 while a steady stream of
requests comes to the edge.
"""

from __future__ import annotations

import shutil
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
from stack import FOLDER, Stack
from table import Entry, say

PATHS = ("/", "/api/announcements?limit=5")
MARGIN_SECONDS = 4.0

NOTES = """update: gaps and failures are those of the requests at the edge, half to the web front end, half to the API, the worse
path counting. To the end, ours runs three suites (the manual one) and watches answers and restarts for 30 s (the manual not at
all); its modules cost time of their own, too: tool time is wall time less image start, gates (the manual's sleep), suites and
watch. Both swap in place, so both lose requests.
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


def measure(repeat: int, rate: float) -> list[Entry]:
    """The entries of this part."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    say(f"1.0.0 to {ours.VERSION} on a demo stack, {rate:g} requests a second at the edge")
    try:
        return measures.compare(*samples(repeat, rate), manual.NAME)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
