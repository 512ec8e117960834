# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The native writer: one database into a folder that stock ``mongorestore --gzip`` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.errors import Failed
from .._core.files import make_folder, sync_folder
from . import catalogue, fingerprint, raw
from . import client as connections
from .output import GzipOutput

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

    from .catalogue import Collection
    from .client import Client

PRIVATE_FOLDER = 0o700


@dataclass(frozen=True)
class Dump:
    """What was written: ``files`` with size and SHA-256, ``collections`` with counts, and how consistent it is."""

    files: list[dict[str, Any]]
    collections: list[dict[str, Any]]
    consistency: dict[str, Any]
    fingerprint: dict[str, Any]
    server_version: str


def write(client: Client, database: str, root: Path) -> Dump:
    """Write ``root``/dump/<database>/. On a replica set every document is read as of one cluster time.

    Raises Failed ``mongo.changed_meanwhile`` when a collection came, went or was renamed while it was read: such a
    collection reads as empty, without an error.
    """
    folder = root / "dump" / database
    for part in (folder.parent, folder):
        make_folder(part, PRIVATE_FOLDER)
    before = catalogue.identities(client, database)
    collections = catalogue.read(client, database)
    moment = connections.cluster_time(client)
    files: list[dict[str, Any]] = []
    counted: list[dict[str, Any]] = []
    with client.start_session(causal_consistency=False) as session:
        for collection in collections:
            written, facts = _write_collection(client, database, collection, moment, session, folder, root)
            files += written
            counted.append(facts)
        print_of_source = fingerprint.compute(client, database, collections, moment, session)
    _check_unchanged(before, catalogue.identities(client, database), database)
    sync_folder(folder)
    return Dump(files, counted, _consistency(moment, collections), print_of_source, connections.server_version(client))


def _write_collection(
    client: Client,
    database: str,
    collection: Collection,
    moment: Any | None,
    session: ClientSession,
    folder: Path,
    root: Path,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    documents = size = 0
    files = []
    if collection.source is not None:
        concern = fingerprint.snapshot(moment, collection)
        path = folder / f"{catalogue.file_stem(collection.source)}.bson.gz"
        with GzipOutput(path, root) as output:
            for batch in raw.read(client, database, collection.source, session, concern):
                output.write(batch.data)
                documents += batch.documents
                size += len(batch.data)
        files.append(output.facts)
    path = folder / f"{catalogue.file_stem(collection.name)}.metadata.json.gz"
    with GzipOutput(path, root) as output:
        output.write(collection.metadata().encode())
    files.append(output.facts)
    facts = {
        "name": collection.name,
        "type": collection.kind,
        "documents": documents,
        "bytes": size,
        "indexes": [index["name"] for index in collection.indexes],
    }
    return files, facts


def _check_unchanged(before: set[tuple[str, str]], after: set[tuple[str, str]], database: str) -> None:
    changed = sorted({name for name, _uuid in before ^ after})
    if changed:
        raise Failed("mongo.changed_meanwhile", database=database, collections=", ".join(changed))


def _consistency(moment: Any | None, collections: list[Collection]) -> dict[str, Any]:
    """``exceptions``: collections read at a moment of their own."""
    apart = [collection.name for collection in collections if collection.source and collection.capped]
    return {
        "point_in_time": moment is not None and not apart,
        "cluster_time": fingerprint.moment_text(moment),
        "exceptions": apart if moment is not None else [c.name for c in collections if c.source],
    }
