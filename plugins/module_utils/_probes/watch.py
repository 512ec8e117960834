# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watch after a change: probes at the edge on a schedule, and the containers' restarts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from .._core.clock import Clock
from .._core.errors import CommandFailed
from .._core.http import Transport
from .question import Check, Observation, observe
from .watch_result import ContainerState, WatchResult, WatchSettings

LOOK_SECONDS = 2.0
"""Time between two looks at the containers: restarts add up, so none is missed, and a look costs two calls of Docker."""
_LANES = 8
"""Probes under way at once: a hanging answer must not delay the next question."""
_SHORTEST = 0.001

States = Callable[[], Mapping[str, ContainerState]]
_Answer = tuple[Observation, str, float]


def no_containers() -> Mapping[str, ContainerState]:
    """Nothing to look at but the edge."""
    return {}


class _Tally:
    """Keeps the count while answers come in, in the order of the questions."""

    def __init__(self, result: WatchResult, started: float) -> None:
        self.result = result
        self._last_good = started
        self._failed_since = False

    def add(self, seen: Observation, path: str, answered_at: float) -> None:
        self.result.sent += 1
        self.result.statuses[str(seen.status) if seen.status is not None else seen.found] += 1
        self.result.slowest_seconds = max(self.result.slowest_seconds, seen.seconds)
        if seen.ok:
            self.close(answered_at)
            self._last_good = max(self._last_good, answered_at)
            self._failed_since = False
        else:
            self.result.failed += 1
            self.result.last_failure = f"{path}: {seen.found}"
            self._failed_since = True

    def close(self, now: float) -> None:
        """End a gap, if one is open."""
        if self._failed_since:
            self.result.longest_gap_seconds = max(self.result.longest_gap_seconds, now - self._last_good)


class _Containers:
    """Compares each look at the containers with the first."""

    def __init__(self, states: States, baseline: Mapping[str, ContainerState] | None) -> None:
        self._states = states
        self._first = dict(baseline or {})

    def look(self, result: WatchResult) -> None:
        states = self._states()
        result.stopped.clear()
        result.stopped.update({name: "absent" for name in self._first if name not in states})
        for name, state in states.items():
            first = self._first.setdefault(name, state)
            count = state.restart_count - first.restart_count
            if state.container_id != first.container_id:
                count = state.restart_count + 1
            result.restarts[name] = max(count, result.restarts.get(name, 0))
            if not state.running:
                result.stopped[name] = state.state or "?"


def watch_edge(
    base_url: str,
    settings: WatchSettings,
    transport: Transport,
    clock: Clock,
    states: States = no_containers,
    *,
    baseline: Mapping[str, ContainerState] | None = None,
    executor: Executor | None = None,
) -> WatchResult:
    """Probe ``base_url`` + each path in turn, probe number n at n intervals after the start, whatever the answers do.

    Ends early when the limits can no longer be kept. A look at the containers that fails is made again at the next
    turn; the last one must succeed. ``baseline``: the states that restarts are counted from (default: the first look).
    """
    watch = _Watch(base_url, settings, transport, clock, _Containers(states, baseline))
    if executor is not None:
        return watch.run(executor)
    with ThreadPoolExecutor(_LANES) as lanes:
        return watch.run(lanes)


class _Watch:
    """One watch under way."""

    def __init__(
        self, base_url: str, settings: WatchSettings, transport: Transport, clock: Clock, containers: _Containers
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._containers = containers
        self._pending: list[Future[_Answer]] = []
        self._result = WatchResult(settings)
        self._started = self._next_look = clock.monotonic()
        self._tally = _Tally(self._result, self._started)

    def run(self, executor: Executor) -> WatchResult:
        settings, paths = self._settings, self._settings.paths
        for number in range(settings.probes + 1):
            _sleep_until(self._clock, self._started + min(number * settings.interval_seconds, settings.seconds))
            self._collect()
            self._look_when_due()
            if self._result.reason or number == settings.probes:
                break
            self._pending.append(executor.submit(self._ask, paths[number % len(paths)]))
        self._collect(everything=True)
        self._tally.close(self._clock.monotonic())
        self._containers.look(self._result)
        self._result.seconds = self._clock.monotonic() - self._started
        return self._result

    def _ask(self, path: str) -> _Answer:
        seen = observe(Check(path, self._base_url + path), self._transport, self._settings.timeout_seconds)
        return seen, path, self._clock.monotonic()

    def _collect(self, everything: bool = False) -> None:
        """Count the answers that are there, in the order of the questions; with ``everything``, wait for the rest."""
        while self._pending and (everything or self._pending[0].done()):
            self._tally.add(*self._pending.pop(0).result())

    def _look_when_due(self) -> None:
        now = self._clock.monotonic()
        if now < self._next_look:
            return
        self._next_look = max(self._next_look + LOOK_SECONDS, now)
        try:
            self._containers.look(self._result)
        except CommandFailed:
            return


def _sleep_until(clock: Clock, moment: float) -> None:
    left = moment - clock.monotonic()
    if left > _SHORTEST:
        clock.sleep(left)
