# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discord's webhooks on loopback: refuses with 400 what Discord refuses, and misbehaves on request."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WEBHOOK_ID = "112233445566778899"
TOKEN = "cAnArY-s3cr3t_T0ken-0123456789abcdef"
MESSAGE_KEYS = {"content", "username", "avatar_url", "tts", "embeds", "allowed_mentions", "flags", "components"}
EMBED_KEYS = {"title", "type", "description", "url", "timestamp", "color", "footer", "author", "fields"}
TEXT_LIMITS = {"title": 256, "description": 4096}


class Refusal(Exception):
    """What Discord says with a 400."""


@dataclass
class Behaviour:
    """One answer out of the ordinary: a status, seconds before it, ``reset`` for none at all."""

    status: int = 200
    wait: float = 0.0
    reset: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def limited(seconds: float) -> Behaviour:
    """429, as Discord says it: whole seconds in the header, the exact figure in the body."""
    headers = {"Retry-After": str(max(1, round(seconds))), "X-RateLimit-Remaining": "0"}
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return Behaviour(status=429, headers=headers, body=body)


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def require(condition: bool, message: str) -> None:
    if not condition:
        raise Refusal(message)


def text_of(holder: dict[str, Any], key: str, limit: int, required: bool = False) -> int:
    """The length of a text; Discord trims before it counts and refuses what is then empty."""
    if key not in holder and not required:
        return 0
    value = holder.get(key)
    require(isinstance(value, str), f"{key}: not a string")
    require(bool(value.strip()) or not required, f"{key}: this field is required")
    require(length(value) <= limit, f"{key}: must be {limit} or fewer in length")
    return length(value.strip())


def check_message(raw: bytes, content_type: str) -> dict[str, Any]:
    """The message, when Discord would post it. Raises Refusal."""
    require(content_type.split(";")[0].strip() == "application/json", "content type")
    try:
        message = json.loads(raw.decode("utf-8"), parse_constant=lambda _name: raise_refusal("not JSON"))
    except ValueError as error:
        raise Refusal("50109: the request body contains invalid JSON") from error
    require(isinstance(message, dict), "not an object")
    require(set(message) <= MESSAGE_KEYS, f"unknown keys {set(message) - MESSAGE_KEYS}")
    text_of(message, "content", 2000)
    embeds = message.get("embeds", [])
    require(isinstance(embeds, list) and len(embeds) <= 10, "embeds: must be 10 or fewer")
    require(bool(message.get("content") or embeds), "50006: cannot send an empty message")
    require(sum(check_embed(embed) for embed in embeds) <= 6000, "embeds: size exceeds 6000")
    mentions = message.get("allowed_mentions", {})
    require(isinstance(mentions, dict) and isinstance(mentions.get("parse", []), list), "allowed_mentions")
    return message


def raise_refusal(message: str) -> None:
    raise Refusal(message)


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


class DiscordReceiver:
    """Used as a context; ``script`` holds the behaviours of the next requests, ``forever`` that of all others."""

    def __init__(self) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.requests = 0
        self.script: list[Behaviour] = []
        self.forever: Behaviour | None = None
        self._server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"receiver": self}))
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/webhooks/{WEBHOOK_ID}/{TOKEN}"

    def __enter__(self) -> DiscordReceiver:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """One request; ``receiver`` is set by the subclass that the receiver makes."""

    receiver: DiscordReceiver

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_POST(self) -> None:
        self.receiver.requests += 1
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        behaviour = self.receiver.script.pop(0) if self.receiver.script else self.receiver.forever
        if behaviour:
            self.receiver.stopped.wait(behaviour.wait)
            if behaviour.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
        if behaviour and behaviour.status != 200:
            self.answer(behaviour.status, behaviour.body, behaviour.headers)
            return
        self.post(raw)

    def post(self, raw: bytes) -> None:
        parts = urlsplit(self.path)
        if not re.fullmatch(rf"/api/webhooks/{WEBHOOK_ID}/{TOKEN}", parts.path):
            self.answer(404, {"message": "Unknown Webhook", "code": 10015})
            return
        try:
            message = check_message(raw, self.headers.get("Content-Type", ""))
        except Refusal as refusal:
            self.receiver.refused.append(str(refusal))
            self.answer(400, {"message": str(refusal), "code": 50035})
            return
        self.receiver.accepted.append(message)
        wait = parse_qs(parts.query).get("wait") == ["true"]
        self.answer(200 if wait else 204, {"id": str(len(self.receiver.accepted))} if wait else None)

    def answer(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def running_receiver() -> Iterator[DiscordReceiver]:
    """For a fixture."""
    with DiscordReceiver() as receiver:
        yield receiver
