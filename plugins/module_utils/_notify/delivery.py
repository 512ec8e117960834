# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends an event through channels at the same time; each within a budget of its own, none hurting another."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .._core.clock import Clock
from .._core.errors import EngineError, TransportFailed
from .._core.http import Transport
from .._core.redaction import Redactor
from .._locale import explain, text
from .channel import FINAL, RETRY, SENT, Channel, Payload, Verdict
from .event import Event

BUDGET = 10.0
"""Seconds a channel may take in all, waits included."""
ATTEMPT = 5.0
"""Seconds a single attempt may take."""
FIRST_WAIT = 0.5
AMBIGUOUS_RETRIES = 1
"""Tries again after an answer that leaves open whether the message was posted: more would risk more duplicates."""
NEVER_ARRIVED = ("refused", "not known", "resolution", "unreachable")
"""Causes that prove that the message was not posted: as many tries as the time allows."""
GRACE = 0.5
OUTCOMES = ("sent", "would_send", "skipped", "failed")


@dataclass(frozen=True)
class Result:
    """What became of one channel; nothing secret in it."""

    name: str
    kind: str
    outcome: str
    target: str = ""
    reason: str = ""
    attempts: int = 0
    seconds: float = 0.0
    required: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Delivery:
    """``jitter`` gives a number from 0 to 1; a test hands in its own."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        locale: str,
        budget: float = BUDGET,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._locale = locale
        self._budget = budget
        self._jitter = jitter

    def send(self, channels: Sequence[Channel], event: Event) -> list[Result]:
        """One result a channel, in their order, after at most the budget and a little."""
        results: dict[str, Result] = {}

        def work(channel: Channel) -> None:
            # the unforeseen is this channel's failure and no other's; its text may hold anything, so its type is shown
            try:
                results[channel.entry.name] = self._deliver(channel, event)
            except Exception as error:
                results[channel.entry.name] = self._failed(
                    channel, "notify.reason.internal", {"cause": type(error).__name__}
                )

        # daemons: a thread stuck in a slow answer must not keep the process
        threads = [
            threading.Thread(target=work, args=(channel,), daemon=True) for channel in channels if _active(channel)
        ]
        for thread in threads:
            thread.start()
        deadline = self._clock.monotonic() + self._budget + GRACE
        for thread in threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))
        done = dict(results)
        return [self._result_of(channel, done) for channel in channels]

    def preview(self, channels: Sequence[Channel], event: Event) -> list[tuple[Result, list[Payload]]]:
        """What :meth:`send` would send, without sending it."""
        found: list[tuple[Result, list[Payload]]] = []
        for channel in channels:
            if _active(channel):
                result = Result(channel.entry.name, channel.entry.kind, "would_send", channel.target())
                found.append((result, channel.payloads(event)))
            else:
                found.append((self._result_of(channel, {}), []))
        return found

    def _result_of(self, channel: Channel, done: dict[str, Result]) -> Result:
        entry = channel.entry
        if entry.name in done:
            return done[entry.name]
        if _active(channel):
            return self._failed(channel, "notify.reason.slow", {}, attempts=1, seconds=self._budget)
        reason = "notify.reason.no_address" if entry.enabled else "notify.reason.disabled"
        return Result(entry.name, entry.kind, "skipped", reason=text(self._locale, reason), required=entry.required)

    def _deliver(self, channel: Channel, event: Event) -> Result:
        started = self._clock.monotonic()
        attempts = 0
        for payload in channel.payloads(event):
            verdict, tries = self._persist(channel, payload, started + self._budget)
            attempts += tries
            if verdict.kind != SENT:
                seconds = self._clock.monotonic() - started
                return self._failed(channel, verdict.reason, verdict.details, attempts, seconds)
        return Result(
            channel.entry.name,
            channel.entry.kind,
            "sent",
            target=channel.target(),
            attempts=attempts,
            seconds=round(self._clock.monotonic() - started, 3),
            required=channel.entry.required,
        )

    def _persist(self, channel: Channel, payload: Payload, deadline: float) -> tuple[Verdict, int]:
        """Try until it is sent, refused for good, or the time is used up."""
        tries = ambiguous = 0
        while True:
            verdict = self._attempt(channel, payload, min(ATTEMPT, deadline - self._clock.monotonic()))
            tries += 1
            ambiguous += verdict.ambiguous
            if verdict.kind != RETRY or ambiguous > AMBIGUOUS_RETRIES:
                return verdict, tries
            wait = max(verdict.after, FIRST_WAIT * 2 ** (tries - 1) * (0.5 + self._jitter() / 2))
            if self._clock.monotonic() + wait >= deadline:
                return verdict, tries
            self._clock.sleep(wait)

    def _attempt(self, channel: Channel, payload: Payload, timeout: float) -> Verdict:
        try:
            return channel.classify(channel.send(payload, self._transport, max(0.05, timeout)))
        except TransportFailed as error:
            cause = str(error.details.get("found", ""))
            ambiguous = not any(sign in cause.lower() for sign in NEVER_ARRIVED)
            return Verdict(RETRY, "notify.reason.no_answer", {"cause": cause}, ambiguous=ambiguous)
        except EngineError as error:
            return Verdict(FINAL, "notify.reason.error", {"cause": explain(error, self._locale)["found"]})

    def _failed(self, channel: Channel, reason: str, details: Any, attempts: int = 0, seconds: float = 0.0) -> Result:
        return Result(
            channel.entry.name,
            channel.entry.kind,
            "failed",
            target=channel.target(),
            reason=Redactor(channel.secrets()).text(text(self._locale, reason, **details)),
            attempts=attempts,
            seconds=round(seconds, 3),
            required=channel.entry.required,
        )


def _active(channel: Channel) -> bool:
    return channel.entry.enabled and channel.configured()


def lines_of(results: Sequence[Result], locale: str) -> list[dict[str, str]]:
    """One short line a channel for people; a channel that is switched off has none."""
    found = []
    for result in results:
        if result.outcome == "skipped" and not result.required:
            continue
        mark = {"sent": "ok", "would_send": "info"}.get(result.outcome, "warning")
        details = {"channel": result.name, "reason": result.reason, "attempts": result.attempts}
        found.append({"mark": mark, "text": text(locale, f"notify.line.{result.outcome}", **details)})
    return found
