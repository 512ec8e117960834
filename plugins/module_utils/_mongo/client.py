# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to MongoDB, and what can go wrong with them as the engine's errors (never with the URI or a password)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._core import libraries
from .._core.errors import BadInput, EngineError, Failed

if TYPE_CHECKING:
    from pymongo import MongoClient

    Client = MongoClient[dict[str, Any]]

SELECTION_SECONDS = 5.0
"""How long a server is looked for."""
SOCKET_SECONDS = 60.0
"""How long one answer may take."""
LONG_SECONDS = 4 * 3600.0
"""The same where the server works on all documents: a fingerprint, an index, an update of a migration."""
SCHEMES = ("mongodb://", "mongodb+srv://")
LONGEST = 300
"""Characters of a server's message that an error repeats."""
AUTHENTICATION_FAILED = 18
UNAUTHORIZED = 13
SNAPSHOT_TOO_OLD = 239
OWN_DATABASE = "benevoclic_updates"
"""Locks and the like: never dumped, never part of a fingerprint."""


@contextmanager
def connect(
    uri: str,
    *,
    answer_seconds: float = SOCKET_SECONDS,
    selection_seconds: float = SELECTION_SECONDS,
    retries: bool = True,
) -> Iterator[Client]:
    """A client for ``uri``. Every pymongo error inside the block becomes an EngineError ``mongo.…`` without secrets.

    A single host is spoken to directly unless the URI says otherwise: the name under which a member of a replica set
    in a container knows itself often means nothing on the host. ``retries``: see :func:`connect_for_work`.
    """
    libraries.need("pymongo")
    from pymongo.errors import PyMongoError

    client, where = _open(uri, answer_seconds, selection_seconds, {} if retries else {"retryWrites": False})
    try:
        yield client
    except PyMongoError as error:
        raise translated(error, where) from None
    finally:
        client.close()


@contextmanager
def connect_for_work(uri: str) -> Iterator[Client]:
    """The same for writes that go on after a restart of the server, under ``pymongo.timeout``.

    Without a replica set no write can be retried by the driver, and pymongo (4.20) asked to do so raises the first error
    again and again, until the timeout.
    """
    with connect(uri) as client:
        retries = is_replica_set(client)
    with connect(uri, retries=retries) as client:
        yield client


def _open(uri: str, answer_seconds: float, selection_seconds: float, more: Mapping[str, Any]) -> tuple[Client, str]:
    import pymongo
    from pymongo.errors import PyMongoError

    where = address(uri)
    if not uri.startswith(SCHEMES):
        raise BadInput("mongo.uri", found="scheme")
    options: dict[str, Any] = {
        "serverSelectionTimeoutMS": round(selection_seconds * 1000),
        "connectTimeoutMS": round(SELECTION_SECONDS * 1000),
        "socketTimeoutMS": round(answer_seconds * 1000),
        "appname": "benevoclic-updates",
        # A date after the year 9999 is data like any other.
        "datetime_conversion": "DATETIME_AUTO",
        **more,
    }
    if "," not in where and not re.search(r"^mongodb\+srv:|[?&](replicaSet|directConnection|loadBalanced)=", uri, re.I):
        options["directConnection"] = True
    try:
        return pymongo.MongoClient(uri, **options), where
    except (PyMongoError, ValueError, TypeError, OSError) as error:
        # pymongo's own sentence may quote a piece of the URI, thus of a password.
        raise BadInput("mongo.uri", found=type(error).__name__) from None


def address(uri: str) -> str:
    """The hosts of a URI, without the account."""
    return re.split(r"[/?]", uri.partition("://")[2].rpartition("@")[2], maxsplit=1)[0]


def translated(error: Exception, where: str) -> EngineError:
    """The engine's error for one of pymongo's."""
    from pymongo.errors import ConnectionFailure, OperationFailure

    if isinstance(error, OperationFailure):
        if error.code == AUTHENTICATION_FAILED:
            return Failed("mongo.credentials", where=where)
        if error.code == UNAUTHORIZED:
            return Failed("mongo.privilege", where=where, found=message(error))
        if error.code == SNAPSHOT_TOO_OLD:
            return Failed("mongo.snapshot_too_old", where=where)
        return Failed("mongo.command", where=where, code=error.code, found=message(error))
    if isinstance(error, ConnectionFailure):
        return Failed("mongo.unreachable", where=where, found=message(error))
    return Failed("mongo.command", where=where, code="-", found=message(error))


def message(error: BaseException) -> str:
    """The server's own words, short, without the values of documents."""
    from pymongo.errors import BulkWriteError

    text = str(error)
    if isinstance(error, BulkWriteError):
        wrong = (error.details or {}).get("writeErrors") or [{}]
        text = str(wrong[0].get("errmsg", text))
    text = re.split(r" \(configured timeouts|, Timeout: |, full error: | dup key: |, lsid: ", text, maxsplit=1)[0]
    return text[:LONGEST]


def is_replica_set(client: Client) -> bool:
    """Whether the server can read at one cluster time. Raises Failed ``mongo.sharded`` for a mongos."""
    hello = client.admin.command("hello")
    if hello.get("msg") == "isdbgrid":
        raise Failed("mongo.sharded")
    return "setName" in hello


def cluster_time(client: Client) -> Any | None:
    """A cluster time that includes every write acknowledged so far; None where the server has none (a standalone)."""
    return client.admin.command("ping").get("operationTime") if is_replica_set(client) else None


def server_version(client: Client) -> str:
    return str(client.admin.command("buildInfo")["version"])
