# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from probe_fakes import FakeClock, FakeTransport, Inline

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, CommandFailed, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch import no_containers, watch_edge
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch_result import (
    ContainerState,
    WatchSettings,
)

EDGE = "http://127.0.0.1:8080"
SETTINGS = WatchSettings(seconds=30, interval_seconds=0.5, paths=("/", "/api"), max_failed_percent=10)


def watch(answer, settings=SETTINGS, states=no_containers, clock=None, **more):
    clock = clock or FakeClock()
    transport = FakeTransport(clock, answer)
    return watch_edge(EDGE, settings, transport, clock, states, executor=Inline(), **more), clock, transport


def test_a_calm_watch_lasts_its_time_and_counts():
    result, clock, transport = watch(lambda url, number, clock: 200)
    assert result.data() == {
        "ok": True,
        "reason": "",
        "seconds": 30.0,
        "sent": 60,
        "failed": 0,
        "longest_gap_seconds": 0.0,
        "slowest_seconds": 0.0,
        "statuses": {"200": 60},
        "restarts": {},
        "stopped": {},
        "last_failure": "",
    }
    assert [url for _, url, _ in transport.asked[:3]] == [f"{EDGE}/", f"{EDGE}/api", f"{EDGE}/"]
    assert clock.time == 1030


def test_slow_answers_do_not_stretch_the_schedule():
    def answer(url, number, clock):
        clock.time += 0.4
        return 200

    result, _, transport = watch(answer)
    assert result.sent == 60
    assert [round(at - 1000, 3) for at, _, _ in transport.asked[:4]] == [0, 0.5, 1.0, 1.5]
    assert result.slowest_seconds == pytest.approx(0.4)


def test_a_short_outage_is_counted_with_its_gap_and_may_be_within_the_limit():
    result, _, _ = watch(lambda url, number, clock: 502 if 1010 <= clock.time < 1012 else 200)
    assert (result.failed, result.longest_gap_seconds, result.reason) == (4, 2.5, "")
    assert result.statuses == {"200": 56, "502": 4}
    assert result.require() is result


def test_it_ends_as_soon_as_the_failures_are_too_many_for_the_whole_watch():
    result, clock, _ = watch(lambda url, number, clock: 200 if number % 3 else 500)
    assert (result.reason, result.failed) == ("failures", 7)
    assert clock.time < 1012
    with pytest.raises(Failed) as caught:
        result.require()
    said = _locale.explain(caught.value, "fr")["text"]
    assert "au plus 10 %" in said
    assert "7 en échec sur 21" in said
    assert "/: HTTP 500" in said


def test_the_last_gap_is_open_to_the_end():
    settings = WatchSettings(seconds=10, interval_seconds=1, max_failed_percent=50)
    result, _, _ = watch(lambda url, number, clock: 200 if clock.time < 1007 else "refused", settings)
    assert result.failed == 3
    assert result.longest_gap_seconds == 4.0
    assert result.statuses["refused"] == 3


def test_one_failure_is_too_many_when_none_is_allowed():
    settings = WatchSettings(seconds=30, interval_seconds=0.5, max_failed_percent=1.0)
    result, _, _ = watch(lambda url, number, clock: 500 if number == 5 else 200, settings)
    assert result.reason == "failures"


def running(restarts, container="c1", state="running"):
    return ContainerState(container, restarts, state == "running", state)


def test_a_restart_ends_it_and_is_named():
    clock = FakeClock()

    def states():
        return {"api": running(4 if clock.time < 1020 else 5)}

    result, _, _ = watch(lambda url, number, clock: 200, states=states, clock=clock)
    assert result.reason == "restarts"
    assert result.restarts == {"api": 1}
    assert clock.time == pytest.approx(1020)
    with pytest.raises(Failed) as caught:
        result.require()
    assert "api: 1" in _locale.explain(caught.value, "en")["text"]


@pytest.mark.parametrize(
    ("later", "reason"),
    [(running(1), ""), (running(2), "restarts"), (running(0, state="exited"), "restarts"), (running(0, "c2"), "")],
)
def test_restarts_within_the_limit_and_stopped_containers(later, reason):
    clock = FakeClock()
    settings = WatchSettings(seconds=5, max_restarts=1)
    result, _, _ = watch(
        lambda url, number, clock: 200,
        settings,
        lambda: {"api": running(0) if clock.time < 1002 else later},
        clock,
    )
    assert result.reason == reason


def test_restarts_since_the_given_baseline_count():
    result, _, _ = watch(
        lambda url, number, clock: 200, states=lambda: {"api": running(1)}, baseline={"api": running(0)}
    )
    assert result.restarts == {"api": 1}
    assert result.reason == "restarts"


def test_a_failed_look_is_made_again_but_the_last_one_must_succeed():
    clock = FakeClock()
    looks = []

    def states():
        looks.append(clock.time)
        if len(looks) in (2, 3):
            raise CommandFailed("command.timeout", command="docker", seconds=5)
        return {"api": running(0)}

    result, _, _ = watch(lambda url, number, clock: 200, WatchSettings(seconds=7), states, clock)
    assert result.restarts == {"api": 0}
    assert looks[:4] == [1000, 1002, 1004, 1006]

    def never():
        raise CommandFailed("command.timeout", command="docker", seconds=5)

    with pytest.raises(CommandFailed):
        watch(lambda url, number, clock: 200, WatchSettings(seconds=2), never)


@pytest.mark.parametrize(
    "given",
    [
        {"seconds": 0},
        {"seconds": "30"},
        {"max_restarts": -1},
        {"max_failed_percent": True},
        {"paths": []},
        {"paths": "/"},
        {"paths": ["health"]},
        {"second": 3},
    ],
)
def test_a_malformed_setting_is_named(given):
    with pytest.raises(BadInput) as caught:
        WatchSettings.parse(given)
    assert caught.value.details["path"] == f"watch.{next(iter(given))}"
