# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a line looks: marks, durations, indents; on a terminal, and plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OK, INFO, WARNING, FAILED = "ok", "info", "warning", "failed"
NOTICE = "notice"
"""As good news as ``info``, but never left out for want of room."""
COLOURS = {OK: "green", INFO: None, WARNING: "bright yellow", FAILED: "red"}
_TERMINAL = {OK: "\N{CHECK MARK}", INFO: "\N{MIDDLE DOT}", WARNING: "!", FAILED: "\N{BALLOT X}"}
_PLAIN = {OK: "[ok]", INFO: "-", WARNING: "[!]", FAILED: "[x]"}
_PLAIN_WIDTH = 4
_ARROWS = {True: "\N{RIGHTWARDS ARROW}", False: "->"}
LABEL_WIDTH = 34


@dataclass(frozen=True)
class Line:
    """A line to show; ``colour`` is a name of Ansible's, used only where colours are."""

    text: str
    colour: str | None = None


@dataclass(frozen=True)
class Style:
    """``terminal`` says whether signs beyond letters may be used; ``width``: its columns, 0 where there is no limit."""

    terminal: bool
    locale: str
    width: int = 0

    def mark(self, kind: str) -> str:
        table: Mapping[str, str] = _TERMINAL if self.terminal else _PLAIN
        return table.get(kind, table[INFO])

    @property
    def arrow(self) -> str:
        return _ARROWS[self.terminal]

    def stage(self, kind: str, label: str, seconds: float) -> Line:
        """``✓ Backup          2.1 s``."""
        mark = self.mark(kind) if self.terminal else f"{self.mark(kind):<{_PLAIN_WIDTH}}"
        width = LABEL_WIDTH if self.terminal else LABEL_WIDTH - 3
        return Line(f"{mark} {label:<{width}}{self.duration(seconds):>12}".rstrip(), COLOURS.get(kind))

    def detail(self, kind: str, text: str) -> Line:
        """A line below a stage; only what deserves a look is marked."""
        mark = self.mark(kind if kind in (WARNING, FAILED) else INFO)
        return Line(f"    {mark} {one_line(text)}", COLOURS[kind] if kind in (WARNING, FAILED) else None)

    def duration(self, seconds: float) -> str:
        """``0,3 s``, ``42 s``, ``2 min 05 s``."""
        if seconds < 9.95:
            figure = f"{seconds:.1f}"
            return (figure.replace(".", ",") if self.locale == "fr" else figure) + " s"
        whole = round(seconds)
        return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def one_line(text: str) -> str:
    return " ".join(text.split())


def block(label: str, text: str, last: int = 12) -> list[str]:
    """``label`` and a text of one line, or of several below one another: the last ones, where there are many."""
    lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
    if len(lines) <= 1:
        return [f"    {label}{one_line(text)}"]
    return [f"    {label}{lines[0]}", *(f"      {line}" for line in lines[1:][-last:])]
