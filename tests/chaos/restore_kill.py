# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores that are killed, and servers that are killed under one: the old data serves, or is brought back to the last byte."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

import nasty
import victims
from chaos_site import manifest
from mongod import Server
from restore_site import SERVING, RestoreSite

from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import aside, restore

DATABASE = "chaos_restore"
MODULE = "mongodb_restore"
SERVER_EVERY = 5
"""Of so many faults one is the server's death instead of the restore's."""
DOCUMENTS = 4000
START_SECONDS = 1.0
"""A module begins its work after about so long."""
Look = dict[str, Any]


def campaign(server: Server, folder: Path, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """``count`` faults at random moments, each taken back by what rollback.yml does; in the end a restore that succeeds."""
    pick = random.Random(seed)
    site = RestoreSite(server, DATABASE, folder)
    backup_id, new = fill(site)
    old = spoil(site)
    whole = timed(site)
    for number in range(count):
        after = pick.random() * whole * 1.1
        fault = server_dies if number % SERVER_EVERY == SERVER_EVERY - 1 else restore_dies
        yield fault(site, backup_id, after, old, new)
        forget(site)
    yield succeeds(site, backup_id, new)


def fill(site: RestoreSite) -> tuple[str, Look]:
    with site.server.client() as client:
        client.drop_database(DATABASE)
        nasty.fill(client[DATABASE], DOCUMENTS)
    return site.back_up(), site.look()


def spoil(site: RestoreSite) -> Look:
    with site.server.client() as client:
        database = client[DATABASE]
        database["users"].update_many({}, {"$set": {"name": "nobody"}})
        database["measures"].insert_one({"at": nasty.NOW, "sensor": 9, "v": 9.0})
        database["later"].insert_one({"made": "after the backup"})
        database["adults"].drop()
        database.create_collection("adults", viewOn="later", pipeline=[])
    return site.look()


def timed(site: RestoreSite) -> float:
    """Seconds of a whole restore of a set of what is there, so that nothing changes by it."""
    backup_id = site.back_up()
    seconds = victims.run(MODULE, options(site, opened(site), backup_id), site.backups).seconds
    close(site, "succeeded")
    forget(site)
    return seconds


def opened(site: RestoreSite) -> str:
    with site.open() as run:
        return str(run.context.run_id)


def close(site: RestoreSite, outcome: str) -> None:
    with site.hold(site.paths.run_ids()[-1]) as run:
        run.close(outcome)


def options(site: RestoreSite, run_id: str, backup_id: str) -> dict[str, Any]:
    given = {"stack": site.stack, "state_dir": str(site.paths.root.parent), "run_id": run_id, "locale": "en"}
    return {**given, "backup_id": backup_id, "confirm": confirm(site, backup_id), "mongodb_admin_uri": site.server.uri}


def confirm(site: RestoreSite, backup_id: str) -> str:
    seen = restore.inspect(site.definition, restore.Wish(backup_id), SERVING, site.server.uri, Silent(), thorough=False)
    return seen.writes.said


def restore_dies(site: RestoreSite, backup_id: str, after: float, old: Look, new: Look) -> dict[str, Any]:
    """The module's process is killed; whatever serves then, the rollback brings the old data back."""
    ended = victims.run(MODULE, options(site, opened(site), backup_id), site.backups, after=after)
    fault = "restore killed" if ended.killed else "restore ended before the kill"
    return judged(
        site, fault, after, old, new, [] if ended.killed or site.look() == new else ["it ended, and is not there"]
    )


def server_dies(site: RestoreSite, backup_id: str, after: float, old: Look, new: Look) -> dict[str, Any]:
    """The server is killed under a restore, which fails; once it is back the rollback brings the old data back."""
    given = options(site, opened(site), backup_id)
    killer = Timer(START_SECONDS + after, site.server.kill)
    killer.start()
    # A module that fails is what this is about.
    with suppress(RuntimeError):
        victims.run(MODULE, given, site.backups)
    killer.join()
    site.server.start().wait_until_writable()
    return judged(site, "server killed under a restore", after, old, new, [])


def judged(site: RestoreSite, fault: str, after: float, old: Look, new: Look, faults: list[str]) -> dict[str, Any]:
    serving = site.look()
    place = "the old data" if serving == old else "the new data" if serving == new else "some of both"
    began = site.clock.monotonic()
    outcome = site.take_over()
    seconds = site.clock.monotonic() - began
    if site.look() != old:
        faults.append("the rollback brought something else back")
    if site.prepared():
        faults.append("what was prepared is still there")
    if outcome == "aborted" and place != "the old data":
        faults.append("something had changed without a record")
    return {
        "fault": fault,
        "point": f"{after:.3f} s: serving {place}",
        "outcome": "; ".join(faults) or f"{outcome}, the old data is back",
        "served_version": None,
        "data_intact": not faults,
        "seconds": round(seconds, 3),
    }


def succeeds(site: RestoreSite, backup_id: str, new: Look) -> dict[str, Any]:
    began = site.clock.monotonic()
    site.restore(backup_id, confirm=confirm(site, backup_id))
    intact = site.look() == new and manifest(site.backups / backup_id)["id"] == backup_id
    return {
        "fault": "none, after all of these",
        "point": "-",
        "outcome": "restored" if intact else "what was restored is not the backup",
        "served_version": None,
        "data_intact": intact,
        "seconds": round(site.clock.monotonic() - began, 3),
    }


def forget(site: RestoreSite) -> None:
    """What is kept would grow with each fault."""
    names = [one.name for one in aside.kept(site.server.uri, DATABASE)]
    aside.drop(site.server.uri, DATABASE, names)
