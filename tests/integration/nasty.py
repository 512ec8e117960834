# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database with all that a dump can stumble over."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pymongo
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from pymongo.collation import Collation
from pymongo.database import Database

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)
LONG_NAME = "é" * 45
ODD_NAMES = ("with space", "a/b", "dots.in.name", "été & hiver", "100%", "x" * 120, LONG_NAME)


def fill(database: Database[dict[str, Any]], documents: int = 5000) -> None:
    """A plain collection of ``documents``, and one of every kind."""
    database["users"].insert_many(
        [
            {"_id": ObjectId(), "name": f"user {number}", "email": f"u{number}@example.org"}
            for number in range(documents)
        ]
    )
    database["users"].create_index("email", unique=True)
    database["users"].create_index([("name", "text")], default_language="french")
    database["types"].insert_many([{"_id": number, "value": value} for number, value in enumerate(every_type())])
    database["types"].insert_one({"_id": "wide", "value": "x" * 2_000_000})
    database["sessions"].create_index("at", expireAfterSeconds=3600 * 24 * 3650)
    database["sessions"].create_index("user", partialFilterExpression={"open": True}, sparse=False)
    database["sessions"].insert_one({"at": NOW, "user": 1, "open": True})
    for name in ODD_NAMES:
        database[name].insert_one({"name": name})
    database.create_collection("empty", validator={"$jsonSchema": {"required": ["a"]}}, validationLevel="moderate")
    database.create_collection("capped", capped=True, size=65536, max=100)
    database["capped"].insert_many([{"n": number} for number in range(150)])
    database.create_collection("collated", collation=Collation(locale="fr", strength=2))
    database["collated"].insert_many([{"word": "été"}, {"word": "ETE"}])
    database.create_collection("adults", viewOn="users", pipeline=[{"$match": {"age": {"$gte": 18}}}])
    database.create_collection("measures", timeseries={"timeField": "at", "metaField": "sensor"})
    database["measures"].insert_many([{"at": NOW, "sensor": number % 3, "v": number * 1.5} for number in range(500)])
    database["measures"].create_index([("sensor", pymongo.ASCENDING), ("at", pymongo.DESCENDING)])


def every_type() -> list[Any]:
    return [
        1, Int64(2), 2.5, -0.0, float("inf"), "é€𝄞", "", b"\x00\x01", Binary(b"x" * 16, 4), ObjectId(), True, None,
        NOW, Regex("^a", "i"), Code("function() {}"), Code("f", {"x": 1}), Timestamp(5, 6), Decimal128("1.10"),
        MinKey(), MaxKey(), [], [1, [2, {"a": []}]], {}, {"z": 1, "a": {"deep": [None]}},
    ]  # fmt: skip
