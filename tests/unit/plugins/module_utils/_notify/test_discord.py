# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Discord channel: limits at their boundaries, meaning of answers, addresses."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import Response
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channel import Entry
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.clamp import clamp, clean, units
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.discord import Discord
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.event import Event
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.messages import compose
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES

AT = datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)
URL = "https://discord.com/api/webhooks/123/tok-EN_1"


def channel(url: str = URL) -> Discord:
    return Discord(Entry("updates", "discord", {"url": url}))


def embed_of(**options: Any) -> dict[str, Any]:
    event = compose({"status": "success", **options}, AT, "fr")
    payload = channel().payloads(event)[0]
    assert payload["allowed_mentions"] == {"parse": []}
    embed: dict[str, Any] = payload["embeds"][0]
    return embed


def bare_event(title: str = "t", message: str = "m", fields: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    event = Event(STATUSES["error"], title, "", message, fields, {}, "2026-11-22T07:15:00Z")
    embed: dict[str, Any] = channel().payloads(event)[0]["embeds"][0]
    return embed


@pytest.mark.parametrize(
    ("status", "colour"),
    [("success", 65280), ("warning", 16776960), ("error", 16711680), ("pre_update", 39423), ("announced", 39423)],
)
def test_the_manuals_colours_are_integers(status: str, colour: int) -> None:
    assert embed_of(status=status)["color"] == colour


def test_title_and_sentence_say_what_happens_where() -> None:
    embed = embed_of(update_type="feature", to_version="1.1.0", from_version="1.0.0", environment="production")
    assert embed["title"] == "Mise à jour fonctionnelle"
    assert embed["description"] == "✅ Mise à jour fonctionnelle v1.1.0 réussie sur production"
    assert embed["timestamp"] == "2026-11-22T07:15:00.000Z"
    assert {"name": "Version", "value": "1.0.0 → 1.1.0", "inline": True} in embed["fields"]


@pytest.mark.parametrize(("size", "kept"), [(255, 255), (256, 256), (257, 256), (9000, 256)])
def test_title_is_clamped_at_256(size: int, kept: int) -> None:
    title = bare_event(title="x" * size)["title"]
    assert units(title) == kept
    assert title.endswith("…") is (size > 256)


@pytest.mark.parametrize(("size", "kept"), [(4096, 4096), (4097, 4096), (10_000, 4096)])
def test_description_is_clamped_at_4096_and_keeps_its_beginning(size: int, kept: int) -> None:
    description = bare_event(message="cause" + "x" * (size - 5))["description"]
    assert units(description) == kept
    assert description.startswith("cause")


@pytest.mark.parametrize(("size", "kept"), [(1024, 1024), (1025, 1024)])
def test_field_value_is_clamped_at_1024(size: int, kept: int) -> None:
    assert units(bare_event(fields=(("n", "v" * size),))["fields"][0]["value"]) == kept


@pytest.mark.parametrize(("size", "kept"), [(256, 256), (257, 256)])
def test_field_name_is_clamped_at_256(size: int, kept: int) -> None:
    assert units(bare_event(fields=(("n" * size, "v"),))["fields"][0]["name"]) == kept


@pytest.mark.parametrize(("count", "kept"), [(25, 25), (26, 25)])
def test_at_most_25_fields(count: int, kept: int) -> None:
    assert len(bare_event(fields=tuple((f"n{i}", "v") for i in range(count)))["fields"]) == kept


@pytest.mark.parametrize("extra", [0, 1])
def test_6000_in_all_cuts_the_last_field_not_the_cause(extra: int) -> None:
    # 1 (title) + 4096 + 2 * (1 + 900) leaves 101: a name of 1 and a value of 100
    fields = (("a", "x" * 900), ("b", "y" * 900), ("c", "z" * (100 + extra)))
    embed = bare_event(message="m" * 4096, fields=fields)
    values = [field["value"] for field in embed["fields"]]
    total = units(embed["title"]) + units(embed["description"]) + sum(1 + units(value) for value in values)
    assert total == 6000
    assert values[:2] == ["x" * 900, "y" * 900]
    assert values[2] == ("z" * 100 if extra == 0 else "z" * 99 + "…")
    assert units(embed["description"]) == 4096


def test_emoji_count_for_two_and_are_never_split() -> None:
    assert clamp("😀" * 128, 256) == "😀" * 128
    cut = clamp("😀" * 129, 256)
    assert cut == "😀" * 127 + "…"


def test_hostile_text_stays_text() -> None:
    text = 'a "quote", \\ and\r\nline, @everyone <script> \x00 \ud800 😀'
    payload = channel().payloads(compose({"status": "error", "message": text}, AT, "en"))[0]
    again = json.loads(json.dumps(payload, ensure_ascii=False).encode())
    assert 'a "quote", \\ and\nline, @everyone <script>' in again["embeds"][0]["description"]
    assert clean("\x00") == ""


def test_empty_texts_are_never_sent_empty() -> None:
    embed = bare_event(message=" ", fields=(("", " "),))
    assert embed["description"] == "-"
    assert embed["fields"] == [{"name": "-", "value": "-", "inline": True}]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, "sent"), (204, "sent"), (429, "retry"), (500, "retry"), (503, "retry")]
    + [(400, "final"), (401, "final"), (403, "final"), (404, "final"), (302, "final")],
)
def test_meaning_of_answers(status: int, kind: str) -> None:
    assert channel().classify(Response(status)).kind == kind


@pytest.mark.parametrize(
    ("headers", "body", "wait"),
    [
        ({"retry-after": "2"}, b"", 2.0),
        ({}, b'{"retry_after": 0.376}', 0.376),
        ({"retry-after": "1"}, b'{"retry_after": 1.5}', 1.5),
        ({"retry-after": "soon"}, b"[]", 0.0),
        ({"retry-after": "nan"}, b"not json", 0.0),
        ({"retry-after": "-5"}, b"", 0.0),
        ({"retry-after": "inf"}, b"", 3600.0),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], body: bytes, wait: float) -> None:
    assert channel().classify(Response(429, body, headers)).after == wait


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/webhooks/123/tok-EN_1",
        "https://discord.com/api/v10/webhooks/123/tok?thread_id=9",
        "http://127.0.0.1:8099/api/webhooks/123/tok",
    ],
)
def test_addresses_that_are_accepted(url: str) -> None:
    channel(url).validate()


@pytest.mark.parametrize(
    "url",
    [
        "http://discord.com/api/webhooks/123/tok",
        "https://discord.com/api/webhooks/your_webhook",
        "https://hooks.slack.com/services/T/B/x",
        "https://discord.com/api/webhooks/123/tok en",
        "https://user:pw@discord.com/api/webhooks/123/tok",
        "https://[::1/api/webhooks/123/tok",
        "https://discord.com:port/api/webhooks/123/tok",
        "ftp://discord.com/api/webhooks/123/tok",
        "tok",
    ],
)
def test_addresses_that_are_refused_without_being_shown(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        channel(url).validate()
    assert not any("123" in str(value) or value == "tok" for value in caught.value.details.values())
    assert caught.value.details["channel"] == "updates"


def test_what_may_be_shown_of_a_webhook() -> None:
    assert channel().target() == "discord.com #123"
    assert "tok-EN_1" in channel().secrets()
    assert "tok-EN_1" not in repr(channel().entry)
