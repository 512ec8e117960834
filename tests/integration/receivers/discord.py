# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discord's webhooks on loopback: posts and edits, refuses with 400 what Discord refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .web import Behaviour, HttpReceiver, Refusal, Reply, Request, json_of, length, require

WEBHOOK_ID = "112233445566778899"
TOKEN = "cAnArY-s3cr3t_T0ken-0123456789abcdef"
MESSAGE_KEYS = {"content", "username", "avatar_url", "tts", "embeds", "allowed_mentions", "flags", "components"}
EMBED_KEYS = {"title", "type", "description", "url", "timestamp", "color", "footer", "author", "fields"}
TEXT_LIMITS = {"title": 256, "description": 4096}
FIRST_MESSAGE = 1310000000000000001


def limited(seconds: float) -> Behaviour:
    """429, as Discord says it: whole seconds in the header, the exact figure in the body."""
    headers = {"Retry-After": str(max(1, round(seconds))), "X-RateLimit-Remaining": "0"}
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return Behaviour(status=429, headers=headers, body=body)


def text_of(holder: dict[str, Any], key: str, limit: int, required: bool = False) -> int:
    """The length of a text; Discord trims before it counts and refuses what is then empty."""
    if key not in holder and not required:
        return 0
    value = holder.get(key)
    require(isinstance(value, str), f"{key}: not a string")
    text = str(value)
    require(bool(text.strip()) or not required, f"{key}: this field is required")
    require(length(text) <= limit, f"{key}: must be {limit} or fewer in length")
    return length(text.strip())


def check_message(raw: bytes, content_type: str) -> dict[str, Any]:
    """The message, when Discord would post it. Raises Refusal."""
    message = json_of(raw, content_type)
    require(set(message) <= MESSAGE_KEYS, f"unknown keys {set(message) - MESSAGE_KEYS}")
    text_of(message, "content", 2000)
    embeds = message.get("embeds", [])
    require(isinstance(embeds, list) and len(embeds) <= 10, "embeds: must be 10 or fewer")
    require(bool(message.get("content") or embeds), "50006: cannot send an empty message")
    require(sum(check_embed(embed) for embed in embeds) <= 6000, "embeds: size exceeds 6000")
    mentions = message.get("allowed_mentions", {})
    require(isinstance(mentions, dict) and isinstance(mentions.get("parse", []), list), "allowed_mentions")
    return message


def check_embed(embed: Any) -> int:
    """The characters that count for the total."""
    require(isinstance(embed, dict) and set(embed) <= EMBED_KEYS, "embed: unknown keys")
    total = sum(text_of(embed, key, limit) for key, limit in TEXT_LIMITS.items())
    colour = embed.get("color", 0)
    require(isinstance(colour, int) and not isinstance(colour, bool) and 0 <= colour <= 0xFFFFFF, "color: not an int")
    if "timestamp" in embed:
        check_timestamp(embed["timestamp"])
    if "footer" in embed:
        require(isinstance(embed["footer"], dict), "footer")
        total += text_of(embed["footer"], "text", 2048, required=True)
    fields = embed.get("fields", [])
    require(isinstance(fields, list) and len(fields) <= 25, "fields: must be 25 or fewer")
    for item in fields:
        require(isinstance(item, dict) and set(item) <= {"name", "value", "inline"}, "field")
        require(isinstance(item.get("inline", False), bool), "inline: not a boolean")
        total += text_of(item, "name", 256, required=True) + text_of(item, "value", 1024, required=True)
    require(bool(total), "50006: cannot send an empty message")
    return total


def check_timestamp(value: Any) -> None:
    try:
        datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise Refusal("timestamp: not ISO 8601") from error


class DiscordReceiver(HttpReceiver[dict[str, Any]]):
    """``accepted``: every post and edit in order; ``channel``: what people see, by message id."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.channel: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"{self.origin}/api/webhooks/{WEBHOOK_ID}/{TOKEN}"

    def refusal(self, refusal: Refusal) -> Any:
        codes = {"Unknown Webhook": 10015, "Unknown Message": 10008}
        return {"message": str(refusal), "code": codes.get(str(refusal), 50035)}

    def take(self, request: Request) -> Reply:
        parts = urlsplit(request.path)
        found = re.fullmatch(rf"/api/webhooks/{WEBHOOK_ID}/{TOKEN}(?:/messages/(\d+))?", parts.path)
        if not found or (request.method == "PATCH") != bool(found[1]):
            raise Refusal("Unknown Webhook", 404)
        message = check_message(request.raw, request.headers.get("content-type", ""))
        if found[1] and found[1] not in self.channel:
            raise Refusal("Unknown Message", 404)
        number = found[1] or str(FIRST_MESSAGE + len(self.channel))
        self.accepted.append(message)
        self.channel[number] = message
        wait = bool(found[1]) or parse_qs(parts.query).get("wait") == ["true"]
        return Reply(200, {"id": number, **message}) if wait else Reply(204)


def running_receiver() -> Iterator[DiscordReceiver]:
    """For a fixture."""
    with DiscordReceiver() as receiver:
        yield receiver
