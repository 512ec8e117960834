# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration is handed beside the database: helpers whose repetition does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymongo.collection import Collection
    from pymongo.database import Database

    Documents = Collection[dict[str, Any]]

BATCH = 1000
DUPLICATE_KEY = 11000


class Step:
    """Helpers for one migration. ``report`` is told how far it is: (done, total)."""

    def __init__(
        self, database: Database[dict[str, Any]], report: Callable[[int, int | None], None] | None = None
    ) -> None:
        self._database = database
        self._report = report
        self.done = 0
        self.total: int | None = None

    def ensure_collection(self, name: str, **options: Any) -> Documents:
        """The collection ``name``, created with ``options`` when it is not there."""
        if not self._database.list_collection_names(filter={"name": name}):
            self._database.create_collection(name, **options)
        return self._database[name]

    def batches(
        self,
        collection: Documents,
        query: Mapping[str, Any] | None = None,
        size: int = BATCH,
        fields: Iterable[str] | None = None,
    ) -> Iterator[list[dict[str, Any]]]:
        """The documents that match ``query`` in lists of at most ``size``, by ``_id``, at constant memory.

        Each list is a query of its own, so nothing depends on a cursor that stays open. The lower bound is an index
        bound, not a comparison in the query: comparisons never leave the type of the value, and would end at the last
        ObjectId of a collection that also has text as ``_id``.
        """
        projection = {"_id": 1, **dict.fromkeys(fields, 1)} if fields is not None else None
        wanted = dict(query or {})
        cursor = collection.find(wanted, projection)
        while batch := list(cursor.sort("_id", 1).hint([("_id", 1)]).limit(size)):
            yield batch
            last = batch[-1]["_id"]
            rest = {"$and": [wanted, {"_id": {"$ne": last}}]} if wanted else {"_id": {"$ne": last}}
            cursor = collection.find(rest, projection).min([("_id", last)])

    def insert_ignoring_duplicates(self, collection: Documents, documents: Iterable[Mapping[str, Any]]) -> int:
        """Insert those whose ``_id`` (or unique key) is not there yet. Returns how many were new.

        Give each document an ``_id`` derived from what it is made of: then a repetition adds nothing.
        """
        from pymongo.errors import BulkWriteError

        wanted = [dict(document) for document in documents]
        if not wanted:
            return 0
        try:
            return len(collection.insert_many(wanted, ordered=False).inserted_ids)
        except BulkWriteError as error:
            details = error.details
            others = [fault for fault in details["writeErrors"] if fault["code"] != DUPLICATE_KEY]
            if others or details.get("writeConcernErrors"):
                raise
            return int(details["nInserted"])

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how many documents are done."""
        self.done, self.total = done, total
        if self._report:
            self._report(done, total)
