# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one check found, and how it is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import EngineError, Refused
from .._locale import explain, text

OK = "ok"
WARNING = "warning"
FAILED = "failed"
NAMES = (
    "disk",
    "memory",
    "engine",
    "application",
    "images",
    "files",
    "recreate",
    "fence",
    "scripts",
    "database",
    "migrations",
)
"""The checks, in the order in which they are shown."""
LINES = 8
"""How many lines the timeline shows at most."""


@dataclass(frozen=True)
class CheckResult:
    """``text_id`` and ``details`` make the sentence; of a check that raised, the error does."""

    name: str
    outcome: str
    text_id: str
    details: Mapping[str, object] = field(default_factory=dict)
    error: EngineError | None = None

    def say(self, locale: str) -> str:
        if self.error is None:
            return text(locale, self.text_id, **self.details)
        parts = explain(self.error, locale)
        return text(locale, self.text_id, **parts)

    def data(self, locale: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "outcome": self.outcome,
            "text_id": self.error.text_id if self.error else self.text_id,
            "text": self.say(locale),
        }


def good(check: str, text_id: str, /, **details: object) -> CheckResult:
    return CheckResult(check, OK, f"preflight.{text_id}", details)


def bad(check: str, text_id: str, /, **details: object) -> CheckResult:
    return CheckResult(check, FAILED, f"preflight.{text_id}", details)


def warn(check: str, text_id: str, /, **details: object) -> CheckResult:
    return CheckResult(check, WARNING, f"preflight.{text_id}", details)


def guarded(name: str, check: Callable[[], Sequence[CheckResult]]) -> list[CheckResult]:
    """The results of ``check``; an error that it raises is a result too, so that the others still run."""
    try:
        return list(check())
    except EngineError as error:
        return [CheckResult(name, FAILED, "preflight.error", error=error)]


def lines(results: Sequence[CheckResult], locale: str) -> list[dict[str, str]]:
    """For the timeline: a line for each check; when they are too many, the good ones that are left share the last."""
    troubled = [result for result in results if result.outcome != OK]
    fine = [result for result in results if result.outcome == OK]
    room = max(LINES - len(troubled), 1)
    shown = [{"mark": result.outcome, "text": result.say(locale)} for result in troubled]
    alone = fine if len(fine) <= room else fine[: room - 1]
    shown += [{"mark": OK, "text": result.say(locale)} for result in alone]
    rest = fine[len(alone) :]
    if rest:
        shown.append({"mark": OK, "text": " ; ".join(result.say(locale) for result in rest)})
    return shown


def require(results: Sequence[CheckResult], locale: str) -> None:
    """Raises Refused ``preflight.failed`` that lists every check that failed."""
    failed = [result.say(locale) for result in results if result.outcome == FAILED]
    if failed:
        raise Refused("preflight.failed", failures="; ".join(failed), count=len(failed))
