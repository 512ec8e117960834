# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts at one channel's messages: all of them once, then again what may still succeed, until the time is used up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .._core.clock import Clock
from .._core.errors import EngineError, TransportFailed
from .channel import FINAL, GONE, RETRY, Channel, Payload, Verdict, Wires

ATTEMPT = 5.0
"""Seconds a single attempt may take."""
FIRST_WAIT = 0.5
NEVER_ARRIVED = ("refused", "not known", "resolution", "unreachable", "no address", "no route")
"""Causes that prove that the message was not sent: as many tries as the time allows."""
HOPELESS = ("certificate", "wrong version number", "handshake failure", "unsupported protocol")
"""Causes that no second try mends: the other side is not who it should be."""


@dataclass
class Job:
    """One message to one recipient. ``before``: settled by an earlier run; ``verdict`` None: not settled yet."""

    payload: Payload
    key: str
    thread: str
    channel: str
    status: str
    earlier: str = ""
    before: bool = False
    tries: int = 0
    unclear: int = 0
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Pace:
    """Until when, and how far apart; ``jitter`` gives a number from 0 to 1."""

    clock: Clock
    deadline: float
    jitter: Callable[[], float]

    @property
    def left(self) -> float:
        return self.deadline - self.clock.monotonic()

    def wait(self, job: Job, verdict: Verdict) -> float:
        """Seconds before the next try: as asked for, at least a time that doubles, by half of it by chance."""
        return max(verdict.after, FIRST_WAIT * 2.0 ** (job.tries - 1) * (0.5 + self.jitter() / 2))


def carry_out(
    channel: Channel,
    jobs: Sequence[Job],
    wires: Wires,
    pace: Pace,
    explained: Callable[[EngineError], str],
    remember: Callable[[Job], None],
) -> None:
    """Settle ``jobs``; ``remember`` is called before each attempt, when its end is open, and after it."""
    pending = list(jobs)
    while pending:
        again: list[tuple[Job, float]] = []
        for index, job in enumerate(pending):
            if pace.left <= 0:
                return
            verdict = _tried(channel, job, wires, pace, explained, remember)
            if verdict.kind == RETRY and job.unclear <= channel.UNCLEAR_TRIES:
                again.append((job, pace.wait(job, verdict)))
            if verdict.whole:
                for other in pending[index + 1 :]:
                    other.verdict = verdict
                return
        waits = [wait for _job, wait in again if wait < pace.left]
        pending = [job for job, wait in again if wait < pace.left]
        if pending:
            wires.clock.sleep(max(waits))


def _tried(
    channel: Channel,
    job: Job,
    wires: Wires,
    pace: Pace,
    explained: Callable[[EngineError], str],
    remember: Callable[[Job], None],
) -> Verdict:
    """One attempt, or two when the message to edit is gone."""
    job.tries += 1
    job.verdict = None
    remember(job)
    verdict = _attempt(channel, job, wires, pace, explained)
    if verdict.kind == GONE:
        job.earlier = ""
        verdict = _attempt(channel, job, wires, pace, explained)
    job.unclear += verdict.unclear
    job.verdict = verdict
    remember(job)
    return verdict


def _attempt(channel: Channel, job: Job, wires: Wires, pace: Pace, explained: Callable[[EngineError], str]) -> Verdict:
    timeout = max(0.05, min(ATTEMPT, pace.left))
    try:
        return channel.classify(channel.send(job.payload, wires, timeout, job.earlier))
    except TransportFailed as error:
        return _unanswered(error)
    except EngineError as error:
        return Verdict(FINAL, "notify.reason.error", {"cause": explained(error)}, whole=True)


def _unanswered(error: TransportFailed) -> Verdict:
    cause = str(error.details.get("found", ""))
    if any(sign in cause.lower() for sign in HOPELESS):
        return Verdict(FINAL, "notify.reason.tls", {"cause": cause}, whole=True)
    arrived = not any(sign in cause.lower() for sign in NEVER_ARRIVED)
    unclear = bool(error.details.get("unclear", arrived))
    return Verdict(RETRY, "notify.reason.no_answer", {"cause": cause}, unclear=unclear)
