# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the inventory's channels."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import read_channels

URL = "https://discord.com/api/webhooks/123/tok-EN_1"
OTHER = "https://discord.com/api/webhooks/456/other"


def test_entries_become_channels_in_order() -> None:
    raw = [
        {"name": "#alerts", "kind": "discord", "url": URL, "file": "", "required": True},
        {"name": "journal", "kind": "log", "file": "/tmp/x.jsonl", "url": None},
    ]
    first, second = read_channels(raw, {})
    assert (first.entry.name, first.entry.required, first.configured()) == ("#alerts", True, True)
    assert (second.entry.kind, second.target()) == ("log", "/tmp/x.jsonl")


def test_the_manuals_variable_makes_a_channel_or_fills_the_first_without_address() -> None:
    environment = {"DISCORD_WEBHOOK": URL}
    assert [channel.entry.text("url") for channel in read_channels([], environment)] == [URL]
    raw = [
        {"name": "off", "kind": "discord", "enabled": False},
        {"name": "own", "kind": "discord", "url": OTHER},
        {"name": "a", "kind": "discord", "url": ""},
        {"name": "b", "kind": "discord"},
    ]
    assert [channel.entry.text("url") for channel in read_channels(raw, environment)] == ["", OTHER, URL, ""]


def test_nothing_configured_is_nobody_to_tell() -> None:
    assert read_channels(None, {}) == []


def test_a_channel_that_is_switched_off_is_not_looked_at() -> None:
    read_channels([{"name": "a", "kind": "discord", "url": "nonsense", "enabled": False}], {})


@pytest.mark.parametrize(
    ("raw", "text_id"),
    [
        ("text", "notify.channel_invalid"),
        ({"name": "a"}, "notify.channel_invalid"),
        (["a"], "notify.channel_invalid"),
        ([{"kind": "log"}], "notify.channel_missing"),
        ([{"name": "a"}], "notify.channel_missing"),
        ([{"name": "a", "kind": "pigeon"}], "notify.kind_unknown"),
        ([{"name": "a", "kind": "log", "enabled": "yes"}], "notify.channel_invalid"),
        ([{"name": "a", "kind": "discord", "url": 5}], "notify.channel_invalid"),
        ([{"name": "a", "kind": "log", "webhook": "x"}], "notify.channel_unknown"),
        ([{"name": "a", "kind": "log", "url": URL}], "notify.channel_unknown"),
        ([{"name": "a", "kind": "log", "file": "relative"}], "notify.file_invalid"),
        ([{"name": "a", "kind": "discord", "url": "tok-EN_1"}], "notify.webhook_invalid"),
        ([{"name": "a", "kind": "log"}, {"name": "a", "kind": "log"}], "notify.channel_twice"),
    ],
)
def test_bad_entries_are_refused_by_name(raw: Any, text_id: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_channels(raw, {})
    assert caught.value.text_id == text_id
    assert "tok-EN_1" not in str(caught.value)
