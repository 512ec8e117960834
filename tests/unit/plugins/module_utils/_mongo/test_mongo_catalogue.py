# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""File names and metadata as mongodump writes them (names taken from a real dump)."""

from __future__ import annotations

import json

import pytest
from bson import Int64

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.catalogue import Collection, file_stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("users", "users"),
        ("with space", "with+space"),
        ("a/b", "a%2Fb"),
        ("dots.in.name", "dots.in.name"),
        ("été & hiver", "%C3%A9t%C3%A9+%26+hiver"),
        ("100%", "100%25"),
        ("keep-_.~", "keep-_.~"),
        ("plus+", "plus%2B"),
    ],
)
def test_names_are_escaped(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_long_names_are_cut_and_told_apart() -> None:
    assert file_stem("a" * 238) == "a" * 238
    first, second = file_stem("a" * 239), file_stem("a" * 240)
    assert first.startswith("a" * 208 + "%24")
    assert len(first) == len(second) == 208 + 3 + 27
    assert first != second


def test_metadata_keeps_types_and_order() -> None:
    index = {"v": 2, "key": {"b": 1, "a": -1}, "name": "b_1_a_-1", "expireAfterSeconds": Int64(60)}
    text = Collection("été", "collection", {"capped": True, "size": 4096}, "ab" * 16, (index,)).metadata()
    content = json.loads(text)
    assert list(content) == ["options", "indexes", "uuid", "collectionName", "type"]
    assert list(content["indexes"][0]["key"]) == ["b", "a"]
    assert content["indexes"][0]["v"] == {"$numberInt": "2"}
    assert content["indexes"][0]["expireAfterSeconds"] == {"$numberLong": "60"}
    assert content["collectionName"] == "été"


def test_no_options_no_key_and_a_view_has_no_documents() -> None:
    view = Collection("v", "view")
    assert list(json.loads(view.metadata())) == ["indexes", "uuid", "collectionName", "type"]
    assert view.source is None
    assert Collection("t", "timeseries").source == "system.buckets.t"
