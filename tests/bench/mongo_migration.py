# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations: the manual's example with our helpers beside migrate-mongo running the manual's own loop."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from mongo_rig import Lone
from stack import CLONE, FOLDER, BenchError
from table import Entry, entry, middle, say

DATABASE = "migrated"
OTHER = "migrate-mongo"
OTHER_USERS = 40_000
"""The loop keeps all users in memory and waits for each insert: its time grows with their number."""
PACKAGES = ("migrate-mongo@14.0.7", "mongodb@7.0.0")
OURS = CLONE / "demo" / "migrations" / "20240815_001_add_user_preferences.py"
MANUAL = """
module.exports = {
  async up(db) {
    await db.createCollection('preferences');
    await db.collection('preferences').createIndex({ userId: 1 });
    await db.collection('preferences').createIndex({ category: 1 });
    const users = await db.collection('users').find({}).toArray();
    for (const user of users) {
      await db.collection('preferences').insertOne({
        userId: user._id,
        category: 'notifications',
        settings: { email: true, push: true, sms: false },
        createdAt: new Date(),
        updatedAt: new Date(),
      });
    }
  },
  async down(db) {
    await db.collection('preferences').drop();
  },
};
"""
"""Manual §3.2, as a file of migrate-mongo."""
NOTES = f"""migration: whole processes, indexes included; ours holds a lock and writes checkpoints, migrate-mongo does not.
migrate-mongo migrates {OTHER_USERS:,} users: its seconds are extrapolated, its memory is that of {OTHER_USERS:,} alone."""


def measure(users: int, repeat: int) -> list[Entry]:
    """The entries of this part, on a replica set and on a server that belongs to none."""
    entries: list[Entry] = []
    for label, replica_set in (("replica set", True), ("standalone", False)):
        with Lone(replica_set=replica_set) as rig:
            figures: dict[str, list[float]] = {
                name: [] for name in ("ours", "memory", "verify", "other", "other memory")
            }
            for _number in range(repeat):
                _ours(rig, users, figures)
                _theirs(rig, users, figures)
        middles = {name: middle(values) for name, values in figures.items()}
        size = f"{users:,} users, {label}"
        entries += [
            entry(f"migration, {size}", "s", middles["ours"], middles["other"], OTHER),
            entry(f"migration, {size}: memory", "MiB", middles["memory"], middles["other memory"], OTHER),
            entry(f"migration, {size}: verification", "s", middles["verify"], None, OTHER),
        ]
    return entries


def _fill(rig: Lone, users: int) -> None:
    rig.drop(DATABASE)
    rig.drop("benevoclic_updates")
    with rig.server.client() as client:
        collection = client[DATABASE]["users"]
        for first in range(0, users, 10_000):
            numbers = range(first, min(users, first + 10_000))
            collection.insert_many([_user(number) for number in numbers], ordered=False)


def _user(number: int) -> dict[str, Any]:
    return {
        "name": f"user {number}",
        "email": f"user{number}@example.org",
        "town": f"town {number % 997}",
        "about": f"{number:09d} " * 20,
        "active": number % 3 > 0,
    }


def _ours(rig: Lone, users: int, figures: dict[str, list[float]]) -> None:
    _fill(rig, users)
    with rig.scratch() as folder:
        cost = rig.ours("migrate", database=DATABASE, file=str(OURS), folder=str(folder / "runs" / "bench"))
    if cost.told["done"] != users:
        raise BenchError(f"ours migrated {cost.told['done']} of {users} users")
    seconds = cost.seconds - cost.told["verify_seconds"]
    say(
        f"  migration, ours: {seconds:.1f} s, {users / seconds:,.0f} users/s ({cost.told['scheme']}), "
        f"verified in {cost.told['verify_seconds']:.1f} s, {cost.memory_mib:.0f} MiB"
    )
    figures["ours"].append(seconds)
    figures["verify"].append(cost.told["verify_seconds"])
    figures["memory"].append(cost.memory_mib)


def _theirs(rig: Lone, users: int, figures: dict[str, list[float]]) -> None:
    wanted = min(users, OTHER_USERS)
    _fill(rig, wanted)
    with rig.scratch() as folder:
        program = _project(folder, rig)
        cost = rig.command(["node", str(program), "up", "--file", str(folder / "config.js")])
    with rig.server.client() as client:
        made = client[DATABASE]["preferences"].count_documents({})
    if made != wanted:
        raise BenchError(f"{OTHER} made {made} of {wanted} preferences")
    rate = wanted / cost.seconds
    say(f"  migration, {OTHER}: {cost.seconds:.1f} s for {wanted:,}, {rate:,.0f} users/s, {cost.memory_mib:.0f} MiB")
    figures["other"].append(cost.seconds * users / wanted)
    figures["other memory"].append(cost.memory_mib)


def _project(folder: Path, rig: Lone) -> Path:
    """A project of migrate-mongo in ``folder``; the program to run."""
    modules = _installed()
    (folder / "node_modules").symlink_to(modules)
    (folder / "migrations").mkdir()
    (folder / "migrations" / "20240815000000-add-user-preferences.js").write_text(MANUAL)
    config = {
        "mongodb": {"url": f"{rig.server.uri}&directConnection=true", "databaseName": DATABASE},
        "migrationsDir": str(folder / "migrations"),
        "changelogCollectionName": "changelog",
        "migrationFileExtension": ".js",
        "useFileHash": False,
        "moduleSystem": "commonjs",
    }
    path = folder / "config.js"
    path.touch(mode=0o600)
    path.write_text(f"module.exports = {json.dumps(config)};\n")
    return modules / "migrate-mongo" / "bin" / "migrate-mongo.js"


def _installed() -> Path:
    """The packages, installed once by the machine's npm."""
    folder = FOLDER / "migrate-mongo"
    modules = folder / "node_modules"
    if not (modules / "migrate-mongo").is_dir() or not (modules / "mongodb").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        argv = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", *PACKAGES]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"npm could not install {OTHER}:\n{done.stderr[-800:]}")
    return modules
