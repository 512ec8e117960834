# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the helpers of a migration did, in its record (``made``), which lives with the data: how it is taken back.

An entry is written before what it speaks of happens. Values that may hold operators are kept as extended JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import Refused
from .ground import Ground
from .state import COLLECTION

if TYPE_CHECKING:
    from pymongo.collection import Collection

    Documents = Collection[dict[str, Any]]

Entry = dict[str, Any]
FIELD = "made"
MOST_KEPT = 10_000
"""Documents that are remembered one by one because a reversal must leave them alone."""


class Made:
    """The entries of one migration, oldest first."""

    def __init__(self, ground: Ground, version: str) -> None:
        self._ground, self._version = ground, version
        record = self._documents.find_one({"_id": version}, {FIELD: 1}) or {}
        self.entries: list[Entry] = list(record.get(FIELD) or [])

    @property
    def _documents(self) -> Documents:
        return self._ground.database[COLLECTION]

    def find(self, did: str, **keys: Any) -> Entry | None:
        """The entry of that kind with these values."""
        wanted = {"did": did, **keys}
        return next((entry for entry in self.entries if all(entry.get(key) == wanted[key] for key in wanted)), None)

    def add(self, did: str, **values: Any) -> Entry:
        entry = {"n": 1 + max((entry["n"] for entry in self.entries), default=0), "did": did, **values}
        self._documents.update_one({"_id": self._version}, {"$push": {FIELD: entry}})
        self.entries.append(entry)
        return entry

    def remove(self, entry: Entry) -> None:
        """It was taken back."""
        self._documents.update_one({"_id": self._version}, {"$pull": {FIELD: {"n": entry["n"]}}})
        self.entries.remove(entry)


def packed(value: Any) -> str:
    """Extended JSON that :func:`unpacked` reads again."""
    from bson import json_util

    return json_util.dumps(value, json_options=json_util.CANONICAL_JSON_OPTIONS)


def unpacked(text: str) -> Any:
    from bson import json_util
    from bson.codec_options import DatetimeConversion

    options = json_util.CANONICAL_JSON_OPTIONS.with_options(
        tz_aware=False, datetime_conversion=DatetimeConversion.DATETIME_AUTO
    )
    return json_util.loads(text, json_options=options)


def kept(collection: Documents, query: Mapping[str, Any]) -> str:
    """The ``_id`` of the documents that a reversal by ``query`` would hit although they were there before, packed.

    Raises Refused ``step.not_reversible`` when they are too many to be remembered.
    """
    found = [document["_id"] for document in collection.find(dict(query), {"_id": 1}).limit(MOST_KEPT + 1)]
    if len(found) > MOST_KEPT:
        raise Refused("step.not_reversible", collection=collection.name, most=MOST_KEPT, query=packed(query)[:200])
    return packed(found)
