# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an announcement or its reminder is due now, by the policy's lead time and the team's reminder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from .._policy.policy import Policy

ANNOUNCEMENT, REMINDER = "announcement", "reminder"
DUE, TOO_EARLY, TOO_LATE, PAST, TOLD = "due", "too_early", "too_late", "past", "told"
GRACE_PART, MOST_GRACE = 0.25, timedelta(hours=24)
"""An announcement may be later than the lead time by this part of it, at most so much: nobody types to the second."""


@dataclass(frozen=True)
class Answer:
    """``kind`` DUE, TOO_EARLY, TOO_LATE (for the lead time), PAST or TOLD; ``message`` ANNOUNCEMENT or REMINDER.

    ``next_at``: when to come again, None when nothing comes; ``until``: the end of the announcement's time;
    ``earliest``: the first date of the update that an announcement made now leaves enough time for.
    ``late``: due only because a person consented.
    """

    kind: str
    message: str
    until: datetime
    earliest: datetime
    next_at: datetime | None = None
    late: bool = False


def answer(
    now: datetime, at: datetime, policy: Policy, reminder_hours: float, told: Collection[str], *, consent: bool = False
) -> Answer:
    """What is due ``now`` for an update ``at``; ``told``: the messages that went out for that date already.

    Hours are elapsed ones: a change of the clocks in between moves the hour that the clock shows, not the notice given.
    """
    lead = timedelta(hours=policy.lead_time_hours)
    opens = at - timedelta(hours=policy.lead_time_longest_hours) if lead else None
    until = at - lead + min(lead * GRACE_PART, MOST_GRACE)
    reminds = _reminder(at, policy, reminder_hours)

    def found(kind: str, message: str, next_at: datetime | None = None, *, late: bool = False) -> Answer:
        return Answer(kind, message, until, now + lead, next_at, late)

    if now >= at:
        return found(PAST, ANNOUNCEMENT)
    if ANNOUNCEMENT in told:
        if reminds is None or REMINDER in told:
            return found(TOLD, ANNOUNCEMENT)
        return found(DUE, REMINDER) if now >= reminds else found(TOLD, ANNOUNCEMENT, reminds)
    if opens is not None and now < opens:
        return found(TOO_EARLY, ANNOUNCEMENT, opens)
    coming = reminds if reminds is not None and reminds > now else None
    if now <= until:
        return found(DUE, ANNOUNCEMENT, coming)
    return found(DUE, ANNOUNCEMENT, coming, late=True) if consent else found(TOO_LATE, ANNOUNCEMENT)


def _reminder(at: datetime, policy: Policy, hours: float) -> datetime | None:
    """Where the notice is longer than that only: a reminder never comes with or before what it reminds of."""
    if policy.reminder_hours is None or not 0 < hours < policy.lead_time_hours:
        return None
    return at - timedelta(hours=hours)
