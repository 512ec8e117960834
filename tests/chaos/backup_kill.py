# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups that are killed: a set is right or it is not there, and the next backup finds nothing in its way."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import victims
from chaos_site import Site, manifest

FAULT = "backup killed"
MODULE = "mongodb_backup"
DATABASE = "chaos_backup"
LATE = 1.1
"""Kills come until a tenth after the time that a whole backup takes."""


def campaign(server: Any, folder: Path, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """``count`` backups killed at random moments, each followed by a whole one."""
    pick = random.Random(seed)
    with Site(server, DATABASE, folder) as site:
        whole = max(back_up(site).seconds for _ in range(3))
        for _ in range(count):
            yield kill_one(site, pick.random() * whole * LATE)


def kill_one(site: Site, after: float) -> dict[str, Any]:
    """One kill, what it left, and whether the next backup is good and takes the leftovers away."""
    before = set(site.sets())
    ended = back_up(site, after=after)
    place = state_of(site)
    left = [path for path in site.sets() if path not in before]
    following = back_up(site)
    faults = [f"{path.name}: {fault}" for path in site.sets() if path not in before for fault in wrong(site, path)]
    faults += [f"{path.name} is still there" for path in site.leftovers()]
    if len(site.sets()) != len(before) + len(left) + 1:
        faults.append("the next backup left no set")
    return {
        "fault": FAULT if ended.killed else "backup ended before the kill",
        "point": f"{after:.3f} s: {place}",
        "outcome": "; ".join(faults) or ("a whole set" if left else "no set") + ", the next backup is whole",
        "served_version": None,
        "data_intact": not faults,
        "seconds": round(following.seconds, 3),
    }


def back_up(site: Site, **kill: Any) -> victims.Ended:
    """The module, as a person calls it."""
    return victims.run(MODULE, {**site.arguments, "kind": "manual"}, site.backups, **kill)


def state_of(site: Site) -> str:
    """How far the killed backup had come, by its files."""
    if not site.leftovers():
        return "before its folder or after its end"
    names = sorted(path.name for path in site.leftovers()[-1].iterdir())
    return "with " + ", ".join(names) if names else "with an empty folder"


def wrong(site: Site, folder: Path) -> list[str]:
    """What is wrong with a set that is listed as whole: by its own sums, and by what is in it."""
    faults = []
    for entry in manifest(folder)["files"]:
        data = (folder / entry["path"]).read_bytes()
        if (len(data), hashlib.sha256(data).hexdigest()) != (entry["bytes"], entry["sha256"]):
            faults.append(f"{entry['path']} is not what the manifest says")
    fault = site.wrong(folder)
    return [*faults, fault] if fault else faults
