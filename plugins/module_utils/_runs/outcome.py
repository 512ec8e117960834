# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome that a journal deserves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .view import RunView

PROVING_STAGES = ("verify", "watch")


def outcome_of(view: RunView, plan: Mapping[str, Any]) -> str:
    """One of ``OUTCOMES``.

    A run succeeds when every planned stage but the last ended well; a failed or cut-off one that changed something and was
    not verifiably taken back is ``rollback_failed``, the latch.
    """
    ended_well = {stage.name for stage in view.stages if stage.outcome == "ok"}
    planned = [name for name in plan["stages"] if name not in ("announce", "conclude")]
    if view.rollback_verified is not None:
        return "rolled_back" if view.rollback_verified else "rollback_failed"
    if view.failure is None and all(name in ended_well for name in planned):
        return "unchanged" if plan["unchanged"] else "succeeded"
    return "rollback_failed" if view.to_undo() else "aborted"
