# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far an update is, from the stages that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput


def with_progress(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """``options`` with ``percent``, and ``remaining_seconds`` when the announced duration is known, from ``progress``.

    What the caller says of either stands. Raises BadInput ``notify.option_invalid``.
    """
    progress = options.get("progress") or {}
    if not progress:
        return options
    stages, stage = (progress.get("stages"), progress.get("stage")) if isinstance(progress, Mapping) else (None, None)
    if not isinstance(stages, list) or stage not in stages:
        raise BadInput("notify.option_invalid", name="progress", expected="stages: [...], stage", found=stage or "-")
    done = stages.index(stage) / len(stages)
    found: dict[str, Any] = {"percent": int(100 * done)}
    communication = options.get("communication")
    minutes = communication.get("duration_minutes") if isinstance(communication, Mapping) else None
    if isinstance(minutes, (int, float)) and not isinstance(minutes, bool):
        found["remaining_seconds"] = int(minutes * 60 * (1 - done))
    return {**options, **{name: value for name, value in found.items() if options.get(name) is None}}
