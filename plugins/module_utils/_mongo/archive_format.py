# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of ``mongodump --archive``, format 0.1: what its writer and its reader share.

A header and a document a namespace, then segments: a document that names the namespace, its documents, a terminator. A
namespace ends with a segment that says so and carries the CRC-64/XZ of all its documents. Source: mongo-tools, common/archive.
"""

from __future__ import annotations

import struct
from typing import Any

from .._core import libraries

ARCHIVE = "database.archive.gz"
"""The archive's name in a backup set."""
MAGIC = b"\x6d\xe2\x99\x81"
TERMINATOR = b"\xff\xff\xff\xff"
FORMAT_VERSION = "0.1"
_SIGNED = struct.Struct("<q")
_UNSIGNED = struct.Struct("<Q")


def crc64(data: Any, before: int = 0) -> int:
    """CRC-64/XZ of what came ``before`` and then ``data``, unsigned."""
    from fastcrc import crc64 as algorithms

    return int(algorithms.xz(data, before))


def signed(value: int) -> int:
    """The same 64 bits as the archive stores them."""
    return int(_SIGNED.unpack(_UNSIGNED.pack(value))[0])


def need_libraries() -> None:
    """Raises Refused ``library.missing`` for what archives need on this host."""
    for name in ("pymongo", "fastcrc"):
        libraries.need(name)
