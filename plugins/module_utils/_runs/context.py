# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operation is given to work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._core.clock import Clock
from .._core.http import Transport
from .._core.runner import Runner


@dataclass(frozen=True)
class HostContext:
    """A run on this host: its plan and folder, the outside world, and secrets (never journaled)."""

    run_id: str
    run_folder: Path
    plan: Mapping[str, Any]
    runner: Runner
    clock: Clock
    transport: Transport
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def definition(self) -> Mapping[str, Any]:
        """The stack definition of the plan."""
        return dict(self.plan["definition"])
