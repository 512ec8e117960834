# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discord over HTTP: a receiver as strict as the service, and what becomes of its moods."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import notify_rig as rig
import pytest
from receivers.discord import DiscordReceiver, check_message, limited, running_receiver
from receivers.web import Behaviour, Refusal

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Result
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.sent import SentLedger


@pytest.fixture(name="receiver")
def receiver_fixture() -> Iterator[DiscordReceiver]:
    yield from running_receiver()


def deliver(url: str, budget: float = 10.0, **options: Any) -> Result:
    return rig.deliver([rig.discord_entry(url)], rig.an_event(**options), budget)[0]


@pytest.mark.parametrize(
    ("embed", "good"),
    [
        ({"title": "x" * 256}, True),
        ({"title": "x" * 257}, False),
        ({"description": "x" * 4096}, True),
        ({"description": "x" * 4097}, False),
        ({"fields": [{"name": "n", "value": "v"}] * 25}, True),
        ({"fields": [{"name": "n", "value": "v"}] * 26}, False),
        ({"fields": [{"name": "n", "value": "v" * 1024}]}, True),
        ({"fields": [{"name": "n", "value": "v" * 1025}]}, False),
        ({"fields": [{"name": "n", "value": " "}]}, False),
        ({"description": "x" * 4096, "fields": [{"name": "n", "value": "v" * 951}] * 2}, True),
        ({"description": "x" * 4096, "fields": [{"name": "nn", "value": "v" * 951}] * 2}, False),
        ({"title": "t", "color": 65280}, True),
        ({"title": "t", "color": "00ff00"}, False),
        ({"title": "t", "timestamp": "2026-11-22T07:15:00Z"}, True),
        ({"title": "t", "timestamp": "22/11/2026"}, False),
        ({}, False),
    ],
)
def test_the_receiver_is_as_strict_as_discord(embed: dict[str, Any], good: bool) -> None:
    raw = json.dumps({"embeds": [embed]}).encode()
    if good:
        assert check_message(raw, "application/json")
    else:
        with pytest.raises(Refusal):
            check_message(raw, "application/json")


def test_the_manuals_own_body_is_refused() -> None:
    body = b'{"embeds": [{"title": "Mise \xc3\xa0 jour", "description": "x", "color": 00ff00}]}'
    with pytest.raises(Refusal):
        check_message(body, "application/json")


@pytest.mark.parametrize("size", [4096, 4097, 10_000])
def test_a_long_message_arrives_cut_with_its_cause_first(receiver: DiscordReceiver, size: int) -> None:
    result = deliver(receiver.url, message="CAUSE " + "x" * size)
    assert result.outcome == "sent"
    description = receiver.accepted[0]["embeds"][0]["description"]
    assert "CAUSE" in description
    assert len(description) == 4096


def test_429_then_accepted_after_the_wait_that_was_asked(receiver: DiscordReceiver) -> None:
    receiver.script = [limited(1.0)]
    began = time.monotonic()
    result = deliver(receiver.url)
    elapsed = time.monotonic() - began
    assert (result.outcome, result.attempts, receiver.requests) == ("sent", 2, 2)
    assert elapsed >= 1.0


def test_a_deleted_webhook_is_asked_once(receiver: DiscordReceiver) -> None:
    result = deliver(receiver.url + "x")
    assert (result.outcome, result.attempts, receiver.requests) == ("failed", 1, 1)
    assert "404" in result.reason


def test_a_reset_connection_is_tried_again(receiver: DiscordReceiver) -> None:
    receiver.script = [Behaviour(reset=True)]
    result = deliver(receiver.url)
    assert (result.outcome, result.attempts) == ("sent", 2)


def test_a_slow_channel_costs_its_budget_and_no_more(receiver: DiscordReceiver) -> None:
    receiver.forever = Behaviour(wait=30.0)
    began = time.monotonic()
    result = deliver(receiver.url, budget=1.5)
    assert result.outcome == "failed"
    assert time.monotonic() - began < 5


def test_a_server_that_is_away_is_reported_within_the_budget() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        began = time.monotonic()
        result = deliver(f"http://127.0.0.1:{closed.getsockname()[1]}/api/webhooks/1/cAnArY", budget=1.5)
    assert result.outcome == "failed"
    assert result.attempts > 1
    assert "cAnArY" not in str(result)
    assert time.monotonic() - began < 5


def test_one_message_follows_the_update_and_a_failure_is_one_of_its_own(
    receiver: DiscordReceiver, tmp_path: Path
) -> None:
    clock = SystemClock()

    def tell(status: str, **changes: Any) -> str:
        ledger = SentLedger(tmp_path / "sent.jsonl", clock)
        entry = rig.discord_entry(receiver.url)
        return rig.deliver([entry], rig.an_event(status, **changes), ledger=ledger, scope="r-1")[0].outcome

    assert tell("pre_update") == "sent"
    assert tell("in_progress", percent=40, message="40 %") == "sent"
    assert tell("in_progress", percent=80, message="80 %") == "sent"
    assert [shown["embeds"][0]["description"][-4:] for shown in receiver.channel.values()] == ["80 %"]
    assert tell("success") == "sent"
    assert len(receiver.channel) == 1
    assert tell("error") == "sent"
    assert len(receiver.channel) == 2
    receiver.channel.clear()  # someone deleted the messages by hand
    assert tell("in_progress", percent=90) == "sent"
    assert len(receiver.channel) == 1
    assert tell("in_progress", percent=90) == "already_sent"
    assert all(message["allowed_mentions"] == {"parse": []} for message in receiver.accepted)
