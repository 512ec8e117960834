# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the indexes that an archive describes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._core.progress import Progress
from .archive import Namespace

if TYPE_CHECKING:
    from .client import Client
    from .load import Target

SIMPLE = {"locale": "simple"}


def build(client: Client, target: Target, wanted: Iterable[Namespace], progress: Progress) -> None:
    """All indexes of each collection in one command, as they were."""
    for item in wanted:
        specs = wanted_indexes(item)
        if specs:
            progress.add(item.collection, 0)
            client[target.database].command({"createIndexes": target.rename(item.collection), "indexes": specs})


def wanted_indexes(item: Namespace) -> list[dict[str, Any]]:
    """What the collection does not have of itself: all but ``_id_`` and the index that a clustered collection is.

    An index that compares simply in a collection that does not has to say so.
    """
    collated = "collation" in item.options
    return [
        {**index, "collation": SIMPLE} if collated and "collation" not in index else index
        for index in map(_plain, item.indexes)
        if index["name"] != "_id_" and not index.get("clustered")
    ]


def _plain(index: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in index.items() if key != "ns"}
