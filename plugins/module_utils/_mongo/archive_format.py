# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of ``mongodump --archive``, format 0.1: what its writer and its reader share.

A header and a document a namespace, then segments: a document that names the namespace, its documents, a terminator. A
namespace ends with a segment that says so and carries the CRC-64/XZ of all its documents. Source: mongo-tools, common/archive.
"""

from __future__ import annotations

import struct
from functools import cache

ARCHIVE = "database.archive.gz"
"""The archive's name in a backup set."""
MAGIC = b"\x6d\xe2\x99\x81"
TERMINATOR = b"\xff\xff\xff\xff"
FORMAT_VERSION = "0.1"
_SIGNED = struct.Struct("<q")
_UNSIGNED = struct.Struct("<Q")


_POLYNOMIAL = 0xC96C5795D7870F42
_ONES = (1 << 64) - 1


def fast() -> bool:
    """Whether checksums are computed by a library; without it an archive is read and written at some 14 MB/s."""
    try:
        import fastcrc  # noqa: F401
    except ImportError:
        return False
    return True


def crc64(data: bytes, before: int = 0) -> int:
    """CRC-64/XZ of what came ``before`` and then ``data``, unsigned."""
    try:
        from fastcrc import crc64 as algorithms
    except ImportError:
        return _crc64(data, before)
    return int(algorithms.xz(data, before))


@cache
def _table() -> tuple[int, ...]:
    found = []
    for value in range(256):
        for _bit in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        found.append(value)
    return tuple(found)


def _crc64(data: bytes, before: int) -> int:
    table, value = _table(), before ^ _ONES
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ _ONES


def signed(value: int) -> int:
    """The same 64 bits as the archive stores them."""
    return int(_SIGNED.unpack(_UNSIGNED.pack(value))[0])
