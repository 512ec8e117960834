# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivery: retries inside a budget, channels beside one another, nothing secret in results."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import TransportFailed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import Wires
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import (
    Delivery,
    Post,
    Result,
    lines_of,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import compose
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.smtp import SmtpWire

AT = datetime(2026, 11, 22, tzinfo=timezone.utc)
URL = "https://discord.com/api/webhooks/123/tok-EN_1"
Answer = Response | Exception


class FakeClock:
    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return AT

    def monotonic(self) -> float:
        return self.time

    def boottime(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class FakeTransport:
    def __init__(self, *answers: Answer, on_request: Callable[[float], None] = lambda timeout: None) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, bytes]] = []
        self.on_request = on_request

    def request(
        self, method: str, url: str, *, timeout: float = 5.0, headers: Any = None, body: Any = None
    ) -> Response:
        self.requests.append((url, body))
        self.on_request(timeout)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def no_answer(cause: str) -> TransportFailed:
    return TransportFailed("http.no_answer", url=URL, found=cause)


def event() -> Event:
    return compose({"status": "success", "update_type": "feature"}, AT, "fr")


def delivery_of(transport: FakeTransport, clock: FakeClock, locale: str, budget: float = 10.0) -> Delivery:
    return Delivery(lambda: Wires(transport, SmtpWire(clock), clock), clock, locale, budget, jitter=lambda: 1.0)


def posts(raw: Any) -> list[Post]:
    return [(channel, event()) for channel in read_channels(raw, {})]


def deliver(*answers: Answer, budget: float = 10.0) -> tuple[Result, FakeTransport, FakeClock]:
    transport, clock = FakeTransport(*answers), FakeClock()
    sent = posts([{"name": "updates", "kind": "discord", "url": URL}])
    results = delivery_of(transport, clock, "fr", budget).send(sent)
    return results[0], transport, clock


def test_sent_at_once_with_wait() -> None:
    result, transport, clock = deliver(Response(200, b"{}"))
    assert (result.outcome, result.attempts, clock.slept) == ("sent", 1, [])
    assert transport.requests[0][0] == URL + "?wait=true"
    assert json.loads(transport.requests[0][1])["embeds"][0]["title"] == "Mise à jour fonctionnelle"


def test_429_waits_as_long_as_it_is_told() -> None:
    result, transport, clock = deliver(Response(429, b'{"retry_after": 1.7}'), Response(200))
    assert (result.outcome, len(transport.requests), clock.slept) == ("sent", 2, [1.7])


def test_a_wait_beyond_the_budget_is_not_waited() -> None:
    result, transport, clock = deliver(Response(429, headers={"retry-after": "11"}))
    assert (result.outcome, len(transport.requests), clock.slept) == ("failed", 1, [])
    assert "attendre" in result.reason


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_is_refused_for_good_is_tried_once(status: int) -> None:
    result, transport, _clock = deliver(Response(status, b'{"message": "no tok-EN_1"}'))
    assert (result.outcome, len(transport.requests)) == ("failed", 1)
    assert str(status) in result.reason
    assert ("créez-en un autre" in result.reason) is (status != 400)
    assert "tok-EN_1" not in str(result)


def test_a_refused_connection_is_tried_until_the_budget_ends() -> None:
    result, transport, clock = deliver(no_answer("Connection refused"))
    assert result.outcome == "failed"
    assert len(transport.requests) > 3
    assert clock.time < 10.0
    assert "Connection refused" in result.reason


@pytest.mark.parametrize("answer", [no_answer("timeout"), no_answer("Connection reset by peer"), Response(500)])
def test_an_unclear_answer_is_tried_once_more_only(answer: Answer) -> None:
    result, transport, _clock = deliver(answer)
    assert (result.outcome, len(transport.requests)) == ("failed", 2)


def test_a_slow_channel_stays_in_its_budget() -> None:
    clock = FakeClock()
    timeouts: list[float] = []

    def slow(timeout: float) -> None:
        timeouts.append(timeout)
        clock.time += timeout

    transport = FakeTransport(no_answer("timeout"), on_request=slow)
    sent = posts([{"name": "updates", "kind": "discord", "url": URL}])
    result = delivery_of(transport, clock, "fr", 8.0).send(sent)[0]
    assert result.outcome == "failed"
    assert timeouts == [5.0, 2.5]
    assert clock.time <= 8.0


def test_one_dead_channel_hides_no_other(tmp_path: Path) -> None:
    journal = tmp_path / "new" / "journal.jsonl"
    raw = [
        {"name": "dead", "kind": "discord", "url": URL, "required": True},
        {"name": "off", "kind": "discord", "enabled": False},
        {"name": "journal", "kind": "log", "file": str(journal)},
        {"name": "bare", "kind": "discord", "required": True},
    ]
    delivery = delivery_of(FakeTransport(RuntimeError(f"boom {URL}")), FakeClock(), "fr")
    results = delivery.send(posts(raw))
    assert [result.outcome for result in results] == ["failed", "skipped", "sent", "skipped"]
    assert json.loads(journal.read_text())["status"] == "success"
    assert (journal.stat().st_mode & 0o777) == 0o640
    assert "tok-EN_1" not in str(results)
    lines = lines_of(results, "fr")
    assert [line["mark"] for line in lines] == ["warning", "ok", "warning"]
    assert "dead n'a pas pu être prévenu, erreur interne (RuntimeError)" in lines[0]["text"]


def test_a_log_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    raw = [{"name": "journal", "kind": "log", "file": str(tmp_path)}]
    result = delivery_of(FakeTransport(Response(200)), FakeClock(), "en").send(posts(raw))[0]
    assert result.outcome == "failed"
    assert "directory" in result.reason.lower()


def test_preview_sends_nothing(tmp_path: Path) -> None:
    transport = FakeTransport(Response(200))
    raw = [
        {"name": "updates", "kind": "discord", "url": URL},
        {"name": "journal", "kind": "log", "file": str(tmp_path / "x")},
    ]
    preview = delivery_of(transport, FakeClock(), "fr").preview(posts(raw))
    assert [result.outcome for result, _payloads in preview] == ["would_send", "would_send"]
    assert preview[0][1][0]["embeds"][0]["color"] == 65280
    assert transport.requests == []
    assert list(tmp_path.iterdir()) == []
    assert "tok-EN_1" not in str(preview)
