# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text within a provider's limits: counted as the strictest of them counts, in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

Escapes = Mapping[int, str]
"""Character's number → how it is written, as ``str.translate`` takes it."""
NONE: Escapes = MappingProxyType({})
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
EMPTY = "-"
"""Stands where a provider refuses an empty text."""
# control characters, halves of surrogate pairs, and what turns the direction of the text that follows
_REMOVED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARGIN = 256
"""Characters beyond a limit that are looked at, for those that go away."""


def units(value: str) -> int:
    """Length in UTF-16 units: an emoji counts for two."""
    return len(value) if value.isascii() else len(value.encode("utf-16-le", "surrogatepass")) // 2


def clean(value: str) -> str:
    """Without what no provider accepts as text or what would disguise it."""
    return _REMOVED.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(value: str) -> str:
    """Cleaned, on one line: what a header, a title or an SMS can hold."""
    return " ".join(clean(value).split())


def clamp(value: str, limit: int, escapes: Escapes = NONE) -> str:
    """``value`` when it has at most ``limit`` units, else its beginning and an ellipsis.

    The limit is that of the written text, after ``escapes``, none of which is cut in two.
    """
    near = clean(value[: 2 * max(0, limit) + _MARGIN])
    written = _written(near, escapes)
    if units(written) <= limit and len(value) <= 2 * limit + _MARGIN:
        return written
    return _head(near, limit - 1, escapes).rstrip() + ELLIPSIS if limit > 0 else ""


def clamp_end(value: str, limit: int, escapes: Escapes = NONE) -> str:
    """The same, but what is kept is the end: of a log that is where the failure is."""
    if limit <= 0:
        return ""
    near = clean(value[-2 * limit - _MARGIN :])
    written = _written(near, escapes)
    if units(written) <= limit and len(value) <= 2 * limit + _MARGIN:
        return written
    end = near[-limit:]
    kept = _most(len(end), lambda count: units(_written(end[len(end) - count :], escapes)) < limit)
    return ELLIPSIS + _written(end[len(end) - kept :], escapes).lstrip()


def _written(value: str, escapes: Escapes) -> str:
    return value.translate(escapes) if escapes else value


def _head(value: str, room: int, escapes: Escapes) -> str:
    kept = _most(min(len(value), max(0, room)), lambda count: units(_written(value[:count], escapes)) <= room)
    return _written(value[:kept], escapes)


def _most(most: int, fits: Callable[[int], bool]) -> int:
    """The largest count up to ``most`` that fits; 0 does."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if fits(middle):
            least = middle
        else:
            most = middle - 1
    return least
