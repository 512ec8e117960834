# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collections of ours in the application's database: what a restore prepares, and what it has put aside.

``benevoclic_updates.<state>.<run id>.<collection>``; a name that would be too long is cut and ends with its digest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .._core.clock import Clock, iso
from .._core.files import sha256_bytes
from . import client as connections
from .catalogue import BUCKETS, RESERVED

NEW = "new"
"""Loaded, not yet in service: whoever holds the lock of the database may drop them."""
ASIDE = "aside"
"""Was in service before a restore."""
TAKEN_BACK = "taken_back"
"""Was in service between a restore and its rollback."""
KEPT = (ASIDE, TAKEN_BACK)
LONGEST_NAMESPACE = 255
_DIGEST = 12
_NAME = re.compile(
    re.escape(RESERVED) + rf"({'|'.join(KEPT)})\.((\d{{8}}T\d{{6}}Z)-[a-z]+-[0-9A-Za-z.+-]+?)/(.*)",
    re.ASCII | re.DOTALL,
)
_STAMP = "%Y%m%dT%H%M%SZ"


def prefix(state: str, run_id: str) -> str:
    """How the names of one run begin."""
    return f"{RESERVED}{state}.{run_id}/"


def name_of(state: str, run_id: str, collection: str, database: str) -> str:
    """The name of ``collection`` in ``state``. The run's id tells when that was; a slash ends it."""
    whole = prefix(state, run_id) + collection
    # A time series needs room for the name of its buckets.
    room = LONGEST_NAMESPACE - len(f"{database}.{BUCKETS}".encode())
    encoded = whole.encode()
    if len(encoded) <= room:
        return whole
    ending = f"~{sha256_bytes(encoded)[:_DIGEST]}"
    return encoded[: room - len(ending)].decode(errors="ignore") + ending


@dataclass(frozen=True)
class Kept:
    """A collection that is kept: what it was called (cut where that was too long), since when, by which run."""

    name: str
    state: str
    run_id: str
    since: datetime
    collection: str

    def data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "state": self.state,
            "run_id": self.run_id,
            "since": iso(self.since),
            "collection": self.collection,
        }


def parse(name: str) -> Kept | None:
    """What ``name`` says; None where it is no name of a kept collection."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    state, run_id, stamp, collection = found.groups()
    try:
        since = datetime.strptime(stamp, _STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return Kept(name, state, run_id, since, collection)


def kept(uri: str, database: str) -> list[Kept]:
    """All that is kept in ``database``, oldest first."""
    with connections.connect(uri) as client:
        names = client[database].list_collection_names()
    return sorted(
        (found for found in map(parse, names) if found is not None), key=lambda found: (found.since, found.name)
    )


def expired(found: list[Kept], days: int, clock: Clock) -> list[Kept]:
    """Those that have been kept for longer than ``days``."""
    oldest = clock.now() - timedelta(days=days)
    return [one for one in found if one.since < oldest]


def sweep(uri: str, database: str) -> list[str]:
    """Drop what dead restores prepared; the names. The caller holds the lock of the database."""
    return drop_beginning(uri, database, f"{RESERVED}{NEW}.")


def drop_beginning(uri: str, database: str, beginning: str) -> list[str]:
    with connections.connect(uri) as client:
        names = [name for name in client[database].list_collection_names() if name.startswith(beginning)]
    drop(uri, database, names)
    return names


def drop(uri: str, database: str, names: list[str]) -> None:
    """Drop collections of ours; one that is not there is no error."""
    with connections.connect(uri, answer_seconds=connections.LONG_SECONDS) as client:
        for name in names:
            client[database].drop_collection(name)
