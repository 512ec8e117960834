# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations that are killed: gone on with or taken back, no document lost, none done twice; and races of several runners.

Two schemes by turns: documents with derived identifiers, and work that must happen exactly once (transactions with a run number).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import migration_rig as rig

FAULT = "migration killed"
RACE = "runners at once"
DATABASE = "chaos_migration"
DOCUMENTS = int(os.environ.get("CHAOS_DOCUMENTS", "300000"))
RUNNERS = 3
ROUND = 4
"""Kills of one migration before it may end."""
FILE = "20250101_001_made_by_a_test.py"
DERIVED = """
step.copy(db["users"], db["copies"], lambda user: {"_id": {"of": user["_id"]}, "n": user["n"]})
"""
ONCE = """
def add(users, session):
    db["users"].update_many({"_id": {"$in": [user["_id"] for user in users]}}, {"$inc": {"n": 1}}, session=session)
step.each(db["users"], add, fields=(), exactly_once=True)
"""
BODIES = {
    "derived identifiers": (DERIVED, "step.reverse()"),
    "transactions with a run number": (ONCE, ONCE.replace('"n": 1', '"n": -1')),
}
LOG = ('db["log"].insert_one({})', 'db["log"].drop()')


def campaign(server: Any, folder: Path, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """``count`` kills, and twice as many races."""
    pick = random.Random(seed)
    with server.client() as client:
        fill(client)
        whole = {scheme: measure(server, client, folder, scheme) for scheme in BODIES}
        kills = 0
        while kills < count:
            for scheme in BODIES:
                for row in killed(server, client, folder, scheme, min(ROUND, count - kills), whole[scheme], pick):
                    kills += row["fault"] == FAULT
                    yield row
        for number in range(2 * count):
            yield race(server, client, folder / f"race-{number}")


def fill(client: Any) -> None:
    client.drop_database(DATABASE)
    rig.forget(client, DATABASE)
    for first in range(0, DOCUMENTS, 10_000):
        numbers = range(first, min(DOCUMENTS, first + 10_000))
        client[DATABASE]["users"].insert_many([{"_id": number, "n": number} for number in numbers])


def measure(server: Any, client: Any, folder: Path, scheme: str) -> float:
    """How long the whole migration takes in a process; then it is taken back."""
    context = context_of(server, folder / "measured" / scheme.split()[0], *BODIES[scheme])
    began = time.monotonic()
    rig.Child(context).end()
    seconds = time.monotonic() - began
    rig.undo(context)
    return seconds


def context_of(server: Any, folder: Path, up: str, down: str) -> Any:
    return rig.context_of(server.uri, DATABASE, folder / "runs" / f"run-{folder.name}", {FILE: rig.source(up, down)})


def killed(
    server: Any, client: Any, folder: Path, scheme: str, kills: int, whole: float, pick: random.Random
) -> Iterator[dict[str, Any]]:
    """One migration, killed again and again until it is let to its end, or taken back under kills."""
    context = context_of(server, folder / f"{time.monotonic_ns()}", *BODIES[scheme])
    back = pick.random() < 0.3
    for number in range(kills):
        child = rig.Child(context, "undo" if back and number > kills // 2 else "up")
        child.line()
        after = pick.random() * whole
        killer = threading.Timer(after, child.signal, (signal.SIGKILL,))
        killer.start()
        ended = child.end()
        killer.cancel()
        began = time.monotonic()
        fault, outcome = "", "to be gone on with"
        if number == kills - 1 or not ended.get("killed"):
            outcome, fault = settled(client, context, scheme, back)
        seconds = time.monotonic() - began
        yield {
            "fault": FAULT if ended.get("killed") else "migration ended before the kill",
            "point": f"{after:.3f} s, {scheme}",
            "outcome": fault or outcome,
            "served_version": None,
            "data_intact": not fault,
            "seconds": round(seconds, 3),
        }
        if fault:
            fill(client)
        if outcome != "to be gone on with":
            return


def settled(client: Any, context: Any, scheme: str, back: bool) -> tuple[str, str]:
    """Bring it to its end or take it back, then look at every document; what was done, and what is wrong."""
    if back:
        rig.undo(context)
        return "taken back", wrong(client, 0, 0)
    rig.up(context)
    fault = wrong(client, DOCUMENTS, 0) if scheme.startswith("derived") else wrong(client, 0, 1)
    rig.undo(context)
    return "gone on with to its end, taken back", fault or wrong(client, 0, 0)


def wrong(client: Any, copies: int, added: int) -> str:
    """What is lost or doubled, in words; empty when nothing is."""
    database = client[DATABASE]
    found = database["copies"].count_documents({})
    users = database["users"].count_documents({"$expr": {"$eq": ["$n", {"$add": ["$_id", added]}]}})
    faults = [f"{found} copies instead of {copies}"] if found != copies else []
    if users != DOCUMENTS:
        faults.append(f"{DOCUMENTS - users} users lost or changed otherwise than once")
    return "; ".join(faults)


def race(server: Any, client: Any, folder: Path) -> dict[str, Any]:
    """Several runners at once: the body runs once."""
    began = time.monotonic()
    contexts = [context_of(server, folder / str(number), *LOG) for number in range(RUNNERS)]
    results = [child.end() for child in [rig.Child(context) for context in contexts]]
    runs = client[DATABASE]["log"].count_documents({})
    winners = sum("seconds" in result for result in results)
    for context in contexts:
        rig.undo(context)
    good = (runs, winners) == (1, 1)
    return {
        "fault": RACE,
        "point": f"{RUNNERS} runners",
        "outcome": "the body ran once"
        if good
        else f"the body ran {runs} times, {winners} runners say that they ran it",
        "served_version": None,
        "data_intact": good,
        "seconds": round(time.monotonic() - began, 3),
    }
