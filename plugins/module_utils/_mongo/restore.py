# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores: a set is checked and compared with what is there, loaded beside it, and swapped with it by renames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core.errors import Refused
from .._core.progress import Progress
from .._runs.session import Run
from . import aside, database_lock, places, restore_set, swap_plan, writes
from . import client as connections
from .archive import open_archive
from .backup import target
from .catalogue import BUCKETS
from .privileges import preflight_privileges
from .rehearsal import expectations
from .restore_operations import TAKE_OVER_SECONDS, Load, admin_uri, progress_of
from .restore_set import Chosen, Here
from .swap_plan import Incoming

if TYPE_CHECKING:
    from .client import Client

ROOM = 1.2
"""Bytes free on the server for each byte that is loaded."""


@dataclass(frozen=True)
class Wish:
    """What was asked for. ``collections``: none means all; ``confirm``: the number of writes that may be put aside, or "unknown";
    ``accept``: what the set may differ in; ``fenced``: nobody can write, so that there is nothing to confirm."""

    backup_id: str
    collections: tuple[str, ...] = ()
    confirm: str | None = None
    accept: frozenset[str] = frozenset()
    fenced: bool = False


@dataclass(frozen=True)
class Serving:
    """What serves now: the release's version and the migrations applied; None where nobody knows."""

    version: str | None
    schema: Sequence[str] | None


@dataclass(frozen=True)
class Inspection:
    """A set beside what is there."""

    chosen: Chosen
    only: frozenset[str] | None
    database: str
    misfits: list[dict[str, str]]
    writes: writes.Writes
    collections: list[dict[str, Any]]
    """``name``, ``type``, ``action``, documents ``live`` and ``restored`` (of a time series, buckets)."""

    def data(self) -> dict[str, Any]:
        said = self.chosen.manifest
        return {
            "backup_id": said["id"],
            "created_at": said["created_at"],
            "served_version": said.get("served_version"),
            "bytes": sum(int(item["bytes"]) for item in self.chosen.collections.values()),
            "restore_seconds": said["proof"].get("restore_seconds"),
            "accounts": said.get("users"),
            "misfits": self.misfits,
            "writes_since": self.writes.count,
            "writes_unknown": self.writes.why,
            "confirm": None if self.writes.count == 0 else self.writes.said,
            "collections": self.collections,
        }


def inspect(
    definition: Mapping[str, Any],
    wish: Wish,
    serving: Serving,
    uri: str,
    progress: Progress,
    *,
    thorough: bool = True,
) -> Inspection:
    """Check the set and look at what it would replace; nothing is changed.

    Raises what :func:`restore_set.choose` does, and Refused ``mongo.privileges_missing``.
    """
    database, backup_dir = target(definition)
    chosen = restore_set.choose(backup_dir, str(definition["stack"]), wish.backup_id, progress, thorough=thorough)
    only = restore_set.wanted(chosen, wish.collections)
    preflight_privileges(uri, database)
    with connections.connect(uri, answer_seconds=connections.LONG_SECONDS) as client:
        here = Here(
            str(definition["stack"]),
            str(definition["environment"]),
            database,
            connections.server_version(client),
            serving.version,
            serving.schema,
        )
        found = restore_set.misfits(chosen, here)
        return Inspection(
            chosen,
            only,
            database,
            found,
            _writes(client, chosen, database, only, found),
            _table(client, database, chosen, only),
        )


def refuse(seen: Inspection, wish: Wish) -> None:
    """Raises Refused for a set that does not fit or writes that were not confirmed, BadInput for a word nobody knows."""
    restore_set.refuse_misfits(seen.chosen, seen.misfits, wish.accept)
    if wish.fenced or (seen.writes.count == 0 and wish.confirm in (None, "0")):
        return
    if wish.confirm != seen.writes.said:
        id_ = "restore.unknown_writes" if seen.writes.count is None else "restore.unconfirmed"
        raise Refused(id_, id=wish.backup_id, writes=seen.writes.said, confirm=wish.confirm or "-")


