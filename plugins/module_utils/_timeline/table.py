# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of facts as columns, or, where the terminal is too narrow for them, one below the other."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from .style import Line, Style, one_line

INDENT = 6
GAP = "  "
LEAST = 24
"""Columns that a text is given even on the narrowest terminal."""
Cells = Sequence[str]


def table(told: object, style: Style) -> list[Line]:
    """``told``: ``columns`` (``title``, ``right``), ``rows`` (texts), ``more`` (a last line); nothing for anything else."""
    if not isinstance(told, Mapping) or not told.get("rows") or not told.get("columns"):
        return []
    titles = [str(column.get("title", "")) for column in told["columns"]]
    right = [bool(column.get("right")) for column in told["columns"]]
    rows = [[one_line(str(cell)) for cell in row] for row in told["rows"]]
    texts = _aligned([titles, *rows], right)
    if style.width and max(map(len, texts)) + INDENT > style.width:
        texts = [text for row in rows for text in _stacked(titles, row, style.width)]
    if told.get("more"):
        texts.append(one_line(str(told["more"])))
    return [Line(" " * INDENT + text) for text in texts]


def _aligned(rows: Sequence[Cells], right: Sequence[bool]) -> list[str]:
    widths = [max(len(row[number]) for row in rows) for number in range(len(right))]
    return [
        GAP.join(
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in rows
    ]


def _stacked(titles: Cells, row: Cells, width: int) -> list[str]:
    """The first cell, and below it the others with their titles."""
    facts = ", ".join(f"{title} {cell}" for title, cell in zip(titles[1:], row[1:], strict=True))
    room = max(LEAST, width - INDENT)
    return [row[0], *textwrap.wrap(facts, room, initial_indent=GAP, subsequent_indent=GAP)]
