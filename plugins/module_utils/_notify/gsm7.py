# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The alphabet of SMS (GSM 03.38): what leaves it makes a message two to three times as dear, so nothing does."""

from __future__ import annotations

import re
import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each costs two of the 160."""
ONE, PART = 160, 153
"""Septets of a message that is alone, and of each part of a longer one."""
_SAME = {
    "«": '"', "»": '"', "„": '"', "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "‚": "'", "`": "'", "´": "'",
    "…": "...", "–": "-", "—": "-", "−": "-", "‑": "-", "•": "-", "→": "->", "←": "<-", "⇒": "=>",
    "œ": "oe", "Œ": "OE", "ç": "c", "×": "x", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "°": "o", "\t": " ",
}  # fmt: skip
_ELLIPSIS = "..."
_QUOTED = re.compile(r"«\s*|\s*»")


def septets(value: str) -> int:
    """Length as the networks count it."""
    return sum(2 if character in EXTENDED else 1 for character in value)


def transliterated(value: str) -> str:
    """Only characters of the alphabet: accents that it lacks go, what has no likeness (emoji) is left out."""
    return " ".join("".join(map(_alike, _QUOTED.sub('"', value))).split())


def _alike(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    if character in _SAME:
        return _SAME[character]
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFKD", character)
    return "".join(part for part in base if part in BASIC or part in EXTENDED)


def fitted(value: str, segments: int) -> str:
    """The transliterated beginning that fits ``segments`` parts."""
    value = transliterated(value)
    room = ONE if segments == 1 else PART * segments
    if septets(value) <= room:
        return value
    kept, room = [], room - len(_ELLIPSIS)
    for character in value:
        room -= septets(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + _ELLIPSIS
