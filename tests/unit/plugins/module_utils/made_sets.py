# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives and backup sets of given documents, by the writer itself and without a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import bson
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import archive_writer, backup_set
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.archive_format import ARCHIVE
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.catalogue import Collection
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.dump import Dump
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.output import Output

Documents = Mapping[str, Sequence[bytes]]
ID = {"name": "_id_", "key": {"_id": 1}, "v": 2}
SOME: Documents = {
    "people": [bson.encode({"_id": number, "name": f"person {number}"}) for number in range(40)],
    "empty": [],
    "places": [bson.encode({"_id": number, "at": [number, 2]}) for number in range(7)],
}


def pieces(documents: Documents, batch: int = 8) -> list[bytes]:
    """An archive of ``documents``, not compressed: the prelude, then a piece for ``batch`` documents."""
    collections = [Collection(name, "collection", indexes=(ID,)) for name in documents]
    found = [archive_writer.prelude("db", collections, (), "6.0.5", "tests", 1)]
    for name, of_it in documents.items():
        segments = archive_writer.Segments("db", name)
        for start in range(0, len(of_it), batch):
            found.append(segments.documents(b"".join(of_it[start : start + batch])))
        found.append(segments.end())
    return found


def write_archive(path: Path, documents: Documents, batch: int = 8) -> dict[str, Any]:
    """The archive at ``path``; its size and sum."""
    with Output(path, path.parent) as output:
        for piece in map(archive_writer.member(), pieces(documents, batch)):
            output.write(piece)
    return output.facts


def facts(documents: Documents) -> list[dict[str, Any]]:
    """What a manifest says of the collections."""
    return [
        {
            "name": name,
            "type": "collection",
            "documents": len(of_it),
            "bytes": sum(map(len, of_it)),
            "indexes": ["_id_"],
        }
        for name, of_it in documents.items()
    ]


def unproven(_partial: Path, _content: Mapping[str, Any]) -> Mapping[str, Any]:
    return backup_set.UNPROVEN


def make_set(folder: Path, documents: Documents = SOME, prove: backup_set.Prove = unproven) -> Path:
    """A set below ``folder`` with an archive, config files and a release tuple; its folder."""
    env = folder / "app.env"
    env.write_text("API_IMAGE=api:1\n")

    def dump(root: Path) -> Dump:
        return Dump(
            file=write_archive(root / ARCHIVE, documents),
            collections=facts(documents),
            consistency={"point_in_time": False, "cluster_time": None, "exceptions": list(documents)},
            fingerprint=None,
            server_version="6.0.5",
            engine={"name": "native", "version": None, "why": "first"},
            users=None,
        )

    made = backup_set.take(
        backup_set.Purpose("manual", "small", "dev"), dump, "db", folder / "backups", [{"path": str(env)}],
        FakeClock(), prove=prove, tuple_={"version": "1.0.0"},
    )  # fmt: skip
    return folder / "backups" / str(made["id"])
