# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The native engine: one database, read by several threads at one cluster time, into an archive of ``mongodump``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock
from .._core.errors import Failed
from .._core.gentle import gently
from .._core.progress import Progress
from .._core.runner import Runner
from . import archive_format as form
from . import catalogue, fingerprint
from . import client as connections
from .output import Output
from .reading import Reading

if TYPE_CHECKING:
    from .catalogue import Collection


@dataclass(frozen=True)
class Source:
    """What is dumped, and with what. ``uri`` is a secret; ``container`` runs the server on this host's engine, if any."""

    uri: str = field(repr=False)
    database: str
    runner: Runner
    clock: Clock
    progress: Progress
    container: str | None = None
    engine: str = "auto"


@dataclass(frozen=True)
class Dump:
    """What was written: the archive with size and SHA-256, collections with counts, and how consistent it is."""

    file: dict[str, Any]
    collections: list[dict[str, Any]]
    consistency: dict[str, Any]
    fingerprint: dict[str, Any] | None
    server_version: str
    engine: dict[str, Any]
    users: dict[str, int] | None


def write(source: Source, root: Path) -> Dump:
    """Write ``root``/database.archive.gz. On a replica set every document is read as of one cluster time.

    Raises Failed ``mongo.changed_meanwhile`` when a collection came, went or was renamed while it was read: such a
    collection reads as empty, without an error.
    """
    with connections.connect(source.uri, answer_seconds=connections.LONG_SECONDS) as client:
        before = catalogue.identities(client, source.database)
        collections = catalogue.read(client, source.database)
        moment = connections.cluster_time(client)
        reading = Reading(client, source.database, collections, moment, source.progress)
        with Output(root / form.ARCHIVE, root) as output:
            # At an ordinary priority the site's writers wait several times as long (make bench, writers).
            gently(lambda: reading.run(output.write))
        with client.start_session(causal_consistency=False) as session:
            of_source = fingerprint.compute(client, source.database, collections, moment, session)
        check_unchanged(before, catalogue.identities(client, source.database), source.database)
        version = connections.server_version(client)
    return Dump(
        output.facts,
        [reading.facts(collection) for collection in collections],
        consistency(moment, collections),
        of_source,
        version,
        {"name": "native", "version": None},
        reading.accounts,
    )


def check_unchanged(before: set[tuple[str, str]], after: set[tuple[str, str]], database: str) -> None:
    changed = sorted({name for name, _uuid in before ^ after})
    if changed:
        raise Failed("mongo.changed_meanwhile", database=database, collections=", ".join(changed))


def consistency(moment: Any | None, collections: Sequence[Collection]) -> dict[str, Any]:
    """``exceptions``: collections read at a moment of their own."""
    apart = [collection.name for collection in collections if collection.source and collection.capped]
    return {
        "point_in_time": moment is not None and not apart,
        "cluster_time": fingerprint.moment_text(moment),
        "exceptions": apart if moment is not None else [c.name for c in collections if c.source],
    }
