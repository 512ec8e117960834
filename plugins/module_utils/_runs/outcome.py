# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome that a journal deserves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .view import RunView


def outcome_of(view: RunView, plan: Mapping[str, Any]) -> str:
    """One of ``OUTCOMES``.

    A run succeeds when every planned stage but the last ended well, the last time it was tried; a failed or cut-off
    one that changed something and was not verifiably taken back is ``rollback_failed``, the latch.
    """
    last = {stage.name: stage.outcome for stage in view.stages}
    planned = [name for name in plan["stages"] if name not in ("announce", "conclude")]
    if view.rollback_verified is not None:
        return "rolled_back" if view.rollback_verified else "rollback_failed"
    if view.failure is None and all(last.get(name) == "ok" for name in planned):
        return "unchanged" if plan["unchanged"] else "succeeded"
    return "rollback_failed" if view.touched else "aborted"
