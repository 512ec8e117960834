# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slack, SMS and signed webhooks over HTTP, in good and bad moods; one dead channel of four; the same run again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import notify_rig as rig
import pytest
from receivers import slack, twilio
from receivers.certificates import Authority
from receivers.discord import DiscordReceiver
from receivers.hook import HookReceiver
from receivers.slack import SlackReceiver
from receivers.twilio import OPTED_OUT, TwilioReceiver
from receivers.web import Behaviour, HttpReceiver

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Result
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.sent import SentLedger


@dataclass
class Services:
    discord: DiscordReceiver
    slack: SlackReceiver
    sms: TwilioReceiver
    webhook: HookReceiver

    def entry(self, kind: str, **more: Any) -> dict[str, Any]:
        makers = {
            "discord": rig.discord_entry,
            "slack": rig.slack_entry,
            "sms": rig.sms_entry,
            "webhook": rig.hook_entry,
        }
        return makers[kind](getattr(self, kind).url, **more)

    def tell(self, kind: str, budget: float = 10.0, **more: Any) -> tuple[Result, HttpReceiver[Any]]:
        return rig.deliver([self.entry(kind, **more)], rig.an_event(), budget)[0], getattr(self, kind)


@pytest.fixture(name="services")
def services_fixture() -> Iterator[Services]:
    with ExitStack() as stack:
        receivers = (DiscordReceiver(), SlackReceiver(), TwilioReceiver(), HookReceiver())
        yield Services(*[stack.enter_context(receiver) for receiver in receivers])


LIMITED = {"slack": slack.limited(1), "sms": twilio.limited(1), "webhook": Behaviour(429, headers={"Retry-After": "1"})}
KINDS = ["slack", "sms", "webhook"]


@pytest.mark.parametrize("kind", KINDS)
def test_429_is_waited_for(services: Services, kind: str) -> None:
    getattr(services, kind).script = [LIMITED[kind]]
    began = time.monotonic()
    result, receiver = services.tell(kind)
    assert (result.outcome, result.attempts, len(receiver.accepted)) == ("sent", 2, 1), result.reason
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_gone_or_refused_is_asked_once(services: Services, kind: str) -> None:
    for status in (400, 403, 404, 410):
        getattr(services, kind).script = [Behaviour(status, body="no_service")]
        result, receiver = services.tell(kind)
        assert (result.outcome, result.attempts, receiver.accepted) == ("failed", 1, []), status
        assert str(status) in result.reason


def test_slack_says_ok_or_it_was_not_posted(services: Services) -> None:
    services.slack.script = [Behaviour(200, body="<html>a proxy's page</html>")]
    result, receiver = services.tell("slack")
    assert (result.outcome, result.attempts, receiver.accepted) == ("failed", 1, [])
    assert "a proxy's page" in result.reason


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_in_trouble_is_tried_again_but_never_for_an_sms(services: Services, kind: str) -> None:
    for behaviour in (Behaviour(503), Behaviour(500), Behaviour(reset=True)):
        receiver = getattr(services, kind)
        receiver.requests, receiver.script = 0, [behaviour]
        result, _receiver = services.tell(kind)
        expected = ("failed", 1) if kind == "sms" else ("sent", 2)
        assert (result.outcome, receiver.requests) == expected, behaviour
        assert ("le message est peut-être parti" in result.reason) is (kind == "sms")


def test_an_sms_to_several_numbers(services: Services) -> None:
    result, receiver = services.tell("sms", to=["+33123456789", OPTED_OUT, "+33 6 12 34 56 78", "+33123456789"])
    assert (result.outcome, result.delivered) == ("failed", 2)
    assert [message["To"] for message in receiver.accepted] == ["+33123456789", "+33612345678"]
    assert "21610" in result.reason
    assert OPTED_OUT not in str(result)


