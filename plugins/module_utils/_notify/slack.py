# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slack incoming webhooks: Block Kit; what people wrote is plain text, so that nothing in it is a mention or a style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from .._core.http import Response
from .channel import FINAL, SENT, Payload, Verdict, Wires
from .clamp import EMPTY, clamp, clamp_end, one_line, units
from .event import Event
from .posting import ChatWebhook, judge, post_json

HEADER, SECTION, FIELDS, FIELD, NOTICE, CONTEXT = 150, 3000, 10, 2000, 300, 300
TOTAL = 12_000
"""Of all blocks together: Slack documents no figure and refuses at about 13,200 (msg_blocks_too_long)."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_FENCE = "```"


class Slack(ChatWebhook):
    """https://<host>/services/<team>/<app>/<token>; plain http on loopback only."""

    ADDRESS: ClassVar[Mapping[str, str]] = {"url": "SLACK_WEBHOOK"}
    FORM: ClassVar[str] = "https://hooks.slack.com/services/<T…>/<B…>/<token>"
    PATH: ClassVar[re.Pattern[str]] = re.compile(
        r"/services/(?P<id>[A-Za-z0-9]+)/[A-Za-z0-9]+/(?P<token>[A-Za-z0-9_-]+)/?"
    )

    def payloads(self, event: Event) -> list[Payload]:
        blocks: list[dict[str, object]] = [
            {"type": "header", "text": plain(one_line(event.title), HEADER)},
            {"type": "section", "text": plain(event.body, SECTION)},
        ]
        links = _links(event)
        room = TOTAL - HEADER - SECTION - CONTEXT - units(links)
        fields = []
        for name, value in event.fields[:FIELDS]:
            field = plain(f"{one_line(name) or EMPTY}\n{value}", min(FIELD, room))
            if room < 2:
                break
            room -= units(str(field["text"]))
            fields.append(field)
        if fields:
            blocks.append({"type": "section", "fields": fields})
        if links:
            blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": links, "verbatim": True}})
        log = clamp_end(event.log.replace(_FENCE, "'''"), min(SECTION, room) - 2 * len(_FENCE) - 2, _ENTITIES)
        if log:
            text = f"{_FENCE}\n{log}\n{_FENCE}"
            blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}})
        context = " - ".join(filter(None, (event.facts.get("stack"), event.facts.get("run_id"), event.at)))
        blocks.append({"type": "context", "elements": [plain(context, CONTEXT)]})
        notice = clamp(one_line(event.summary or event.title), NOTICE, _ENTITIES) or EMPTY
        return [{"text": notice, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}]

    def send(self, payload: Payload, wires: Wires, timeout: float, earlier: str = "") -> Response:
        return post_json(wires, self.entry.text("url"), payload, timeout)

    def classify(self, response: Response) -> Verdict:
        answer = response.body[:200].decode(errors="replace").strip()
        if response.status == 200 and answer == "ok":
            return Verdict(SENT)
        if response.status < 300:
            return Verdict(
                FINAL, "notify.reason.refused", {"status": response.status, "answer": clamp(answer, 120) or EMPTY}
            )
        return judge(response, answer)


def plain(value: str, limit: int) -> dict[str, object]:
    """A text in which nothing is a style, an emoji's name, a link or a mention."""
    return {"type": "plain_text", "text": clamp(value, limit, _ENTITIES) or EMPTY, "emoji": False}


def _links(event: Event) -> str:
    """Whole or not at all: half an address is none."""
    found = []
    for label, address in event.links[:10]:
        shown = one_line(label).replace("|", "/").translate(_ENTITIES)
        found.append(f"<{address.translate(_ENTITIES).replace('|', '%7C')}|{shown or EMPTY}>")
    text = "\n".join(found)
    return text if units(text) <= SECTION else ""