def carry_out(run: Run, wish: Wish, serving: Serving) -> dict[str, Any]:
    """Restore in ``run``, which has the operations; what was done. The state being left was backed up before.

    Until the first swap a failure or a kill leaves everything in service as it was. Raises Refused ``restore.more_writes`` when
    there were others after the confirmed ones.
    """
    context = run.context
    uri, progress, clock = admin_uri(context), progress_of(context), context.clock
    database, _folder = target(context.plan["definition"])
    lock = database_lock.hold(uri, database, "restore", clock, run_id=context.run_id, wait_seconds=TAKE_OVER_SECONDS)
    with lock as lease:
        started = clock.monotonic()
        aside.sweep(uri, database)
        # Loading reads every document, and compares it.
        seen = inspect(context.plan["definition"], wish, serving, uri, progress, thorough=False)
        refuse(seen, wish)
        _need_room(uri, database, seen)
        loaded = run.operate(Load.name, _load_arguments(seen))
        with connections.connect(uri) as client:
            live = places.read(client, database)
            incoming = _incoming(seen.chosen, loaded["collections"], live)
            planned = swap_plan.operations(live, incoming, database, context.run_id, whole=seen.only is None)
            lease.check()
            _refuse_more(client, seen, wish)
        began = clock.monotonic()
        for name, arguments in planned:
            lease.check()
            run.operate(name, arguments)
        swapped = clock.monotonic() - began
        aside.drop_beginning(uri, database, aside.prefix(aside.NEW, context.run_id))
        done = {
            **seen.data(),
            "run_id": context.run_id,
            "whole": seen.only is None,
            "aside": aside.prefix(aside.ASIDE, context.run_id),
            "load_seconds": round(sum(loaded[key] for key in ("seconds", "compare_seconds", "index_seconds")), 3),
            "swap_seconds": round(swapped, 3),
            "seconds": round(clock.monotonic() - started, 3),
        }
        run.record("restore", done)
    return done


def _writes(
    client: Client, chosen: Chosen, database: str, only: frozenset[str] | None, misfits: list[dict[str, str]]
) -> writes.Writes:
    """The clock of another stack says nothing here."""
    foreign = any(misfit["name"] == "stack" for misfit in misfits)
    moment = None if foreign else chosen.manifest["consistency"]["cluster_time"]
    return writes.since(client, database, moment, only)


def _refuse_more(client: Client, seen: Inspection, wish: Wish) -> None:
    again = _writes(client, seen.chosen, seen.database, seen.only, seen.misfits)
    if not wish.fenced and again.said != seen.writes.said:
        raise Refused("restore.more_writes", id=wish.backup_id, confirm=seen.writes.said, writes=again.said)


def _table(client: Client, database: str, chosen: Chosen, only: frozenset[str] | None) -> list[dict[str, Any]]:
    live = places.read(client, database)
    theirs = {name: item for name, item in chosen.collections.items() if only is None or name in only}
    table = []
    for name, action in swap_plan.concerned(live, theirs, whole=only is None).items():
        kind = theirs[name]["type"] if name in theirs else live[name].kind
        counted = _documents(client, database, name, live[name].kind) if name in live else None
        restored = int(theirs[name]["documents"]) if name in theirs else None
        table.append({"name": name, "type": kind, "action": action, "live": counted, "restored": restored})
    return table


def _documents(client: Client, database: str, name: str, kind: str) -> int:
    if kind == "view":
        return 0
    return int(client[database][BUCKETS + name if kind == "timeseries" else name].estimated_document_count())


def _need_room(uri: str, database: str, seen: Inspection) -> None:
    """Raises Refused ``restore.room`` where the server tells of its disk."""
    with connections.connect(uri) as client:
        stats = client[database].command("dbStats")
    if "fsTotalSize" not in stats:
        return
    free = int(stats["fsTotalSize"]) - int(stats["fsUsedSize"])
    names = seen.only
    size = sum(int(item["bytes"]) for name, item in seen.chosen.collections.items() if names is None or name in names)
    if free < size * ROOM:
        raise Refused("restore.room", database=database, expected=round(size * ROOM), found=free)


def _load_arguments(seen: Inspection) -> dict[str, Any]:
    only = None if seen.only is None else sorted(seen.only)
    expected = expectations(seen.chosen.manifest)
    return {"database": seen.database, "archive": str(seen.chosen.archive), "expected": expected, "only": only}


def _incoming(
    chosen: Chosen, loaded: Mapping[str, Mapping[str, Any]], there: Mapping[str, places.Place]
) -> dict[str, Incoming]:
    from bson import json_util

    with open_archive(chosen.archive) as archive:
        views = {item.collection: json_util.dumps(item.options) for item in archive.namespaces if item.kind == "view"}
    return {
        name: Incoming(facts["type"], facts["target"], there[facts["target"]].uuid, views.get(name))
        for name, facts in loaded.items()
    }
