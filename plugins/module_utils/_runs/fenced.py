# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a journal says of the fence: the time during which no user write could reach the database."""

from __future__ import annotations

from typing import Any

from .._core.clock import parse_iso
from .view import RunView

RAISED, DEPLOYING, LIFTED = "raised", "deploying", "lifted"
"""Events: users are out; services come up again behind a closed edge; users may be back. Each has the database's time."""


def is_up(view: RunView) -> bool:
    events = view.evidence["fence"]
    return bool(events) and events[-1]["event"] != LIFTED


def from_the_backup(view: RunView) -> list[dict[str, Any]]:
    """The events of the fence that was there before the backup, until it was lifted; none without such a fence."""
    events = view.evidence["fence"]
    if not events or not events[0]["whole"]:
        return []
    ends = [place for place, event in enumerate(events) if event["event"] == LIFTED]
    return events[: ends[0] + 1] if ends else events


def kept_until(view: RunView) -> str | None:
    """The database's time until which writes were kept out; None without a fence, or where nobody knows."""
    events = from_the_backup(view)
    return events[-1]["moment"] if events else None


def times(view: RunView) -> dict[str, Any] | None:
    """For reports: ``raised_at``, ``lifted_at`` (ISO 8601, None: still up), ``seconds``, ``maintenance_page``, ``services``.

    A fence that a rollback raised again is in the journal only. None without any.
    """
    events = view.evidence["fence"]
    if not events:
        return None
    lifted = next((event["at"] for event in events if event["event"] == LIFTED), None)
    raised = events[0]
    took = (parse_iso(lifted or view.last_at) - parse_iso(raised["at"])).total_seconds()
    said = {"raised_at": raised["at"], "lifted_at": lifted, "seconds": round(took, 3)}
    return {**said, "maintenance_page": raised["edge"], "services": raised["services"]}
