# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database with all that a dump can stumble over."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pymongo
from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp, encode
from bson.codec_options import CodecOptions
from bson.datetime_ms import DatetimeMS
from bson.raw_bson import RawBSONDocument
from pymongo.collation import Collation
from pymongo.database import Database

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)
LARGEST = 16 << 20
TWICE = b"\x1c\0\0\0\x10_id\0\xff\xff\0\0\x10a\0\1\0\0\0\x10a\0\2\0\0\0\0"
"""A document whose field ``a`` is there twice: a server takes it, so a backup has to."""
AS_BYTES: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
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
    database["users"].create_index([("name", "text")], default_language="french", weights={"name": 3})
    database["types"].insert_many([{"_id": number, "value": value} for number, value in enumerate(every_type())])
    database["types"].insert_one({"_id": "wide", "value": "x" * 2_000_000})
    database["types"].insert_one(RawBSONDocument(TWICE))
    database["sessions"].create_index("at", expireAfterSeconds=3600 * 24 * 3650)
    database["sessions"].create_index("user", partialFilterExpression={"open": True}, sparse=False)
    database["sessions"].create_index("token", unique=True, sparse=True, hidden=True)
    database["sessions"].insert_one({"at": NOW, "user": 1, "open": True, "token": "a"})
    for name in ODD_NAMES:
        database[name].insert_one({"name": name})
    database.create_collection("empty", validator={"$jsonSchema": {"required": ["a"]}}, validationLevel="moderate")
    database["strict"].insert_many([{"age": 17}, {"age": "unknown"}])
    database.command("collMod", "strict", validator={"age": {"$gte": 18}}, validationAction="error")
    database.create_collection("capped", capped=True, size=65536, max=100)
    database["capped"].insert_many([{"n": number} for number in range(150)])
    database.create_collection("collated", collation=Collation(locale="fr", strength=2))
    database["collated"].insert_many([{"word": "été"}, {"word": "ETE"}])
    database["collated"].create_index("word", name="simple", collation=Collation(locale="simple"))
    database["collated"].create_index("word", name="swedish", collation=Collation(locale="sv"))
    database.create_collection("clustered", clusteredIndex={"key": {"_id": 1}, "unique": True, "name": "by time"})
    database["clustered"].insert_many([{"_id": number, "v": str(number)} for number in range(50)])
    database["clustered"].create_index("v")
    database["places"].insert_many([{"at": {"type": "Point", "coordinates": [2.35 + n / 9, 48.85]}} for n in range(9)])
    database["places"].create_index([("at", "2dsphere")])
    database["places"].create_index([("$**", 1)], name="wild", wildcardProjection={"at": 0})
    database["places"].create_index([("name", "hashed")])
    database.create_collection("adults", viewOn="users", pipeline=[{"$match": {"age": {"$gte": 18}}}])
    database.create_collection("grown", viewOn="adults", pipeline=[{"$sort": {"a.b": 1}}])
    database.create_collection("measures", timeseries={"timeField": "at", "metaField": "sensor"})
    database["measures"].insert_many([{"at": NOW, "sensor": number % 3, "v": number * 1.5} for number in range(500)])
    database["measures"].create_index([("sensor", pymongo.ASCENDING), ("at", pymongo.DESCENDING)])


def add_largest(database: Database[dict[str, Any]]) -> None:
    """A document of as many bytes as a server takes, between small ones.

    Of zeros: with random bytes the stock mongorestore takes minutes for it, whichever tool wrote the archive.
    """
    database["large"].insert_one({"_id": 1, "small": "before"})
    overhead = len(encode({"_id": 2, "data": b""}))
    database["large"].insert_one({"_id": 2, "data": bytes(LARGEST - overhead)})
    database["large"].insert_many([{"_id": number, "small": "after"} for number in range(3, 40)])


def add_accounts(database: Database[dict[str, Any]]) -> None:
    """A role and a user that belong to the database; those of an earlier test are gone."""
    database.command("dropAllUsersFromDatabase")
    database.command("dropAllRolesFromDatabase")
    database.command("createRole", "auditor", privileges=[], roles=["read"])
    database.command("createUser", "benevole", pwd="mot de passe", roles=["readWrite", "auditor"])


def every_type() -> list[Any]:
    return [
        1, Int64(2), 2.5, -0.0, float("inf"), float("nan"), "é€𝄞", "", "nul\0", b"\x00\x01", Binary(b"x" * 16, 4),
        ObjectId(), True, None, NOW, DatetimeMS(-(2**63)), DatetimeMS(2**63 - 1), Regex("^a", "i"), Code("function() {}"),
        Code("f", {"x": 1}), Timestamp(5, 6), Timestamp(0, 0), Decimal128("1.10"), Decimal128("1.1"), Decimal128("NaN"),
        Decimal128("-Infinity"), DBRef("users", 1), MinKey(), MaxKey(), [], [1, [2, {"a": []}]], {},
        {"z": 1, "a": {"deep": [None]}}, {"$dollar": 1, "dots.in": {"": 2}},
    ]  # fmt: skip
