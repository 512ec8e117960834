# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes two collections the same: content in any order, options, indexes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import Failed

_LENGTH = struct.Struct("<i")
_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Content:
    """Count, size, and the sum of the documents' hashes, whatever their order.

    Python's own hash of bytes is keyed anew in each process: sums are compared within one, and never stored.
    """

    documents: int = 0
    size: int = 0
    sum: int = 0

    def __add__(self, other: Content) -> Content:
        return Content(self.documents + other.documents, self.size + other.size, (self.sum + other.sum) & _BITS)

    @classmethod
    def of(cls, documents: Sequence[bytes], size: int) -> Content:
        return cls(len(documents), size, sum(map(hash, documents)) & _BITS)

    @property
    def said(self) -> str:
        return f"{self.documents} documents, {self.size} bytes"


def split(data: bytes) -> Iterator[bytes]:
    """The documents that lie back to back in ``data``."""
    position, end, length = 0, len(data), _LENGTH.unpack_from
    while position < end:
        after = position + length(data, position)[0]
        yield data[position:after]
        position = after


def require_same(collection: str, said: Mapping[str, Any], found: Content) -> None:
    """Raises Failed ``load.counts`` when the archive has not what the manifest says."""
    if (said["documents"], said["bytes"]) != (found.documents, found.size):
        expected = Content(int(said["documents"]), int(said["bytes"])).said
        raise Failed("load.counts", collection=collection, expected=expected, found=found.said)


def structure(
    options: Mapping[str, Any], indexes: Sequence[Mapping[str, Any]], rename: Callable[[str], str] | None
) -> tuple[str, str]:
    """Options and indexes as texts to compare; ``rename`` is applied to what a view shows."""
    shown = dict(options)
    if rename is not None and "viewOn" in shown:
        shown["viewOn"] = rename(shown["viewOn"])
    listed = [{key: value for key, value in index.items() if key != "ns"} for index in indexes]
    return _json(shown), _json(sorted(listed, key=lambda index: str(index["name"])))


def _json(value: Any) -> str:
    from bson import json_util

    return json_util.dumps(value, json_options=json_util.CANONICAL_JSON_OPTIONS)
