# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A collection copied within its database, and compared: for what cannot be renamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._core.errors import Failed
from .._core.progress import Progress
from . import catalogue, raw
from .archive import Chunk, Namespace
from .compare import Content
from .filler import Filler, place, read_back
from .indexes import build
from .load import WORKERS, Target

if TYPE_CHECKING:
    from .client import Client


def copy(client: Client, database: str, source: str, target: str, progress: Progress, *, in_service: bool) -> Content:
    """Make ``target`` with options, documents and indexes of ``source``; what was copied.

    A target ``in_service`` may get more from the application meanwhile; any other must have exactly the same. Raises Failed
    ``restore.copy_differs``.
    """
    item = _described(client, database, source)
    moved = _to(database, target)
    client[database].command({"create": target, **item.options})
    progress.begin("copy", 0)
    copied = Filler(client, moved, [item], progress, WORKERS).fill(_chunks(client, database, item))[source]
    there = read_back(client, moved, [item], progress, WORKERS)[source]
    if there.documents < copied.documents if in_service else there != copied:
        raise Failed("restore.copy_differs", collection=source, expected=copied.said, found=there.said)
    build(client, moved, [item], progress)
    return copied


def content(client: Client, database: str, name: str, progress: Progress) -> Content:
    """What the server has now."""
    item = _described(client, database, name)
    return read_back(client, _to(database, name), [item], progress, WORKERS)[name]


def _described(client: Client, database: str, name: str) -> Namespace:
    found = catalogue.read(client, database, names=frozenset({name}))
    if not found:
        raise Failed("restore.gone", collection=name)
    one = found[0]
    return Namespace(database, name, one.kind, {"options": one.options, "indexes": list(one.indexes)})


def _to(database: str, name: str) -> Target:
    return Target("", database, rename=lambda _name: name)


def _chunks(client: Client, database: str, item: Namespace) -> Iterator[Chunk]:
    with client.start_session(causal_consistency=False) as session:
        for batch in raw.read(client, database, place(item, lambda name: name), session):
            yield Chunk(item.collection, batch.data, batch.documents)
