# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A webhook of one's own: JSON, with a signature by which the other side knows who speaks and that it is fresh."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from .._core.http import Response
from .channel import SENT, Payload, Single, Verdict, Wires
from .clamp import clamp, clamp_end
from .event import Event
from .posting import check_address, json_bytes, judge, post_json

SCHEMA, TEXT, MESSAGE, FIELDS, LINKS = 1, 2000, 16_000, 100, 20
"""Version of the document; longest text, message and log in units; most fields and links."""
TIMESTAMP, SIGNATURE = "X-Benevoclic-Timestamp", "X-Benevoclic-Signature"


class Webhook(Single):
    """https, plain http on loopback only. ``secret``, when given, signs ``<timestamp>.<body>`` by HMAC-SHA256."""

    KEYS: ClassVar[Mapping[str, type]] = {"url": str, "secret": str}
    SECRETS: ClassVar[tuple[str, ...]] = ("url", "secret")

    def configured(self) -> bool:
        return bool(self.entry.text("url"))

    def validate(self) -> None:
        check_address(self.entry, "https://<host>/<path>", ".*")

    def secrets(self) -> tuple[str, ...]:
        url = self.entry.text("url")
        parts = urlsplit(url)
        # people put tokens into paths and queries
        return (
            url,
            self.entry.text("secret"),
            *(part for part in (parts.path.strip("/"), parts.query) if len(part) > 7),
        )

    def target(self) -> str:
        return urlsplit(self.entry.text("url")).hostname or ""

    def payloads(self, event: Event) -> list[Payload]:
        return [document_of(event)]

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        headers = {}
        if self.entry.text("secret"):
            timestamp = str(int(wires.clock.now().timestamp()))
            headers = {
                TIMESTAMP: timestamp,
                SIGNATURE: signature(self.entry.text("secret"), timestamp, json_bytes(payload)),
            }
        return post_json(wires, self.entry.text("url"), payload, timeout, headers)

    def classify(self, response: Response) -> Verdict:
        if 200 <= response.status < 300:
            return Verdict(SENT)
        return judge(response, response.body[:200].decode(errors="replace"))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The header's value: ``sha256=`` and hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def document_of(event: Event) -> dict[str, Any]:
    """An event as a document for programs; its keys are described in ``notification_send``."""
    return {
        "schema": SCHEMA,
        "at": event.at,
        "status": event.status.name,
        "urgency": event.urgency,
        "audience": event.audience,
        "locale": event.locale,
        "title": clamp(event.title, TEXT),
        "summary": clamp(event.summary, TEXT),
        "message": clamp(event.body, MESSAGE),
        "fields": [{"name": clamp(name, TEXT), "value": clamp(value, TEXT)} for name, value in event.fields[:FIELDS]],
        "links": [{"label": clamp(label, TEXT), "url": address} for label, address in event.links[:LINKS]],
        "percent": event.percent,
        "remaining_seconds": event.remaining_seconds,
        "log": clamp_end(event.log, MESSAGE),
        "facts": {name: clamp(str(value), TEXT) for name, value in event.facts.items()},
    }
