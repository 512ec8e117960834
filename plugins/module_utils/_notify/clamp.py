# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text within a provider's limits: counted as the strictest of them counts, in UTF-16 units."""

from __future__ import annotations

import re

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def units(value: str) -> int:
    """Length in UTF-16 units: an emoji counts for two."""
    return len(value) + sum(1 for character in value if ord(character) > 0xFFFF)


def clean(value: str) -> str:
    """Without control characters or halves of surrogate pairs, which no provider accepts as text."""
    return _CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clamp(value: str, limit: int) -> str:
    """``value`` when it has at most ``limit`` units, else its beginning and an ellipsis."""
    value = clean(value)
    if units(value) <= limit:
        return value
    kept, room = [], limit - 1
    for character in value:
        room -= 2 if ord(character) > 0xFFFF else 1
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ELLIPSIS if limit > 0 else ""
