# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages against a receiver as strict as Discord, over real HTTP."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from receivers.discord import Behaviour, DiscordReceiver, Refusal, check_message, limited, running_receiver

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import Wires
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.delivery import Delivery, Result
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import (
    FACTS,
    SEVERITIES,
    UPDATE_TYPES,
    compose,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.smtp import SmtpWire
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

CHARACTERS = "aé ç\"\\'\n\r\t<>&@#*_`|~\x00\x07\x7f\u200b\u2028😀🚨\ud800文"
SIZES = (0, 1, 5, 80, 255, 256, 257, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 6001, 10_000)


@pytest.fixture(name="receiver")
def receiver_fixture() -> Iterator[DiscordReceiver]:
    yield from running_receiver()


def deliver(url: str, budget: float = 10.0, **options: Any) -> Result:
    clock = SystemClock()
    channels = read_channels([{"name": "updates", "kind": "discord", "url": url}], {})
    event = compose({"status": "success", "update_type": "feature", **options}, clock.now(), "fr")
    wires = Wires(DirectTransport(clock), SmtpWire(clock), clock)
    return Delivery(lambda: wires, clock, "fr", budget).send([(channels[0], event)])[0]


def random_text(chance: random.Random) -> str:
    size = chance.choice(SIZES)
    return "".join(chance.choices(CHARACTERS, k=size)) if chance.random() < 0.7 else chance.choice(CHARACTERS) * size


def random_options(chance: random.Random) -> dict[str, Any]:
    options: dict[str, Any] = {"status": chance.choice(list(STATUSES)), "message": random_text(chance)}
    for name in FACTS:
        if chance.random() < 0.5:
            options[name] = random_text(chance)
    if chance.random() < 0.8:
        options["update_type"] = chance.choice(UPDATE_TYPES)
    else:
        options.pop("update_type", None)
    options["severity"] = chance.choice(SEVERITIES)
    fields = {
        f"{index} {random_text(chance)}": random_text(chance) for index in range(chance.choice((0, 1, 3, 25, 40)))
    }
    return {**options, "fields": fields}


def test_200_generated_events_and_none_refused(receiver: DiscordReceiver) -> None:
    chance = random.Random(20261122)
    for number in range(200):
        result = deliver(receiver.url, **random_options(chance))
        assert result.outcome == "sent", (number, result.reason, receiver.refused)
    assert receiver.refused == []
    assert len(receiver.accepted) == 200


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
    import json

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
    assert time.monotonic() - began < 2.5


def test_a_server_that_is_away_is_reported_within_the_budget() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    result = deliver(f"http://127.0.0.1:{port}/api/webhooks/1/cAnArY", budget=1.5)
    assert result.outcome == "failed"
    assert result.attempts > 1
    assert "cAnArY" not in str(result)
    assert time.monotonic() - began < 2.0
