# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data to back up: the same for the same size, on any machine."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any

from bson import ObjectId
from pymongo.database import Database

BEGAN = datetime(2024, 1, 1, tzinfo=timezone.utc)
CITIES = ("Paris", "Lyon", "Marseille", "Toulouse", "Nice", "Nantes", "Strasbourg", "Montpellier", "Bordeaux", "Lille")
LETTERS = "eeeaasintrulodcpmevfbg"
TEXT = 400_000
"""Words of which texts are cut: far more than a compressor looks back."""
BATCH = 2_000

Document = dict[str, Any]


def fill_many(database: Database[Document], documents: int) -> None:
    """``documents`` of about 350 bytes in one collection, with two indexes beside that of _id."""
    insert(database, "volunteers", volunteers(documents))
    database["volunteers"].create_index("email", unique=True)
    database["volunteers"].create_index([("city", 1), ("joined_at", -1)])


def fill_mixed(database: Database[Document], documents: int) -> None:
    """About 300 bytes for each of ``documents``: half of it small, a third from 1 kB to 1 MB, the rest up to 16 MB."""
    insert(database, "events", volunteers(documents // 3, seed=2))
    insert(database, "letters", letters(max(20, documents // 1000)))
    insert(database, "files", attachments(max(2, documents // 125_000)))
    database["events"].create_index("email")
    database["letters"].create_index("title")


def volunteers(count: int, seed: int = 1) -> Iterator[Document]:
    """Small documents, each a little different."""
    pick = random.Random(seed)
    text = words(pick, TEXT)
    for number in range(count):
        start = int(pick.random() * (len(text) - 200))
        yield {
            "_id": object_id(seed, number),
            "email": f"volunteer.{number}@example.org",
            "name": text[start + 140 : start + 157],
            "city": CITIES[number * 7 % 10],
            "joined_at": BEGAN + timedelta(seconds=number * 37),
            "score": pick.random(),
            "active": number % 3 != 0,
            "skills": [CITIES[number % 7], text[start + 158 : start + 166]],
            "about": text[start : start + 135],
        }


def letters(count: int) -> Iterator[Document]:
    """From 1 kB to 1 MB, half words, half what hardly compresses."""
    pick = random.Random(3)
    text = words(pick, TEXT)
    for number in range(count):
        size = round(1_000 * 1_000 ** pick.random())
        yield {
            "_id": object_id(3, number),
            "title": f"letter {number}",
            "text": text[number * 97 : number * 97 + size // 2],
            "picture": dense(pick, size // 2),
        }


def attachments(count: int) -> Iterator[Document]:
    """From 8 MB to nearly the 16 MB that a document may have."""
    pick = random.Random(4)
    text = words(pick, 4 * TEXT)
    for number in range(count):
        size = (8 << 20) + number * (7_900 << 10) // max(1, count - 1)
        yield {
            "_id": object_id(4, number),
            "name": f"file {number}",
            "content": dense(pick, size // 2),
            "pages": text[: size // 2],
        }


def insert(database: Database[Document], name: str, documents: Iterable[Document]) -> None:
    """In batches that a message can hold."""
    source = iter(documents)
    size = 1 if name == "files" else 50 if name == "letters" else BATCH
    while batch := list(islice(source, size)):
        database[name].insert_many(batch, ordered=False)


def words(pick: random.Random, count: int) -> str:
    """Text of a few thousand different words."""
    known = ["".join(pick.choices(LETTERS, k=pick.randint(2, 10))) for _ in range(3_000)]
    return " ".join(pick.choices(known, k=count))


def dense(pick: random.Random, size: int) -> str:
    """Base64 of noise, not noise: mongorestore takes seconds for each large document that has bytes 0x11 in it.

    For each it looks through the rest of the document (mongorestore/empty_timestamp.go); comparing with that would flatter us.
    """
    return b64encode(pick.randbytes(size * 3 // 4)).decode()


def object_id(seed: int, number: int) -> ObjectId:
    return ObjectId(b"%04d%08d" % (seed, number))
