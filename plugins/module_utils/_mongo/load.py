# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills collections from an archive, compares them with it, and builds their indexes; all of it, or nothing stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core.clock import Clock
from .._core.errors import EngineError, Failed, Refused
from .._core.progress import Progress
from . import catalogue, fingerprint
from . import client as connections
from .archive import Namespace, open_archive
from .compare import Content, require_same, structure
from .filler import Filler, place, read_back
from .indexes import build

if TYPE_CHECKING:
    from .client import Client

WORKERS = 2


@dataclass(frozen=True)
class Loaded:
    """What was loaded: by true name ``target``, ``type``, ``documents``, ``bytes``; and the seconds of each part."""

    collections: dict[str, dict[str, Any]]
    seconds: float
    index_seconds: float
    compare_seconds: float

    @property
    def total_seconds(self) -> float:
        return round(self.seconds + self.index_seconds + self.compare_seconds, 3)


@dataclass(frozen=True)
class Target:
    """Where documents go: ``rename`` gives a collection's name there; ``only`` leaves the others out."""

    uri: str
    database: str
    rename: Callable[[str], str]
    only: frozenset[str] | None = None
    views: bool = False

    def wants(self, item: Namespace) -> bool:
        if item.accounts or (item.kind == "view" and not self.views):
            return False
        return self.only is None or item.collection in self.only


def load(
    archive: Path,
    target: Target,
    expected: Mapping[str, Mapping[str, Any]],
    clock: Clock,
    progress: Progress,
    workers: int = WORKERS,
) -> Loaded:
    """Load ``archive`` into ``target``; ``expected`` is what the manifest says by name: ``documents``, ``bytes`` and,
    to compare with the source as well, ``hash``.

    First the documents, then they are read back and compared, then indexes, then indexes and options are compared: an
    index that removes old documents can do so only after the comparison. Validators do not refuse old documents.

    Raises Refused ``load.exists``, Failed ``load.…`` or ``archive.…``; then everything that was made is dropped again.
    """
    with (
        connections.connect(target.uri, answer_seconds=connections.LONG_SECONDS) as client,
        open_archive(archive) as source,
    ):
        wanted = [item for item in source.namespaces if target.wants(item)]
        _refuse_existing(client, target, wanted)
        made: list[str] = []
        try:
            started = clock.monotonic()
            _create(client, target, [item for item in wanted if item.kind != "view"], made)
            total = sum(int(expected.get(item.collection, {}).get("bytes", 0)) for item in wanted)
            progress.begin("load", total)
            filler = Filler(client, target, wanted, progress, workers)
            found = filler.fill(source.chunks())
            filled = clock.monotonic()
            _compare(client, target, wanted, found, expected, progress, workers)
            compared = clock.monotonic()
            progress.begin("index", 0)
            build(client, target, wanted, progress)
            _create(client, target, [item for item in wanted if item.kind == "view"], made)
            _compare_structure(client, target, wanted)
            ended = clock.monotonic()
        except BaseException:
            _drop(client, target.database, made)
            raise
    return Loaded(
        {item.collection: _facts(item, target, found[item.collection]) for item in wanted},
        seconds=round(filled - started, 3),
        compare_seconds=round(compared - filled, 3),
        index_seconds=round(ended - compared, 3),
    )


def drop(uri: str, database: str, names: list[str]) -> None:
    """Drop collections; one that is not there is no error."""
    with connections.connect(uri) as client:
        for name in names:
            client[database].drop_collection(name)


def _facts(item: Namespace, target: Target, content: Content) -> dict[str, Any]:
    return {
        "target": target.rename(item.collection),
        "type": item.kind,
        "documents": content.documents,
        "bytes": content.size,
    }


def _refuse_existing(client: Client, target: Target, wanted: list[Namespace]) -> None:
    there = set(client[target.database].list_collection_names())
    taken = [target.rename(item.collection) for item in wanted if target.rename(item.collection) in there]
    if taken:
        raise Refused("load.exists", database=target.database, collections=", ".join(taken))


def _create(client: Client, target: Target, wanted: list[Namespace], made: list[str]) -> None:
    for item in wanted:
        name = target.rename(item.collection)
        made.append(name)
        options = item.options
        if item.kind == "view":
            options["viewOn"] = target.rename(options["viewOn"])
        client[target.database].command({"create": name, **options})


def _compare(
    client: Client,
    target: Target,
    wanted: list[Namespace],
    found: Mapping[str, Content],
    expected: Mapping[str, Mapping[str, Any]],
    progress: Progress,
    workers: int,
) -> None:
    """What was read from the archive, what the manifest says, and what the server has now."""
    filled = [item for item in wanted if item.kind != "view"]
    for item in filled:
        said = expected.get(item.collection)
        if said is not None:
            require_same(item.collection, said, found[item.collection])
    progress.begin("proof", sum(content.size for content in found.values()))
    there = read_back(client, target, filled, progress, workers)
    for item in filled:
        if there[item.collection] != found[item.collection]:
            details = {"expected": found[item.collection].said, "found": there[item.collection].said}
            raise Failed("load.differs", collection=item.collection, **details)
    hashes = {name: said["hash"] for name, said in expected.items() if said.get("hash") is not None}
    _compare_with_source(client, target, [item for item in filled if item.collection in hashes], hashes)


def _compare_with_source(client: Client, target: Target, filled: list[Namespace], hashes: Mapping[str, int]) -> None:
    """The server's own hash here, and that of the source at the moment of the dump."""
    with client.start_session(causal_consistency=False) as session:
        for item in filled:
            here = fingerprint.content(client, target.database, place(item, target.rename), None, session)
            if here["hash"] != hashes[item.collection]:
                raise Failed("load.source_differs", collection=item.collection)


def _compare_structure(client: Client, target: Target, wanted: list[Namespace]) -> None:
    names = {target.rename(item.collection): item for item in wanted}
    for there in catalogue.read(client, target.database, names=frozenset(names)):
        item = names.pop(there.name)
        if structure(item.options, item.indexes, target.rename) != structure(there.options, list(there.indexes), None):
            raise Failed("load.structure_differs", collection=item.collection)
    if names:
        raise Failed("load.structure_differs", collection=", ".join(item.collection for item in names.values()))


def _drop(client: Client, database: str, names: list[str]) -> None:
    """After a failure, which counts more than what can go wrong here."""
    from pymongo.errors import PyMongoError

    for name in reversed(names):
        with suppress(PyMongoError, EngineError):
            client[database].drop_collection(name)
