# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose's ``.env`` files: read one variable, replace its value, and nothing else in the file.

The grammar is that of Compose's own parser (proved against it by an integration test): ``export``, ``=`` or ``:``, quotes
that may span lines, `` #`` comments, CRLF, a byte order mark; of two assignments the last one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._core.errors import Failed

_KEY = re.compile(rb"[ \t\v\f]*(?:export[ \t]+)?([A-Za-z_][\w.\-\[\]]*)[ \t]*([=:])[ \t\v\f]*")
_BARE = re.compile(rb"([A-Za-z0-9_.:/@\-]*)")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Assignment:
    """Where an assignment is: ``start`` to ``end`` with its line end, the value's bounds without quotes."""

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    quote: bytes


def read(content: bytes, name: str) -> str | None:
    """The text given to ``name`` (references to other variables are not resolved), or None."""
    found = _last(content, name)
    return None if found is None else content[found.value_start : found.value_end].decode(errors="replace")


def require(content: bytes, name: str, path: str) -> str:
    """The same. Raises Failed ``envfile.missing``."""
    found = _required(content, name, path)
    return content[found.value_start : found.value_end].decode(errors="replace")


def line(content: bytes, name: str, path: str) -> str:
    """The assignment as it stands, line end included, as latin-1 so that any byte survives."""
    found = _required(content, name, path)
    return content[found.start : found.end].decode("latin-1")


def replace(content: bytes, name: str, value: str, path: str) -> bytes:
    """``content`` with the value of ``name`` exchanged; every other byte stays. Raises Failed ``envfile.*``."""
    if not _BARE.fullmatch(value.encode()) or not value:
        raise Failed("envfile.value", name=name, path=path, found=value)
    found = _required(content, name, path)
    return content[: found.value_start] + value.encode() + content[found.value_end :]


def restore(content: bytes, name: str, text: str, path: str) -> bytes:
    """``content`` with the assignment of ``name`` put back to what :func:`line` gave."""
    found = _required(content, name, path)
    return content[: found.start] + text.encode("latin-1") + content[found.end :]


def _required(content: bytes, name: str, path: str) -> Assignment:
    found = _last(content, name)
    if found is None:
        raise Failed("envfile.missing", name=name, path=path)
    return found


def _last(content: bytes, name: str) -> Assignment | None:
    return next((item for item in reversed(assignments(content)) if item.name == name), None)


def assignments(content: bytes) -> list[Assignment]:
    """All assignments of the file, in order."""
    found = []
    position = len(_MARK) if content.startswith(_MARK) else 0
    while position < len(content):
        match = _KEY.match(content, position)
        if match is None:
            position = _line_end(content, position)
            continue
        item = _value(content, match, position)
        found.append(item)
        position = item.end
    return found


def _value(content: bytes, match: re.Match[bytes], start: int) -> Assignment:
    name, value_start = match.group(1).decode(), match.end()
    quote = content[value_start : value_start + 1]
    if quote in (b"'", b'"'):
        closing = _closing(content, value_start + 1, quote)
        if closing is not None:
            return Assignment(name, start, _line_end(content, closing), value_start + 1, closing, quote)
    end = _line_end(content, value_start)
    text = content[value_start:end].split(b" #", 1)[0].rstrip()
    return Assignment(name, start, end, value_start, value_start + len(text), b"")


def _closing(content: bytes, position: int, quote: bytes) -> int | None:
    """Where the quote that is not escaped stands, on this line or a later one."""
    while (position := content.find(quote, position)) != -1:
        before = content[:position]
        if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
            return position
        position += 1
    return None


def _line_end(content: bytes, position: int) -> int:
    end = content.find(b"\n", position)
    return len(content) if end == -1 else end + 1
