# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents out of a server's answer without decoding them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import bson
import pytest
from bson import Decimal128, Int64, ObjectId, Regex, Timestamp

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import raw

DOCUMENTS: list[dict[str, Any]] = [{"_id": number, "text": "é\x00" * (number % 7)} for number in range(1500)]


def reply(**cursor: Any) -> bytes:
    before = {
        "double": 1.5, "text": "cursor", "document": {"cursor": {"id": Int64(9)}}, "array": [1, {"a": 2}],
        "binary": b"\x03cursor\x00", "oid": ObjectId(), "no": False, "at": datetime.now(timezone.utc), "none": None,
        "regex": Regex("cursor"), "int": 1, "stamp": Timestamp(1, 2), "long": Int64(3), "decimal": Decimal128("1"),
    }  # fmt: skip
    before.pop("regex")
    return bson.encode({**before, "cursor": cursor, "ok": 1.0})


@pytest.mark.parametrize("batch", ["firstBatch", "nextBatch"])
def test_documents_and_cursor(batch: str) -> None:
    identifier, found = raw.parse(reply(ns="a.b", atClusterTime=Timestamp(5, 6), **{batch: DOCUMENTS}, id=Int64(-7)))
    assert identifier == -7
    assert found.documents == len(DOCUMENTS)
    assert bson.decode_all(found.data) == DOCUMENTS


def test_nothing_left() -> None:
    assert raw.parse(reply(firstBatch=[], id=Int64(0), ns="a.b")) == (0, raw.Batch(b"", 0))


def test_an_answer_of_another_shape_is_not_taken_for_an_empty_one() -> None:
    for answer in (bson.encode({"ok": 1.0}), bson.encode({"cursor": {"id": Int64(0)}}), reply(firstBatch=[])):
        with pytest.raises(ValueError, match="without"):
            raw.parse(answer)


def test_an_unknown_type_is_said() -> None:
    with pytest.raises(ValueError, match="BSON type 0xb"):
        raw.parse(bson.encode({"regex": Regex("a"), "cursor": {"firstBatch": [], "id": Int64(0)}}))
