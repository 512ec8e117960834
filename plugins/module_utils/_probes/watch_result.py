# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a watch is told and what it counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import BadInput, Failed

_NUMBERS = ("seconds", "interval_seconds", "timeout_seconds", "max_failed_percent", "max_restarts")


@dataclass(frozen=True)
class WatchSettings:
    """The stack's ``watch`` table."""

    seconds: float = 30.0
    interval_seconds: float = 0.5
    timeout_seconds: float = 3.0
    paths: tuple[str, ...] = ("/",)
    max_failed_percent: float = 1.0
    max_restarts: int = 0

    @classmethod
    def parse(cls, given: Mapping[str, Any] | None, path: str = "watch") -> WatchSettings:
        """Raises BadInput ``watch.bad_setting``."""
        table = dict(given or {})
        for key, value in table.items():
            if not _valid(key, value):
                raise BadInput("watch.bad_setting", path=f"{path}.{key}", found=value)
        if "paths" in table:
            table["paths"] = tuple(table["paths"])
        return cls(**table)

    @property
    def probes(self) -> int:
        """How many probes a whole watch sends."""
        return max(1, math.ceil(self.seconds / self.interval_seconds - 1e-9))

    @property
    def allowed_failures(self) -> int:
        return math.floor(self.probes * self.max_failed_percent / 100 + 1e-9)


@dataclass(frozen=True)
class ContainerState:
    """One look at a container."""

    container_id: str
    restart_count: int
    running: bool
    state: str = ""


@dataclass
class WatchResult:
    """Counts of a watch.

    ``longest_gap_seconds`` lasts from the last good answer before a failed probe to the next good one.
    """

    settings: WatchSettings
    seconds: float = 0.0
    sent: int = 0
    failed: int = 0
    longest_gap_seconds: float = 0.0
    slowest_seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    restarts: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    last_failure: str = ""

    @property
    def reason(self) -> str:
        """Empty when all is well, else ``restarts`` or ``failures``."""
        if self.stopped or sum(self.restarts.values()) > self.settings.max_restarts:
            return "restarts"
        return "failures" if self.failed > self.settings.allowed_failures else ""

    def data(self) -> dict[str, Any]:
        return {
            "ok": not self.reason,
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
            "sent": self.sent,
            "failed": self.failed,
            "longest_gap_seconds": round(self.longest_gap_seconds, 3),
            "slowest_seconds": round(self.slowest_seconds, 3),
            "statuses": dict(self.statuses),
            "restarts": dict(self.restarts),
            "stopped": dict(self.stopped),
            "last_failure": self.last_failure,
        }

    def require(self) -> WatchResult:
        """Raises Failed ``watch.restarts`` or ``watch.failures``."""
        if not self.reason:
            return self
        changed = {name: str(count) for name, count in self.restarts.items() if count} | self.stopped
        raise Failed(
            f"watch.{self.reason}",
            after=f"{self.seconds:.1f}",
            seconds=f"{self.settings.seconds:g}",
            sent=self.sent,
            failed=self.failed,
            percent=f"{self.settings.max_failed_percent:g}",
            last=self.last_failure,
            max_restarts=self.settings.max_restarts,
            containers=", ".join(f"{name}: {what}" for name, what in sorted(changed.items())),
        )


def _valid(key: str, value: object) -> bool:
    if key == "paths":
        return isinstance(value, (list, tuple)) and bool(value) and all(_is_path(item) for item in value)
    if key not in _NUMBERS or isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if key == "max_restarts":
        return isinstance(value, int) and value >= 0
    return value >= 0 if key == "max_failed_percent" else value > 0


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("/")
