# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate: every check good K times in a row before a deadline; never a sleep for luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput, Failed
from .._core.http import Transport
from .question import Check, Observation, observe

_SHORTEST = 0.001
"""Less time than this before the deadline is none."""


@dataclass(frozen=True)
class GateSettings:
    """How often, how long, how many times in a row."""

    consecutive: int = 3
    interval_seconds: float = 0.5
    timeout_seconds: float = 3.0
    deadline_seconds: float = 120.0

    @classmethod
    def parse(cls, given: Mapping[str, Any] | None, path: str = "gate") -> GateSettings:
        """Read the stack's ``gate`` table. Raises BadInput ``gate.bad_setting``."""
        table = dict(given or {})
        known = cls.__dataclass_fields__
        for key, value in table.items():
            wanted = (int,) if key == "consecutive" else (int, float)
            if key not in known or isinstance(value, bool) or not isinstance(value, wanted) or value <= 0:
                raise BadInput("gate.bad_setting", path=f"{path}.{key}", found=value, known=", ".join(known))
        return cls(**table)


@dataclass(frozen=True)
class GateResult:
    """What the gate saw: rounds asked, time taken, the last observation of each check."""

    reached: bool
    attempts: int
    seconds: float
    settings: GateSettings
    last: Mapping[str, Observation]

    def data(self) -> dict[str, Any]:
        return {
            "reached": self.reached,
            "attempts": self.attempts,
            "seconds": round(self.seconds, 3),
            "consecutive": self.settings.consecutive,
            "checks": [{"name": name, **seen.data()} for name, seen in self.last.items()],
        }

    def require(self) -> GateResult:
        """Itself when the gate was reached. Raises Failed ``gate.not_reached`` with the last observations."""
        if self.reached:
            return self
        bad = [f"{name}: {seen.found}" for name, seen in self.last.items() if not seen.ok]
        good = [f"{name}: {seen.found}" for name, seen in self.last.items()]
        raise Failed(
            "gate.not_reached",
            checks=", ".join(self.last),
            consecutive=self.settings.consecutive,
            deadline=f"{self.settings.deadline_seconds:g}",
            attempts=self.attempts,
            found="; ".join(bad or good),
        )


def wait_for_gate(checks: Sequence[Check], settings: GateSettings, transport: Transport, clock: Clock) -> GateResult:
    """Ask all checks, round after round. A round is good when every check is; one bad answer sets the count to 0.

    Neither a pause nor a request lasts beyond the deadline. Raises BadInput ``gate.no_check``.
    """
    if not checks:
        raise BadInput("gate.no_check")
    started = clock.monotonic()
    deadline = started + settings.deadline_seconds
    last: dict[str, Observation] = {}
    attempts = in_a_row = 0
    while (begun := clock.monotonic()) < deadline - _SHORTEST:
        attempts += 1
        good = True
        for check in checks:
            left = max(deadline - clock.monotonic(), _SHORTEST)
            last[check.name] = observe(check, transport, min(settings.timeout_seconds, left))
            good = good and last[check.name].ok
        in_a_row = in_a_row + 1 if good else 0
        if in_a_row >= settings.consecutive:
            return GateResult(True, attempts, clock.monotonic() - started, settings, last)
        now = clock.monotonic()
        clock.sleep(max(0.0, min(begun + settings.interval_seconds, deadline) - now))
    return GateResult(False, attempts, clock.monotonic() - started, settings, last)
