# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slack's incoming webhooks on loopback: Block Kit's limits and types, Slack's own words for what it refuses."""

from __future__ import annotations

import re
from typing import Any

from .web import Behaviour, HttpReceiver, Refusal, Reply, Request, json_of, length, require

TOKEN = "cAnArYs3cr3tT0ken0123456"
PATH = f"/services/T0TEAM/B0APP/{TOKEN}"
KEYS = {"text", "blocks", "unfurl_links", "unfurl_media", "mrkdwn", "attachments"}
BLOCKS = 50
TOTAL = 13_200
"""Observed: more is refused as msg_blocks_too_long."""
LINK = re.compile(r"<https?://[^\s<>|]+\|[^<>|\n]+>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")


def limited(seconds: int) -> Behaviour:
    return Behaviour(status=429, headers={"Retry-After": str(seconds)}, body="rate_limited")


def check_text(item: Any, limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> int:
    """A text object; what it would parse must be meant to be parsed."""
    require(isinstance(item, dict) and item.get("type") in kinds, "invalid_blocks: type of text")
    allowed = {"type", "text", "emoji"} if item["type"] == "plain_text" else {"type", "text", "verbatim"}
    require(set(item) <= allowed, "invalid_blocks: keys of text")
    value = item.get("text")
    require(isinstance(value, str), "invalid_blocks: not a string")
    text = str(value)
    require(0 < length(text) <= limit and bool(text.strip()), f"invalid_blocks: must be 1 to {limit} characters")
    bare = ENTITY.sub("", LINK.sub("", text) if item["type"] == "mrkdwn" else text)
    require(not re.search(r"[&<>]", bare), "unescaped text")
    return length(text)


def check_block(block: Any) -> int:
    require(isinstance(block, dict), "invalid_blocks")
    kind = block.get("type")
    if kind == "header":
        require(set(block) <= {"type", "text", "block_id"}, "invalid_blocks: keys of header")
        return check_text(block.get("text"), 150, ("plain_text",))
    if kind == "section":
        require(set(block) <= {"type", "text", "fields", "block_id"}, "invalid_blocks: keys of section")
        require("text" in block or "fields" in block, "invalid_blocks: empty section")
        total = check_text(block["text"], 3000) if "text" in block else 0
        fields = block.get("fields", [{}])
        require(isinstance(fields, list) and 1 <= len(fields) <= 10, "invalid_blocks: 1 to 10 fields")
        return total + (sum(check_text(item, 2000) for item in fields) if "fields" in block else 0)
    if kind == "context":
        elements = block.get("elements")
        require(isinstance(elements, list) and 1 <= len(elements) <= 10, "invalid_blocks: 1 to 10 elements")
        return sum(check_text(item, 3000) for item in elements or [])
    require(kind == "divider", "invalid_blocks: unknown type")
    return 0


def check_message(raw: bytes, content_type: str) -> dict[str, Any]:
    """The message, when Slack would post it. Raises Refusal."""
    message = json_of(raw, content_type)
    require(set(message) <= KEYS, "invalid_payload")
    require(isinstance(message.get("text", ""), str), "invalid_payload")
    blocks = message.get("blocks", [])
    require(bool(message.get("text") or blocks), "no_text")
    require(isinstance(blocks, list) and len(blocks) <= BLOCKS, "invalid_blocks: too many")
    require(not re.search(r"[&<>]", ENTITY.sub("", message.get("text", ""))), "unescaped text")
    require(sum(map(check_block, blocks)) <= TOTAL, "msg_blocks_too_long")
    return message


class SlackReceiver(HttpReceiver[dict[str, Any]]):
    @property
    def url(self) -> str:
        return self.origin + PATH

    def refusal(self, refusal: Refusal) -> Any:
        return str(refusal)

    def take(self, request: Request) -> Reply:
        if request.path != PATH or request.method != "POST":
            raise Refusal("no_service", 404)
        self.accepted.append(check_message(request.raw, request.headers.get("content-type", "")))
        return Reply(200, "ok")
