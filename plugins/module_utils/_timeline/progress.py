# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long work as one line of text, and how often people want to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.progress import OF_DOCUMENTS
from .._core.units import readable
from .._locale import TEXTS_OF, text
from .style import Line, Style

LOG_SECONDS = 10.0
"""Where lines stay, work of less than this is not worth one."""
NAME_WIDTH = 40


def sentence(facts: Mapping[str, Any], style: Style) -> str:
    """What is under way: work, collection, percent, rate, remaining time; as much as is known."""
    locale = style.locale
    work, item = str(facts.get("work", "")), str(facts.get("item", ""))
    text_id = f"timeline.work.{work}"
    parts = [text(locale, text_id) if text_id in TEXTS_OF[locale] else work]
    if item:
        parts.append(item if len(item) <= NAME_WIDTH else f"{item[: NAME_WIDTH - 3]}...")
    if _number(facts.get("percent")) is not None:
        parts.append(text(locale, "timeline.progress_percent", percent=facts["percent"]))
    rate = _number(facts.get("bytes_per_second"))
    if rate:
        documents = work in OF_DOCUMENTS
        rate_id = "timeline.progress_documents" if documents else "timeline.progress_rate"
        parts.append(text(locale, rate_id, rate=round(rate) if documents else readable(rate)))
    remaining = _number(facts.get("remaining_seconds"))
    if remaining is not None:
        parts.append(text(locale, "timeline.progress_remaining", duration=style.duration(remaining)))
    return ", ".join(parts)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@dataclass
class Pace:
    """When a line is due: at each look on a terminal, where it is overwritten; else every ``log_seconds``."""

    style: Style
    log_seconds: float = LOG_SECONDS
    _said_at: float = 0.0

    def line(self, facts: Mapping[str, Any], elapsed: float) -> Line | None:
        """The line to show ``elapsed`` seconds after the work began, if one is due."""
        if self.style.terminal:
            return Line(self._fitting(f"\N{HORIZONTAL ELLIPSIS} {sentence(facts, self.style)}"))
        if elapsed - self._said_at < self.log_seconds:
            return None
        self._said_at = elapsed
        # not a detail of the stage above it, which is over
        return Line(f"... {sentence(facts, self.style)}")

    def _fitting(self, text: str) -> str:
        """Only one row of a terminal can be overwritten."""
        return text[: self.style.width] if self.style.width else text
