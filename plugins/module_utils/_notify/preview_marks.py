# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a service is sent to what it shows: marks taken off, entities read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_BACKSLASH = re.compile(r"\\([^\w\s])")
_FENCED = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_SLACK_LINK = re.compile(r"<([^|>]+)\|([^>]+)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unmarked(value: str) -> str:
    """Discord's text without the backslashes that keep marks from being marks."""
    return _BACKSLASH.sub(r"\1", value)


def unfenced(value: str) -> str:
    """Slack's text as it is read."""
    return entities_read(_SLACK_LINK.sub(r"\2 (\1)", _FENCED.sub(r"\1", value)))


def entities_read(value: str) -> str:
    """The three entities of Slack as their characters."""
    for entity, character in _ENTITIES:
        value = value.replace(entity, character)
    return value


def discord_html(value: str) -> str:
    """A text of Discord as HTML: code blocks, line breaks, nothing else."""
    return _with_code(value, lambda part: escape(unmarked(part)))


def slack_html(value: str) -> str:
    """A text of Slack as HTML."""
    return _with_code(
        value,
        lambda part: "".join(
            escape(entities_read(piece)) if index % 3 == 0 else f"<u>{escape(entities_read(piece))}</u>"
            for index, piece in enumerate(_SLACK_LINK.split(part))
            if index % 3 != 1
        ),
    )


def _with_code(value: str, plain: Callable[[str], str]) -> str:
    parts = _FENCED.split(value)
    return "".join(
        f"<pre>{escape(entities_read(part))}</pre>" if index % 2 else plain(part).replace("\n", "<br>")
        for index, part in enumerate(parts)
    )
