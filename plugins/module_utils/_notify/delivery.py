# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends through channels at the same time; each within a budget of its own, none hurting another, nothing twice."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .._core.clock import Clock
from .._core.errors import EngineError
from .._core.redaction import Redactor
from .._locale import explain, text
from .attempts import Job, Pace, carry_out
from .channel import FINAL, SENT, Channel, Payload, Verdict, Wires
from .event import Event
from .sent import FAILED, TRYING, UNCLEAR, SentLedger, message_key, thread_key

BUDGET = 10.0
"""Seconds a channel may take in all, waits included."""
GRACE = 0.5
OUTCOMES = ("sent", "would_send", "already_sent", "skipped", "failed")
UNCLEAR_BEFORE = "notify.reason.unclear_before"
Post = tuple[Channel, Event]


@dataclass(frozen=True)
class Result:
    """What became of one channel; nothing secret in it.

    ``delivered``: how many messages left now. ``messages``: one a recipient (key, thread, outcome, receipt), what a
    later run needs so as to repeat nothing.
    """

    name: str
    kind: str
    outcome: str
    target: str = ""
    reason: str = ""
    attempts: int = 0
    seconds: float = 0.0
    required: bool = False
    incomplete: bool = False
    audience: str = ""
    delivered: int = 0
    messages: tuple[dict[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "messages": [dict(message) for message in self.messages]}


class Delivery:
    """``wires`` makes the ways out for one channel; ``jitter`` gives a number from 0 to 1; a test hands in its own.

    ``scope``: what the messages belong to (a run); empty for messages that may be told again.
    """

    def __init__(
        self,
        wires: Callable[[], Wires],
        clock: Clock,
        locale: str,
        budget: float = BUDGET,
        jitter: Callable[[], float] = random.random,
        ledger: SentLedger | None = None,
        scope: str = "",
    ) -> None:
        self._wires = wires
        self._clock = clock
        self._locale = locale
        self._budget = budget
        self._jitter = jitter
        self._ledger = ledger or SentLedger(None, clock)
        self._scope = scope

    def send(self, posts: Sequence[Post]) -> list[Result]:
        """One result a post, in their order, after at most the budget and a little."""
        with self._ledger.held(2 * self._budget):
            return self._send(posts)

    def _send(self, posts: Sequence[Post]) -> list[Result]:
        done: dict[int, Result] = {}
        jobs: dict[int, list[Job]] = {index: [] for index in range(len(posts))}

        def work(index: int, post: Post) -> None:
            # the unforeseen is this channel's failure and no other's; its text may hold anything, so its type is shown
            try:
                done[index] = self._deliver(post, jobs[index])
            except Exception as error:
                verdict = Verdict(FINAL, "notify.reason.internal", {"cause": type(error).__name__})
                done[index] = self._result(post, jobs[index], 0.0, verdict)

        # daemons: a thread stuck in a slow answer must not keep the process
        threads = [
            threading.Thread(target=work, args=(index, post), daemon=True)
            for index, post in enumerate(posts)
            if _active(post[0])
        ]
        for thread in threads:
            thread.start()
        deadline = self._clock.monotonic() + self._budget + GRACE
        for thread in threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))
        results = []
        for index, post in enumerate(posts):
            if not _active(post[0]):
                results.append(self._skipped(post))
            elif index in done:
                results.append(done[index])
            else:
                results.append(self._result(post, jobs[index], self._budget, Verdict(FINAL, "notify.reason.slow")))
        return results

    def preview(self, posts: Sequence[Post]) -> list[tuple[Result, list[Payload]]]:
        """What :meth:`send` would send, without sending it."""
        found: list[tuple[Result, list[Payload]]] = []
        for channel, event in posts:
            if _active(channel):
                entry = channel.entry
                result = Result(entry.name, entry.kind, "would_send", channel.target(), audience=event.audience)
                found.append((result, channel.payloads(event)))
            else:
                found.append((self._skipped((channel, event)), []))
        return found

    def _skipped(self, post: Post) -> Result:
        entry = post[0].entry
        incomplete = entry.enabled and any(entry.settings.values())
        reason = "incomplete" if incomplete else "no_address" if entry.enabled else "disabled"
        return Result(
            entry.name,
            entry.kind,
            "skipped",
            reason=text(self._locale, f"notify.reason.{reason}"),
            required=entry.required,
            incomplete=incomplete,
            audience=post[1].audience,
        )

    def _deliver(self, post: Post, jobs: list[Job]) -> Result:
        started = self._clock.monotonic()
        channel, event = post
        jobs += self._jobs(channel, event)
        pace = Pace(self._clock, started + self._budget, self._jitter)
        wires = self._wires()
        try:
            carry_out(channel, [job for job in jobs if not job.verdict], wires, pace, self._explained, self._remember)
        finally:
            wires.smtp.close()
        return self._result(post, jobs, self._clock.monotonic() - started)

    def _jobs(self, channel: Channel, event: Event) -> list[Job]:
        thread = thread_key(self._scope, channel, event)
        earlier = self._ledger.receipt(thread) if self._scope and channel.continues(event) else ""
        jobs = []
        for payload in channel.payloads(event):
            key = message_key(self._scope, channel, event, channel.recipient(payload)) if self._scope else ""
            job = Job(payload, key, thread, channel.entry.name, event.status.name, earlier)
            before = self._ledger.outcome(key)
            if before == SENT:
                job.verdict, job.before = Verdict(SENT), True
            elif before in (TRYING, UNCLEAR) and channel.UNCLEAR_TRIES == 0:
                job.verdict, job.before = Verdict(FINAL, UNCLEAR_BEFORE, unclear=True), True
            jobs.append(job)
        return jobs

    def _remember(self, job: Job) -> None:
        if job.key:
            self._ledger.write({"channel": job.channel, "status": job.status, **_message(job)})

    def _explained(self, error: EngineError) -> str:
        return explain(error, self._locale)["found"]

    def _result(self, post: Post, jobs: Iterable[Job], seconds: float, verdict: Verdict | None = None) -> Result:
        """``verdict`` is that of the whole channel, where the jobs tell less."""
        channel, event = post
        jobs = list(jobs)
        failed = [job for job in jobs if not job.verdict or job.verdict.kind != SENT]
        outcome = "already_sent" if jobs and all(job.before for job in jobs) else "sent"
        reason = ""
        if failed or verdict:
            outcome = "failed"
            told = verdict or next((job.verdict for job in failed if job.verdict), Verdict(FINAL, "notify.reason.slow"))
            reason = text(self._locale, told.reason, **told.details)
            if told.unclear and channel.UNCLEAR_TRIES == 0 and told.reason != UNCLEAR_BEFORE:
                reason = text(self._locale, "notify.reason.unclear", reason=reason)
            if len(jobs) > 1:
                reason = text(self._locale, "notify.reason.some", failed=len(failed), all=len(jobs), reason=reason)
        return Result(
            channel.entry.name,
            channel.entry.kind,
            outcome,
            target=channel.target(),
            reason=Redactor(channel.secrets()).text(reason),
            attempts=sum(job.tries for job in jobs),
            seconds=round(seconds, 3),
            required=channel.entry.required,
            audience=event.audience,
            delivered=sum(1 for job in jobs if job.verdict and job.verdict.kind == SENT and not job.before),
            messages=tuple(_message(job) for job in jobs if job.key),
        )


def _message(job: Job) -> dict[str, str]:
    verdict = job.verdict
    if verdict is None:
        outcome = TRYING if job.tries else FAILED
    elif verdict.kind == SENT:
        outcome = SENT
    else:
        outcome = UNCLEAR if verdict.unclear else FAILED
    return {"key": job.key, "thread": job.thread, "outcome": outcome, "receipt": verdict.receipt if verdict else ""}


def _active(channel: Channel) -> bool:
    return channel.entry.enabled and channel.configured()


def lines_of(results: Sequence[Result], locale: str) -> list[dict[str, str]]:
    """One short line a channel for people; a channel that is switched off has none."""
    found = []
    for result in results:
        if result.outcome == "skipped" and not (result.required or result.incomplete):
            continue
        mark = {"sent": "ok", "already_sent": "info", "would_send": "info"}.get(result.outcome, "warning")
        details = {"channel": result.name, "reason": result.reason, "attempts": result.attempts}
        found.append({"mark": mark, "text": text(locale, f"notify.line.{result.outcome}", **details)})
    return found