def test_an_sms_is_one_segment_whatever_is_told(services: Services) -> None:
    result = rig.deliver([services.entry("sms")], rig.an_event(message="« ça a échoué » … œuvre 😀 " * 40))[0]
    assert result.outcome == "sent", result.reason
    body = services.sms.accepted[0]["Body"]
    assert twilio.segments(body) == 1
    assert body.endswith("...")
    assert '"ca a échoué" ... oeuvre' in body


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_with_a_certificate_of_its_own_making_gets_nothing(kind: str, tmp_path: Path) -> None:
    classes: dict[str, type[HttpReceiver[Any]]] = {
        "slack": SlackReceiver,
        "sms": TwilioReceiver,
        "webhook": HookReceiver,
    }
    with classes[kind](Authority(tmp_path).context()) as receiver:
        services = Services(**{name: receiver for name in ("discord", "slack", "sms", "webhook")})
        result, _receiver = services.tell(kind)
        assert (result.outcome, result.attempts, receiver.requests) == ("failed", 1, 0)
        assert "le service n'est pas celui qu'il devrait être" in result.reason
        assert "peut-être parti" not in result.reason


def everyone(services: Services) -> list[dict[str, Any]]:
    return [services.entry(kind) for kind in ("discord", "slack", "sms", "webhook")]


@pytest.mark.parametrize("dead", ["discord", "sms"])
def test_one_dead_channel_of_four_costs_its_budget_and_no_other_message(services: Services, dead: str) -> None:
    getattr(services, dead).forever = Behaviour(wait=120)
    began = time.monotonic()
    results = rig.deliver(everyone(services), rig.an_event(), budget=4.0)
    assert time.monotonic() - began < 30
    assert {result.kind: result.outcome for result in results} == {
        kind: "failed" if kind == dead else "sent" for kind in ("discord", "slack", "sms", "webhook")
    }


def test_the_same_run_again_sends_nothing(services: Services, tmp_path: Path) -> None:
    def tell(ledger: SentLedger) -> list[Result]:
        return rig.deliver(everyone(services), rig.an_event(), ledger=ledger, scope="r-1")

    clock, path = SystemClock(), tmp_path / "sent.jsonl"
    first = tell(SentLedger(path, clock))
    assert [result.outcome for result in first] == ["sent"] * 4
    assert (path.stat().st_mode & 0o777) == 0o600
    assert [result.outcome for result in tell(SentLedger(path, clock))] == ["already_sent"] * 4
    # a controller without that file has the run's journal
    known = [message for result in first for message in result.messages]
    assert [result.outcome for result in tell(SentLedger(None, clock, known))] == ["already_sent"] * 4
    for kind in ("discord", "slack", "sms", "webhook"):
        assert len(getattr(services, kind).accepted) == 1


def test_an_sms_whose_answer_never_came_is_not_sent_by_a_later_run_either(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    for behaviour, told in ((Behaviour(reset=True), "peut-être parti"), (None, "pas de second message")):
        services.sms.forever = behaviour
        ledger = SentLedger(path, SystemClock())
        result = rig.deliver([services.entry("sms")], rig.an_event(), ledger=ledger, scope="r-1")[0]
        assert result.outcome == "failed"
        assert told in result.reason
    assert services.sms.requests == 1


def test_two_processes_for_one_run_send_one_message(services: Services, tmp_path: Path) -> None:
    services.slack.forever = Behaviour(wait=0.5)
    found: list[str] = []

    def tell() -> None:
        ledger = SentLedger(tmp_path / "sent.jsonl", SystemClock())
        result = rig.deliver([services.entry("slack")], rig.an_event(), budget=30.0, ledger=ledger, scope="r-1")[0]
        found.append(result.outcome)

    threads = [threading.Thread(target=tell) for _index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["already_sent", "already_sent", "sent"]
    assert len(services.slack.accepted) == 1


def test_a_ledger_that_cannot_be_written_keeps_no_message_back(services: Services, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = SentLedger(tmp_path / "file" / "sent.jsonl", SystemClock())
    results = rig.deliver([services.entry("slack")], rig.an_event(), ledger=ledger, scope="r-1")
    assert [result.outcome for result in results] == ["sent"]
    assert ledger.trouble
