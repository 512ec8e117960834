# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from probe_fakes import FakeClock, FakeTransport

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.gate import GateSettings, wait_for_gate
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.question import Check

API = Check("api", "http://127.0.0.1:3000/health")
EDGE = Check("edge", "http://127.0.0.1:8080/")
SETTINGS = GateSettings(consecutive=3, interval_seconds=0.5, timeout_seconds=3, deadline_seconds=20)


def gate(answer, checks=(API,), settings=SETTINGS):
    clock = FakeClock()
    transport = FakeTransport(clock, answer)
    return wait_for_gate(checks, settings, transport, clock), clock, transport


def test_it_opens_after_k_good_answers_in_a_row():
    result, clock, _ = gate(lambda url, number, clock: 200)
    assert (result.reached, result.attempts, result.seconds) == (True, 3, 1.0)
    assert clock.slept == [0.5, 0.5]


def test_a_bad_answer_sets_the_count_back_and_only_the_count():
    script = [200, 200, 503, 200, 200, "refused", 200, 200, 200]
    result, _, _ = gate(lambda url, number, clock: script[number - 1])
    assert (result.reached, result.attempts) == (True, 9)


def test_a_slow_start_is_waited_for_without_a_fixed_sleep():
    result, clock, _ = gate(lambda url, number, clock: 200 if clock.time >= 1012 else "Connection refused")
    assert result.reached
    assert 12 <= result.seconds <= 13.5


def test_all_checks_must_be_good_in_the_same_rounds():
    def answer(url, number, clock):
        return 502 if url == EDGE.url and clock.time < 1002 else 200

    result, _, transport = gate(answer, (API, EDGE))
    assert result.reached
    assert [url for _, url, _ in transport.asked[:2]] == [API.url, EDGE.url]
    assert result.seconds == 3.0


def test_the_deadline_ends_it_and_the_failure_shows_the_last_observation():
    result, clock, _ = gate(lambda url, number, clock: 503 if url == API.url else 200, (API, EDGE))
    assert not result.reached
    assert clock.time == pytest.approx(1020)
    with pytest.raises(Failed) as caught:
        result.require()
    assert caught.value.text_id == "gate.not_reached"
    for locale in _locale.LOCALES:
        said = _locale.explain(caught.value, locale)["text"]
        assert "api: HTTP 503" in said
        assert "edge: HTTP" not in said
        assert "40" in said
        assert "20 s" in said


def test_no_request_and_no_pause_goes_beyond_the_deadline():
    settings = GateSettings(consecutive=1, interval_seconds=7, timeout_seconds=9, deadline_seconds=20)
    result, clock, transport = gate(lambda url, number, clock: "timeout", settings=settings)
    assert clock.time == pytest.approx(1020)
    assert transport.asked[-1][2] == pytest.approx(2)
    assert result.last["api"].found == "timeout"


def test_a_slow_answer_shortens_the_pause():
    def answer(url, number, clock):
        clock.time += 0.3
        return 200

    _, clock, _ = gate(answer)
    assert clock.slept == [pytest.approx(0.2), pytest.approx(0.2)]


@pytest.mark.parametrize(
    ("check", "answer", "good", "found"),
    [
        ({"statuses": [301, 302]}, (302, b""), True, "HTTP 302"),
        ({"statuses": [301]}, (200, b""), False, "HTTP 200"),
        ({"contains": "ok"}, (200, b"all is ok"), True, "HTTP 200"),
        ({"contains": "ok"}, (200, b"no\n no"), False, 'HTTP 200, "no no"'),
        ({"field": "status", "value": "ok"}, (200, b'{"status": "ok"}'), True, "HTTP 200, status = ok"),
        ({"field": "status", "value": "ok"}, (200, b'{"status": "down"}'), False, "HTTP 200, status = down"),
        ({"field": "db.up", "value": "true"}, (200, b'{"db": {"up": true}}'), True, "HTTP 200, db.up = true"),
        ({"field": "status"}, (200, b"<html>"), False, 'HTTP 200, JSON ? "<html>"'),
        ({"field": "status"}, (200, b"[1]"), False, 'HTTP 200, status ? "[1]"'),
        ({"field": "status"}, (200, b"\xff\xfe"), False, None),
    ],
)
def test_what_counts_as_good(check, answer, good, found):
    parsed = Check.parse({"name": "api", "url": API.url, **check}, "checks.0")
    settings = GateSettings(consecutive=1, deadline_seconds=0.1)
    result, _, _ = gate(lambda url, number, clock: answer, (parsed,), settings)
    assert result.reached is good
    assert found is None or result.last["api"].found == found


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": "a"}, "checks.0.url"),
        ({"name": "a", "url": 3}, "checks.0.url"),
        ({"name": "a", "url": "http://x", "status": 200}, "checks.0.status"),
        ({"name": "a", "url": "http://x", "statuses": "200"}, "checks.0.statuses"),
        ({"name": "a", "url": "http://x", "statuses": [True]}, "checks.0.statuses"),
        ({"name": "a", "url": "http://x", "value": 1}, "checks.0.value"),
    ],
)
def test_a_malformed_check_is_named(given, path):
    with pytest.raises(BadInput) as caught:
        Check.parse(given, "checks.0")
    assert caught.value.details["path"] == path


@pytest.mark.parametrize("given", [{"consecutive": 0}, {"consecutive": 1.5}, {"tries": 3}, {"deadline_seconds": "5"}])
def test_a_malformed_setting_is_named(given):
    with pytest.raises(BadInput) as caught:
        GateSettings.parse(given)
    assert caught.value.details["path"] == f"gate.{next(iter(given))}"


def test_nothing_to_ask_is_refused():
    with pytest.raises(BadInput, match="gate.no_check"):
        gate(lambda url, number, clock: 200, ())
