# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a preview: each message as its channel shows it; nothing in it is fetched, and nothing runs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .._locale import text
from .channel import Payload
from .event import Event
from .preview_marks import discord_html, slack_html

SEGMENT, FURTHER = 160, 153
"""Characters of an SMS of one part, and of each part of a longer one (GSM 03.38)."""
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_STYLE = """
:root { color-scheme: light }
body { margin: 0; padding: 32px 16px 48px; background: #eceff1; color: #1d2733;
       font: 15px/1.5 -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif }
main { max-width: 760px; margin: 0 auto }
h1 { font-size: 24px; margin: 0 0 4px } .lead { margin: 0 0 28px; color: #5b6875 }
section { margin: 0 0 28px }
h2 { font-size: 15px; margin: 0 0 8px; display: flex; flex-wrap: wrap; gap: 8px; align-items: baseline }
.tag { font-weight: 400; font-size: 12px; padding: 1px 8px; border-radius: 10px; background: #d8dee4; color: #36424e }
.tag.for { background: #dbe9f8; color: #174a7c } .tag.why { background: #fdebc8; color: #7a4b00 }
.target { font-weight: 400; font-size: 12px; color: #5b6875 }
.box { border-radius: 8px; padding: 16px; overflow-wrap: anywhere; box-shadow: 0 1px 2px rgba(0,0,0,.12) }
pre { margin: 6px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.45 'DejaVu Sans Mono', Consolas, monospace }
.discord { background: #313338; color: #dbdee1 }
.discord .who, .slack .who { font-weight: 600; margin: 0 0 6px } .discord .who { color: #f2f3f5 }
.discord .embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 12px 16px }
.discord .title { font-weight: 600; color: #f2f3f5; margin-bottom: 6px }
.discord .fields { display: grid; grid-template-columns: repeat(3, 1fr); gap: 10px 16px; margin-top: 12px }
.discord .fields > div { font-size: 14px } .discord .wide { grid-column: 1 / -1 }
.discord b { display: block; color: #f2f3f5; font-size: 13px }
.discord .foot { margin-top: 12px; font-size: 12px; color: #a3a6aa }
.discord pre { background: #1e1f22; border-radius: 4px; padding: 8px }
.slack { background: #fff; border: 1px solid #dfe3e6 }
.slack .header { font-size: 18px; font-weight: 700; margin-bottom: 8px }
.slack .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 10px 16px; margin: 10px 0; font-size: 14px }
.slack .context { color: #616a73; font-size: 12px; margin-top: 10px }
.slack pre { background: #f6f6f6; border: 1px solid #e1e4e6; border-radius: 4px; padding: 8px }
.email { background: #fff; padding: 0; overflow: hidden }
.email dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0; padding: 14px 16px;
            border-bottom: 1px solid #dfe3e6; font-size: 14px } .email dt { color: #5b6875 } .email dd { margin: 0 }
.sms { background: #dfe6ee } .sms p { max-width: 340px; margin: 0; padding: 10px 14px; border-radius: 18px 18px 18px 4px;
       background: #fff } .sms small { display: block; margin-top: 6px; color: #4d5a66 }
.json { background: #1d2733; color: #dfe6ee } .json pre { margin: 0 }
.none { background: #fff; color: #5b6875 }
ul { margin: 0; padding: 12px 16px 12px 32px; background: #fff; border-radius: 8px; font-size: 14px }
@media (max-width: 520px) { .discord .fields, .slack .fields { grid-template-columns: 1fr } }
"""
_PAGE = """<!DOCTYPE html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="lead">{lead}</p>
{sections}
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Shown:
    """A channel of the preview; ``reason`` says what it lacks; one payload a recipient, all with the same words."""

    name: str
    kind: str
    audience: str
    target: str
    reason: str
    payloads: tuple[Payload, ...]


def page_of(shown: Sequence[Shown], held: Sequence[tuple[str, str]], event: Event, locale: str) -> str:
    """The whole page; every text in it is escaped."""
    sections = [_section(channel, locale) for channel in shown]
    if held:
        items = "".join(f"<li><b>{escape(name)}</b> : {escape(reason)}</li>" for name, reason in held)
        sections.append(f"<section><h2>{escape(text(locale, 'notify.preview.held'))}</h2><ul>{items}</ul></section>")
    return _PAGE.format(
        locale=escape(locale),
        title=escape(text(locale, "notify.preview.title")),
        lead=escape(f"{event.summary} - {text(locale, 'notify.preview.nothing_sent')}"),
        style=_STYLE,
        sections="\n".join(sections),
    )


def _section(channel: Shown, locale: str) -> str:
    tags = [
        f'<span class="tag">{escape(channel.kind)}</span>',
        f'<span class="tag for">{escape(channel.audience)}</span>',
    ]
    if channel.target:
        tags.append(f'<span class="target">{escape(channel.target)}</span>')
    if channel.reason:
        tags.append(f'<span class="tag why">{escape(channel.reason)}</span>')
    if channel.payloads:
        look = _LOOKS.get(channel.kind, _json)(channel, locale)
    else:
        look = f'<div class="box none">{escape(text(locale, "notify.preview.nothing"))}</div>'
    return f"<section><h2>{escape(channel.name)} {' '.join(tags)}</h2>{look}</section>"


def _discord(channel: Shown, locale: str) -> str:
    embed = channel.payloads[0]["embeds"][0]
    fields = "".join(
        f'<div class="{"" if field["inline"] else "wide"}"><b>{discord_html(field["name"])}</b>'
        f"{discord_html(field['value'])}</div>"
        for field in embed["fields"]
    )
    foot = " - ".join(filter(None, (embed.get("footer", {}).get("text"), embed["timestamp"])))
    return (
        '<div class="box discord"><p class="who">Benevoclic</p>'
        f'<div class="embed" style="border-color:#{embed["color"]:06x}">'
        f'<div class="title">{escape(embed["title"])}</div><div>{discord_html(embed["description"])}</div>'
        f'<div class="fields">{fields}</div><div class="foot">{escape(foot)}</div></div></div>'
    )


def _slack(channel: Shown, locale: str) -> str:
    parts = []
    for block in channel.payloads[0]["blocks"]:
        if "fields" in block:
            fields = "".join(f"<div>{_slack_field(field['text'])}</div>" for field in block["fields"])
            parts.append(f'<div class="fields">{fields}</div>')
        elif "text" in block:
            parts.append(f'<div class="{escape(block["type"])}">{slack_html(block["text"]["text"])}</div>')
        else:
            context = " ".join(slack_html(element["text"]) for element in block["elements"])
            parts.append(f'<div class="context">{context}</div>')
    return f'<div class="box slack"><p class="who">Benevoclic</p>{"".join(parts)}</div>'


def _slack_field(value: str) -> str:
    name, _newline, rest = value.partition("\n")
    return f"{slack_html(name)}<br>{slack_html(rest)}"


def _email(channel: Shown, locale: str) -> str:
    payload = channel.payloads[0]
    to = ", ".join(str(each["to"]) for each in channel.payloads)
    heads = [
        (name, value)
        for name, value in (("From", payload["from"]), ("To", to), ("Subject", payload["subject"]))
        if value
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in heads)
    # our own page, in which every text is escaped; the policy of this page runs no script and fetches nothing
    page = _BODY.search(str(payload["html"]))
    return f'<div class="box email"><dl>{rows}</dl>{page[1] if page else ""}</div>'


def _sms(channel: Shown, locale: str) -> str:
    body = str(channel.payloads[0]["Body"])
    return f'<div class="box sms"><p>{escape(body)}</p><small>{escape(segments_of(body, locale))}</small></div>'


def segments_of(body: str, locale: str) -> str:
    """How long an SMS is, and how many it costs."""
    count = len(body)
    return text(locale, "notify.preview.sms", count=count, segments=1 if count <= SEGMENT else -(-count // FURTHER))


def _json(channel: Shown, locale: str) -> str:
    return f'<div class="box json"><pre>{escape(json.dumps(channel.payloads[0], ensure_ascii=False, indent=2))}</pre></div>'


_LOOKS = {"discord": _discord, "slack": _slack, "email": _email, "sms": _sms}
