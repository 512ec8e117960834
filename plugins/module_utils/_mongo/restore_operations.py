# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of a restore: load beside, then let collections, time series and views change their names.

A collection is known by the identity that the server gave it, so that doing and undoing find out where they are after a
kill at any moment. Nothing that served is dropped before there is a copy of it.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.errors import Failed, Refused
from .._core.progress import FileProgress, Progress
from .._runs.context import HostContext
from .._runs.layout import StackPaths
from .._runs.operations import UNDO_DEFINITIONS, Arguments, Registry
from . import aside, copying, database_lock, places
from . import client as connections
from .load import Target, load

if TYPE_CHECKING:
    from .client import Client

ATTEMPTS = 5
"""Tries to have a name that the application goes on using."""
TAKE_OVER_SECONDS = database_lock.LEASE_SECONDS + 5.0
"""A holder on another host that died is waited for."""


def admin_uri(context: HostContext) -> str:
    """The URI of the account of the updates. Raises Refused ``mongo.secret_missing``."""
    uri = context.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    return uri


def progress_of(context: HostContext) -> Progress:
    return FileProgress(StackPaths(context.run_folder.parent.parent).progress, context.clock)


class _DatabaseOperation(ABC):
    """Undoes under the lock of the database; doing happens under the lock that the restore holds."""

    undo_phase = UNDO_DEFINITIONS

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        return False

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        uri, database = admin_uri(context), arguments["database"]
        lock = database_lock.hold(
            uri, database, "restore", context.clock, run_id=context.run_id, wait_seconds=TAKE_OVER_SECONDS
        )
        with lock, connections.connect(uri, answer_seconds=connections.LONG_SECONDS) as client:
            return self._take_back(client, arguments, undo, context)

    @abstractmethod
    def _take_back(self, client: Client, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        """Undo it; doing so twice does no harm."""


class Load(_DatabaseOperation):
    """Fills collections beside those in service. Arguments: ``database``, ``archive``, ``expected``, ``only`` (see load)."""

    name = "restore.load"

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        return {}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        database, only = arguments["database"], arguments["only"]
        target = Target(
            admin_uri(context),
            database,
            rename=lambda name: aside.name_of(aside.NEW, context.run_id, name, database),
            only=None if only is None else frozenset(only),
            views=True,
        )
        progress = progress_of(context)
        try:
            loaded = load(Path(arguments["archive"]), target, arguments["expected"], context.clock, progress)
        finally:
            progress.end()
        seconds = {name: getattr(loaded, name) for name in ("seconds", "compare_seconds", "index_seconds")}
        return {"collections": loaded.collections, **seconds}

    def _take_back(self, client: Client, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        beginning = aside.prefix(aside.NEW, context.run_id)
        return {"dropped": aside.drop_beginning(admin_uri(context), arguments["database"], beginning)}


class CollectionSwap(_DatabaseOperation):
    """Renames what is in service aside, and what was loaded into service.

    Arguments: ``database``, ``name``; ``new`` and ``new_uuid`` of what was loaded (None: nothing takes its place).
    """

    name = "collection.swap"

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        with connections.connect(admin_uri(context)) as client:
            found = places.read(client, arguments["database"])
        return {"live_uuid": places.uuid_at(found, arguments["name"])}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        database, name, new_uuid = arguments["database"], arguments["name"], arguments["new_uuid"]
        with connections.connect(admin_uri(context)) as client:
            for _attempt in range(ATTEMPTS):
                found = places.read(client, database)
                at_name = places.uuid_at(found, name)
                if new_uuid and at_name == new_uuid:
                    return {"aside": places.where(found, undo["live_uuid"])}
                if at_name:
                    _put_aside(client, found, database, name, aside.ASIDE, context)
                elif new_uuid is None:
                    return {"aside": places.where(found, undo["live_uuid"])}
                if new_uuid:
                    places.rename(client, database, places.need(found, new_uuid, name), name)
        raise Failed("restore.contended", collection=name)

    def _take_back(self, client: Client, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        database, name, live = arguments["database"], arguments["name"], undo["live_uuid"]
        for _attempt in range(ATTEMPTS):
            found = places.read(client, database)
            at_name = places.uuid_at(found, name)
            ours = bool(at_name) and at_name == arguments["new_uuid"]
            if at_name == live or not (live or ours):
                return {"in_service": live or at_name}
            if at_name:
                _put_aside(client, found, database, name, aside.TAKEN_BACK, context)
            if live:
                places.rename(client, database, places.need(found, live, name), name)
        raise Failed("restore.contended", collection=name)


class CollectionReplace(_DatabaseOperation):
    """The same for a time series, which cannot be renamed: copied aside, dropped once the copy is whole, made anew.

    Arguments: ``database``, ``name``, ``new`` (None: nothing takes its place), ``aside``.
    """

    name = "collection.replace"

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        with connections.connect(admin_uri(context)) as client:
            found = places.read(client, arguments["database"])
        return {"live_uuid": places.uuid_at(found, arguments["name"])}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        database, name = arguments["database"], arguments["name"]
        progress = progress_of(context)
        with connections.connect(admin_uri(context), answer_seconds=connections.LONG_SECONDS) as client:
            if undo["live_uuid"]:
                _copy_and_drop(client, database, name, arguments["aside"], progress)
            if arguments["new"]:
                _make(client, database, arguments["new"], name, progress, context)
        return {"aside": arguments["aside"] if undo["live_uuid"] else None}

    def _take_back(self, client: Client, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        database, name, live = arguments["database"], arguments["name"], undo["live_uuid"]
        progress = progress_of(context)
        at_name = places.uuid_at(places.read(client, database), name)
        if live and at_name == live:
            client[database].drop_collection(arguments["aside"])
            return {"in_service": live}
        if at_name:
            kept = aside.name_of(aside.TAKEN_BACK, context.run_id, name, database)
            _copy_and_drop(client, database, name, kept, progress)
        if live:
            _make(client, database, arguments["aside"], name, progress, context)
        return {"in_service": name if live else None}


class ViewReplace(_DatabaseOperation):
    """Gives a view another definition. Arguments: ``database``, ``name``, ``view`` (its options in Extended JSON, or None)."""

    name = "view.replace"

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        with connections.connect(admin_uri(context)) as client:
            return {"view": _view_at(client, arguments["database"], arguments["name"])}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        with connections.connect(admin_uri(context)) as client:
            return _set_view(client, arguments["database"], arguments["name"], arguments["view"])

    def _take_back(self, client: Client, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        return _set_view(client, arguments["database"], arguments["name"], undo["view"])


def _put_aside(
    client: Client, found: dict[str, places.Place], database: str, name: str, state: str, context: HostContext
) -> None:
    places.rename(client, database, name, places.free(found, aside.name_of(state, context.run_id, name, database)))


def _copy_and_drop(client: Client, database: str, name: str, kept: str, progress: Progress) -> None:
    """Drop ``name`` once ``kept`` has all of it. A write between the last comparison and the drop would be lost."""
    for _attempt in range(ATTEMPTS):
        client[database].drop_collection(kept)
        copied = copying.copy(client, database, name, kept, progress, in_service=False)
        if copying.content(client, database, name, progress) == copied:
            client[database].drop_collection(name)
            return
    raise Failed("restore.contended", collection=name)


def _make(client: Client, database: str, source: str, name: str, progress: Progress, context: HostContext) -> None:
    """A new ``name`` with what ``source`` has; what the application made there meanwhile goes aside."""
    found = places.read(client, database)
    if places.uuid_at(found, name):
        _put_aside(client, found, database, name, aside.ASIDE, context)
    copying.copy(client, database, source, name, progress, in_service=True)


def _view_at(client: Client, database: str, name: str) -> str | None:
    from bson import json_util

    place = places.read(client, database).get(name)
    return json_util.dumps(place.options) if place is not None and place.kind == "view" else None


def _set_view(client: Client, database: str, name: str, wanted: str | None) -> Arguments:
    from bson import json_util

    there = _view_at(client, database, name)
    if there != wanted:
        if there is not None:
            client[database].drop_collection(name)
        if wanted is not None:
            client[database].command({"create": name, **json_util.loads(wanted)})
    return {"view": None if wanted is None else json.loads(wanted).get("viewOn")}


_OPERATIONS: tuple[Any, ...] = (Load(), CollectionSwap(), CollectionReplace(), ViewReplace())
OPERATIONS: Registry = {operation.name: operation for operation in _OPERATIONS}
"""For the registry of the run."""
