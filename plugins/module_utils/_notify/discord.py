# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discord webhooks: one embed a message, within Discord's limits, pinging nobody."""

from __future__ import annotations

import json
import math
import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .._core.errors import BadInput
from .._core.http import Response, Transport
from .channel import FINAL, RETRY, SENT, Entry, Payload, Verdict
from .clamp import clamp, units
from .event import Event, Field

TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, TOTAL = 256, 4096, 25, 256, 1024, 2048, 6000
INLINE = 40
"""Longest field value, in units, that is set beside others."""
EMPTY = "-"
LONGEST_WAIT = 3600.0
_PATH = re.compile(r"/api(?:/v\d+)?/webhooks/(?P<id>\d+)/(?P<token>[A-Za-z0-9_-]+)/?")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Discord:
    """https://<host>/api/webhooks/<id>/<token>; plain http on loopback only."""

    KEYS: ClassVar[tuple[str, ...]] = ("url",)

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def configured(self) -> bool:
        return bool(self.entry.url)

    def validate(self) -> None:
        try:
            parts = urlsplit(self.entry.url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            raise BadInput("notify.webhook_invalid", channel=self.entry.name) from None
        secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
        plain = not parts.username and self.entry.url.isascii() and " " not in self.entry.url
        if not (secure and host and plain and _PATH.fullmatch(parts.path)):
            raise BadInput("notify.webhook_invalid", channel=self.entry.name)

    def secrets(self) -> tuple[str, ...]:
        found = _PATH.fullmatch(urlsplit(self.entry.url).path)
        return (self.entry.url, found["token"]) if found else (self.entry.url,)

    def target(self) -> str:
        parts = urlsplit(self.entry.url)
        found = _PATH.fullmatch(parts.path)
        return f"{parts.hostname} #{found['id']}" if found else ""

    def payloads(self, event: Event) -> list[Payload]:
        title = clamp(event.title, TITLE)
        footer = clamp(" - ".join(filter(None, (event.facts.get("stack"), event.facts.get("run_id")))), FOOTER)
        description = clamp(event.body, DESCRIPTION) or EMPTY
        room = TOTAL - units(title) - units(description)
        if units(footer) > room:
            footer = ""
        embed: dict[str, object] = {
            "title": title,
            "description": description,
            "color": event.status.colour,
            "timestamp": event.at,
            "fields": _fields(event.fields, room - units(footer)),
        }
        if footer:
            embed["footer"] = {"text": footer}
        return [{"embeds": [embed], "allowed_mentions": {"parse": []}}]

    def send(self, payload: Payload, transport: Transport, timeout: float) -> Response:
        parts = urlsplit(self.entry.url)
        query = urlencode({**dict(parse_qsl(parts.query)), "wait": "true"})
        return transport.request(
            "POST",
            urlunsplit(parts._replace(query=query, fragment="")),
            timeout=timeout,
            headers={"Content-Type": "application/json", "User-Agent": "benevoclic-updates (webhook)"},
            body=json.dumps(payload, ensure_ascii=False).encode(),
        )

    def classify(self, response: Response) -> Verdict:
        details: dict[str, object] = {"status": response.status}
        if 200 <= response.status < 300:
            return Verdict(SENT)
        if response.status == 429:
            return Verdict(RETRY, "notify.reason.rate", details, after=_asked_wait(response))
        if response.status >= 500:
            return Verdict(RETRY, "notify.reason.status", details, ambiguous=response.status in (500, 504))
        if response.status in (401, 403, 404):
            return Verdict(FINAL, "notify.reason.webhook", details)
        return Verdict(FINAL, "notify.reason.refused", {**details, "answer": _answer(response)})


def _fields(fields: tuple[Field, ...], room: int) -> list[dict[str, object]]:
    """As many fields as there is room for, the last one cut where that leaves something to read."""
    kept: list[dict[str, object]] = []
    for name, value in fields[:FIELDS]:
        name, value = clamp(name, FIELD_NAME) or EMPTY, clamp(value, FIELD_VALUE) or EMPTY
        if units(name) + units(value) > room:
            value = clamp(value, max(0, room - units(name)))
            if units(value) < 2:
                break
        room -= units(name) + units(value)
        kept.append({"name": name, "value": value, "inline": units(value) <= INLINE and "\n" not in value})
    return kept


def _json_object(response: Response) -> dict[str, object]:
    try:
        content = json.loads(response.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _asked_wait(response: Response) -> float:
    """Seconds: the longer of the header and the body's figure; nonsense counts for nothing."""
    waits = [0.0]
    for value in (response.headers.get("retry-after"), _json_object(response).get("retry_after")):
        try:
            waits.append(float(str(value)))
        except ValueError:
            continue
    return min(LONGEST_WAIT, max(wait for wait in waits if not math.isnan(wait)))


def _answer(response: Response) -> str:
    return clamp(str(_json_object(response).get("message", "")), 120) or EMPTY
