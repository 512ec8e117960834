# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of the team's own that takes signed webhooks: it trusts no message without a fresh signature."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any
from urllib.parse import urlsplit

from .web import HttpReceiver, Refusal, Reply, Request, json_of, length, require

SECRET = "cAnArY-s1gn1ng-s3cret"
TOKEN = "cAnArY0path0t0ken"
PATH = f"/hooks/{TOKEN}"
FRESH_SECONDS = 300
TEXTS = ("at", "status", "audience", "locale", "title", "summary", "message", "log")
KEYS = {*TEXTS, "schema", "urgency", "fields", "links", "percent", "remaining_seconds", "facts"}


def check_document(raw: bytes, content_type: str) -> dict[str, Any]:
    """The document, when it is as documented. Raises Refusal."""
    document = json_of(raw, content_type)
    require(set(document) == KEYS, f"keys {set(document) ^ KEYS}")
    require(document["schema"] == 1 and document["urgency"] in (0, 1, 2, 3), "schema, urgency")
    require(all(isinstance(document[key], str) for key in TEXTS), "texts")
    require(all(length(document[key]) <= 16_000 for key in TEXTS), "too long")
    require(all(set(item) == {"name", "value"} for item in document["fields"]), "fields")
    require(len(document["fields"]) <= 100, "too many fields")
    return document


def check_signature(request: Request, secret: str = SECRET) -> None:
    stamp, signature = (request.headers.get(f"x-benevoclic-{name}", "") for name in ("timestamp", "signature"))
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + request.raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, f"sha256={expected}"):
        raise Refusal("signature", 401)
    if abs(time.time() - int(stamp)) > FRESH_SECONDS:
        raise Refusal("too old", 401)


class HookReceiver(HttpReceiver[dict[str, Any]]):
    @property
    def url(self) -> str:
        return self.origin + PATH

    def take(self, request: Request) -> Reply:
        if urlsplit(request.path).path != PATH:
            raise Refusal("not found", 404)
        check_signature(request)
        self.accepted.append(check_document(request.raw, request.headers.get("content-type", "")))
        return Reply(202)
