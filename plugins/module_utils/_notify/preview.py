# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be sent, to be read before: a text, and a page on which each message looks as its channel shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .._core.errors import Failed
from .._core.files import SECRET_MODE, write_atomic
from .._locale import text
from .channel import Channel, Payload
from .channels import KINDS
from .delivery import Result
from .dispatch import Dispatch
from .preview_looks import Shown, page_of, segments_of
from .preview_marks import unfenced, unmarked

TEXT_FILE, PAGE_FILE = "notifications.txt", "notifications.html"
NOBODY = "-"
Previewed = Sequence[tuple[Result, list[Payload]]]


def write_preview(folder: Path, previewed: Previewed, dispatch: Dispatch, locale: str) -> tuple[Path, Path]:
    """Write both files into ``folder``, which is made when it is not there, and return their paths.

    Raises Failed ``file.unwritable``.
    """
    shown = shown_of(previewed, dispatch, locale)
    held = list(dispatch.held.items())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Failed("file.unwritable", path=str(folder), found=error.strerror or str(error)) from error
    paths = folder / TEXT_FILE, folder / PAGE_FILE
    contents = text_of(shown, held, locale), page_of(shown, held, dispatch.event, locale)
    for path, content in zip(paths, contents, strict=True):
        write_atomic(path, content.encode(errors="replace"), SECRET_MODE)
    return paths


def shown_of(previewed: Previewed, dispatch: Dispatch, locale: str) -> list[Shown]:
    """A channel that lacks its address is shown too, with that said: its words can be read all the same."""
    found = []
    for (result, payloads), (channel, event) in zip(previewed, dispatch.posts, strict=True):
        audience = text(locale, f"notify.audience.{event.audience}")
        messages = payloads or (_addressed_to_nobody(channel).payloads(event) if channel.entry.enabled else [])
        found.append(Shown(result.name, result.kind, audience, result.target, result.reason, tuple(messages)))
    return found


def _addressed_to_nobody(channel: Channel) -> Channel:
    """The channel with a recipient that is none: without one there would be no message to look at."""
    if "to" not in channel.KEYS or channel.entry.many("to"):
        return channel
    entry = replace(channel.entry, settings={**channel.entry.settings, "to": [NOBODY]})
    return KINDS[entry.kind](entry)


def text_of(shown: Sequence[Shown], held: Sequence[tuple[str, str]], locale: str) -> str:
    """The text file."""
    parts = [f"{text(locale, 'notify.preview.title')}\n{text(locale, 'notify.preview.nothing_sent')}"]
    for channel in shown:
        details = " - ".join(filter(None, (channel.kind, channel.audience, channel.target, channel.reason)))
        parts.append(f"=== {channel.name} ({details})\n\n{_message(channel, locale)}")
    if held:
        lines = "\n".join(f"- {name} : {reason}" for name, reason in held)
        parts.append(f"=== {text(locale, 'notify.preview.held')}\n\n{lines}")
    return "\n\n".join(parts) + "\n"


def _message(channel: Shown, locale: str) -> str:
    if not channel.payloads:
        return text(locale, "notify.preview.nothing")
    payload = channel.payloads[0]
    if channel.kind == "discord":
        embed = payload["embeds"][0]
        fields = [f"{unmarked(field['name'])} : {unmarked(field['value'])}" for field in embed["fields"]]
        return "\n\n".join(filter(None, (embed["title"], unmarked(embed["description"]), "\n".join(fields))))
    if channel.kind == "slack":
        return "\n\n".join(unfenced(part) for part in slack_texts(payload))
    if channel.kind == "email":
        to = ", ".join(str(each["to"]) for each in channel.payloads)
        return f"From: {payload['from']}\nTo: {to}\nSubject: {payload['subject']}\n\n{payload['text']}"
    if channel.kind == "sms":
        return f"{payload['Body']}\n[{segments_of(str(payload['Body']), locale)}]"
    return json.dumps(payload, ensure_ascii=False, indent=2)


def slack_texts(payload: Payload) -> list[str]:
    """The texts of the blocks, in their order."""
    found = []
    for block in payload["blocks"]:
        texts = [block["text"]] if "text" in block else [*block.get("fields", []), *block.get("elements", [])]
        found += [str(part["text"]) for part in texts]
    return found
