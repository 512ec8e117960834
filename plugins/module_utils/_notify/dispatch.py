# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the caller's options to who is sent what: one event an audience, in its own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._locale import text
from .audiences import Addressed, Occasion, address, read_audiences
from .channel import Channel
from .discretion import Discretion
from .event import INTERNAL, Event
from .messages import Style, compose
from .progress import with_progress
from .template_files import load_templates
from .timing import read_timing

SETTINGS = ("audiences", "routes", "timing", "templates_dir", "product", "support")
"""The team's settings: those of the inventory's notification block beside the channels."""


@dataclass(frozen=True)
class Dispatch:
    """``posts``: who is sent what; ``held``: channel → why not; ``lines`` for the timeline; ``event``: the team's."""

    posts: tuple[tuple[Channel, Event], ...]
    held: Mapping[str, str]
    lines: tuple[dict[str, str], ...]
    event: Event


def prepare(
    options: Mapping[str, Any], channels: Sequence[Channel], now: datetime, locale: str, hosts: Sequence[str] = ()
) -> Dispatch:
    """What ``options`` (the message and the SETTINGS) mean for ``channels`` at ``now``; ``hosts``: names nobody outside reads.

    Raises BadInput for whatever is wrong with them, before anything is sent.
    """
    options = with_progress(_with_support(options))
    timing = read_timing(options.get("timing"))
    audiences = read_audiences(
        options.get("audiences"), options.get("routes"), [channel.entry.name for channel in channels]
    )
    style = Style(
        product=str(options.get("product") or Style.product),
        zone=timing.zone,
        templates=load_templates(str(options.get("templates_dir") or ""), locale),
        discretion=Discretion(tuple(filter(_is_host_name, hosts))),
    )
    # an unknown status or flow is refused here, before it decides who is addressed
    first = compose(options, now, locale, INTERNAL, style)
    occasion = Occasion(first.status, first.facts.get("update_type"), first.facts.get("severity"), now)
    addressed = address(occasion, channels, audiences, timing, locale)
    events = _events(options, now, locale, style, addressed)
    lines = [
        {"mark": "info", "text": text(locale, "notify.line.held", channel=name, reason=addressed.held[name])}
        for name in addressed.noted
    ]
    lines += [
        {
            "mark": "warning",
            "text": text(locale, "notify.audience_empty", audience=text(locale, f"notify.audience.{name}")),
        }
        for name in audiences.empty()
        if name in occasion.outsiders()
    ]
    posts = tuple((channel, events[audience]) for channel, audience in addressed.told)
    return Dispatch(posts, addressed.held, tuple(lines), events[INTERNAL])


def _is_host_name(name: str) -> bool:
    """Not a mere alias of the inventory, such as production, which is a word."""
    return any(character in ".-" or character.isdigit() for character in name)


def _with_support(options: Mapping[str, Any]) -> Mapping[str, Any]:
    communication = options.get("communication") or {}
    if not options.get("support") or not isinstance(communication, Mapping) or communication.get("support"):
        return options
    return {**options, "communication": {**communication, "support": options["support"]}}


def _events(
    options: Mapping[str, Any], now: datetime, locale: str, style: Style, addressed: Addressed
) -> dict[str, Event]:
    """The team reads who else hears it; outsiders read of themselves only."""
    names = [INTERNAL, *(audience for _channel, audience in addressed.told)]
    labels = {name: text(locale, f"notify.audience.{name}") for name in dict.fromkeys(names)}
    return {
        name: compose(
            options,
            now,
            locale,
            name,
            Style(
                style.product,
                style.zone,
                style.templates,
                style.discretion,
                tuple(labels.values()) if name == INTERNAL else (labels[name],),
            ),
        )
        for name in labels
    }
