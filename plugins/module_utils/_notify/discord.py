# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Discord webhooks: one embed a message, within Discord's limits, pinging nobody; one message follows an update."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .._core.http import Response
from .channel import GONE, SENT, Payload, Verdict, Wires
from .clamp import EMPTY, clamp, clamp_end, clean, one_line, units
from .event import Event, Field
from .posting import ChatWebhook, json_object, judge, post_json

TITLE, DESCRIPTION, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER, TOTAL = 256, 4096, 25, 256, 1024, 2048, 6000
INLINE = 40
"""Longest field value, in units, that is set beside others."""
FOLLOWS = ("in_progress", "success")
"""Statuses that take the place of the run's last message. What went wrong is a message of its own: edits ping nobody."""
UNKNOWN_MESSAGE = 10008
_FENCE = "```"
# what Discord would show as something else than itself: styles, links with another text, mentions, headings, quotes
_MARKDOWN = re.compile(
    r"\\(?=[^\w\s])|[*`]|~~|\|\||\](?=\()|(?<!\w)_|_(?!\w)|<(?=[@#]|a?:\w+:\d|t:-?\d|/[^>]*:\d|id:)|^(?=(?:-?#{1,3}|>{1,3}) )",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"(https?://[^\s<>]+)")


class Discord(ChatWebhook):
    """https://<host>/api/webhooks/<id>/<token>; plain http on loopback only."""

    ADDRESS: ClassVar[Mapping[str, str]] = {"url": "DISCORD_WEBHOOK"}
    FORM: ClassVar[str] = "https://discord.com/api/webhooks/<id>/<token>"
    PATH: ClassVar[re.Pattern[str]] = re.compile(r"/api(?:/v\d+)?/webhooks/(?P<id>\d+)/(?P<token>[A-Za-z0-9_-]+)/?")
    MARK: ClassVar[str] = "#"

    def continues(self, event: Event) -> bool:
        return event.status.name in FOLLOWS

    def payloads(self, event: Event) -> list[Payload]:
        title = clamp(one_line(event.title), TITLE) or EMPTY
        footer = clamp(" - ".join(filter(None, (event.facts.get("stack"), event.facts.get("run_id")))), FOOTER)
        links = _links(event)
        description = _shown(event.body, DESCRIPTION - units(links)) + links or EMPTY
        room = TOTAL - units(title) - units(description)
        if units(footer) > room:
            footer = ""
        fields, room = _fields(event.fields, room - units(footer))
        embed: dict[str, object] = {
            "title": title,
            "description": description + _log(event.log, min(room, DESCRIPTION - units(description))),
            "color": event.status.colour,
            "timestamp": event.at,
            "fields": fields,
        }
        if footer:
            embed["footer"] = {"text": footer}
        return [{"embeds": [embed], "allowed_mentions": {"parse": []}}]

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        parts = urlsplit(self.entry.text("url"))
        query = urlencode({**dict(parse_qsl(parts.query)), "wait": "true"})
        path = f"{parts.path.rstrip('/')}/messages/{earlier}" if earlier else parts.path
        url = urlunsplit(parts._replace(path=path, query=query, fragment=""))
        return post_json(wires, url, payload, timeout, method="PATCH" if earlier else "POST")

    def classify(self, response: Response) -> Verdict:
        answer = json_object(response)
        if 200 <= response.status < 300:
            receipt = str(answer.get("id", ""))
            return Verdict(SENT, receipt=receipt if receipt.isdigit() else "")
        if response.status == 404 and answer.get("code") == UNKNOWN_MESSAGE:
            return Verdict(GONE)
        return judge(response, str(answer.get("message", "")))


def as_shown(value: str) -> str:
    """With a backslash before what Discord would not show as it is; addresses stay addresses."""
    parts = _ADDRESS.split(value)
    return "".join(part if index % 2 else _MARKDOWN.sub(_escaped, part) for index, part in enumerate(parts))


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _shown(value: str, limit: int) -> str:
    # far more than fits need not be looked at
    return clamp(as_shown(clean(value[: 4 * limit])), limit)


def _links(event: Event) -> str:
    """Whole or not at all: half an address is none."""
    found = "".join(f"\n{one_line(label)}: {address}" for label, address in event.links if units(address) <= 512)
    return "\n" + found if found and units(found) <= DESCRIPTION // 4 else ""


def _log(log: str, room: int) -> str:
    """The end of the log as a block of its own, when there is room for more than its frame."""
    frame = f"\n{_FENCE}\n", f"\n{_FENCE}"
    room -= units("".join(frame))
    kept = clamp_end(log.replace(_FENCE, "'''"), room)
    return frame[0] + kept + frame[1] if len(kept) > 1 else ""


def _fields(fields: tuple[Field, ...], room: int) -> tuple[list[dict[str, object]], int]:
    """As many fields as there is room for, the last one cut where that leaves something to read; what room is left."""
    kept: list[dict[str, object]] = []
    for name, value in fields[:FIELDS]:
        name, value = _shown(one_line(name), FIELD_NAME) or EMPTY, _shown(value, FIELD_VALUE) or EMPTY
        if units(name) + units(value) > room:
            value = clamp(value, max(0, room - units(name)))
            if units(value) < 2:
                break
        room -= units(name) + units(value)
        kept.append({"name": name, "value": value, "inline": units(value) <= INLINE and "\n" not in value})
    return kept, room
