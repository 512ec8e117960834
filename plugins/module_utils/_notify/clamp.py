# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text within a provider's limits: counted as the strictest of them counts, in UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Callable

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
EMPTY = "-"
"""Stands where a provider refuses an empty text."""
# control characters, halves of surrogate pairs, and what turns the direction of the text that follows
_REMOVED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def units(value: str) -> int:
    """Length in UTF-16 units: an emoji counts for two."""
    return len(value) + sum(1 for character in value if ord(character) > 0xFFFF)


def clean(value: str) -> str:
    """Without what no provider accepts as text or what would disguise it."""
    return _REMOVED.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(value: str) -> str:
    """Cleaned, on one line: what a header, a title or an SMS can hold."""
    return " ".join(clean(value).split())


def clamp(value: str, limit: int, escape: Callable[[str], str] = str) -> str:
    """``value`` when it has at most ``limit`` units, else its beginning and an ellipsis.

    ``escape`` gives the written form of one character; the limit is that of the written text.
    """
    written = [escape(character) for character in clean(value)]
    if sum(map(units, written)) <= limit:
        return "".join(written)
    if limit <= 0:
        return ""
    return "".join(_head(written, limit - 1)).rstrip() + ELLIPSIS


def clamp_end(value: str, limit: int, escape: Callable[[str], str] = str) -> str:
    """The same, but what is kept is the end: of a log that is where the failure is."""
    written = [escape(character) for character in clean(value)]
    if sum(map(units, written)) <= limit:
        return "".join(written)
    if limit <= 0:
        return ""
    return ELLIPSIS + "".join(reversed(_head(list(reversed(written)), limit - 1))).lstrip()


def _head(written: list[str], room: int) -> list[str]:
    kept = []
    for form in written:
        room -= units(form)
        if room < 0:
            break
        kept.append(form)
    return kept
