# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wording of an event, from the facts of an update, for one audience in its language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .._core.clock import iso
from .._core.errors import BadInput
from .._locale import TEXTS_OF, text
from .discretion import Discretion
from .event import INTERNAL, Event, Field, pairs
from .facts import FACTS, UPDATES, Facts, read_facts
from .statuses import Status, icon_of, status_named, urgency_of
from .templates import COMMUNICATED, INSIDE, REMINDER, SECURITY, Templates, fill, names_for, places_of
from .values import outside_values, values_of
from .wording import DEFAULT_ZONE, short_moment

__all__ = ["FACTS", "Style", "compose"]
_PLANNED = ("announced", REMINDER)


@dataclass(frozen=True)
class Style:
    """What all messages of a team have in common. ``recipients``: who hears it, as it is told."""

    product: str = "Benevoclic"
    zone: str = DEFAULT_ZONE
    templates: Templates = field(default_factory=Templates)
    discretion: Discretion = field(default_factory=Discretion)
    recipients: tuple[str, ...] = ()


def compose(
    options: Mapping[str, Any], at: datetime, locale: str, audience: str = INTERNAL, style: Style | None = None
) -> Event:
    """The event that ``options`` (``status``, ``reminder``, ``fields`` and what :func:`read_facts` reads) amount to.

    Raises BadInput for an unknown status, update type or severity, and for fields of another form.
    """
    status = status_named(options.get("status"))
    facts = read_facts(options, tuple(_own_fields(options.get("fields"))))
    moment = REMINDER if status.name == "announced" and options.get("reminder") else status.name
    return _Wording(status, moment, facts, locale, audience, style or Style()).event(iso(at))


def _own_fields(fields: Any) -> list[Field]:
    if not fields:
        return []
    try:
        return pairs(fields)
    except (TypeError, KeyError) as error:
        raise BadInput("notify.fields_invalid", found=type(fields).__name__) from error


class _Wording:
    """One message for one audience."""

    def __init__(self, status: Status, moment: str, facts: Facts, locale: str, audience: str, style: Style) -> None:
        self.status, self.moment, self.facts, self.locale, self.audience = status, moment, facts, locale, audience
        self.style = style
        self.external = audience != INTERNAL
        self.flow = facts.update_type
        self.values = self._values()

    def _values(self) -> dict[str, str]:
        common = {
            "product": self.style.product,
            "icon": icon_of(self.status, self.flow),
            "state": self.say(f"notify.state.{self.moment}"),
            "recipients": ", ".join(self.style.recipients),
        }
        if self.external:
            return outside_values(self.facts, common, self.locale, self.style.zone, self.style.discretion)
        return values_of(self.facts, common, self.locale, self.style.zone)

    def say(self, text_id: str) -> str:
        return text(self.locale, text_id)

    def event(self, at: str) -> Event:
        lead = self._lead()
        summary = self._part("summary") or " ".join(self._lead(brief=True).replace(self.values["icon"], "", 1).split())
        outside = {"update_type": self.flow} if self.flow in UPDATES else {}
        return Event(
            status=self.status,
            title=self._part("title") or self.values["title"],
            lead=lead,
            message=self._body(),
            fields=tuple(self._fields()),
            facts={**outside, "audience": self.audience}
            if self.external
            else {name: value for name, value in self.facts.texts.items() if name in FACTS},
            at=at,
            summary=summary,
            subject=" ".join((self._part("subject") or self._subject()).split()),
            log="" if self.external else self.facts.log,
            links=() if self.external else self.facts.links,
            percent=_whole(self.facts.numbers.get("percent")),
            remaining_seconds=_whole(self.facts.numbers.get("remaining_seconds")),
            urgency=urgency_of(self.status, self.facts.texts.get("severity")),
            audience=self.audience,
            locale=self.locale,
        )

    def _part(self, part: str) -> str | None:
        """The team's own wording of that part, filled in."""
        own = self.style.templates.part(names_for(self.moment, self.flow, external=self.external), part)
        return None if own is None else fill(own, {**self._blanks(own), **self.values}, "-")

    def _blanks(self, template: str) -> dict[str, str]:
        return {place: self._empty(place) for place in places_of(template)}

    def _empty(self, place: str) -> str:
        """What stands where nothing is known."""
        for text_id in (f"notify.blank.{place}.{self.status.name}", f"notify.blank.{place}"):
            if text_id in TEXTS_OF[self.locale]:
                return self.say(text_id)
        return "-"

    def _lead(self, *, brief: bool = False) -> str:
        """One sentence: what happens to which release, where; for a security update also why and by when.

        ``brief``: with the date in figures and the reason at the end, where a text message is cut.
        """
        own = self._part("lead")
        if own is not None:
            return own
        group = "notify.external.lead" if self.external else "notify.lead"
        values = self.values
        if brief:
            values = {**values, **self._brief()}
        template = self._catalogued(group)
        sentence = fill(template, values, "-")
        if self.flow == "security" and "vulnerability_id" in self.values:
            known = {name: self.values.get(name, "-") for name in SECURITY}
            sentence += "\n" + text(self.locale, "notify.security_brief" if brief else "notify.security", **known)
        return sentence + self.values["because"] if brief and "because" in places_of(template) else sentence

    def _brief(self) -> dict[str, str]:
        """The fragments that are other ones where there is room for one text message only: the reason comes last."""
        found = {}
        if self.facts.at is not None:
            date = short_moment(self.facts.at, self.style.zone, self.locale)
            found["when"] = text(self.locale, "notify.when", date=date)
        if "because" in self.values:
            found["because"] = ""
        return found

    def _catalogued(self, group: str) -> str:
        """The flow's own sentence when all that it tells is known, else the status's."""
        special = TEXTS_OF[self.locale].get(f"{group}.{self.moment}.{self.flow}")
        if special is not None and places_of(special) <= set(self.values):
            return special
        return self.say(f"{group}.{self.moment}")

    def _subject(self) -> str:
        kind = "incident" if self.flow == "incident" else self.moment if self.moment in _PLANNED else "any"
        template = self.say(f"notify.subject.{kind}")
        return fill(template, {**self._blanks(template), "place": "", **self.values}, "-")

    def _body(self) -> str:
        own = self._part("body")
        if own is not None:
            return own
        if self.external:
            return self.say(f"notify.external.body.{self.moment}")
        return self.facts.message

    def _fields(self) -> list[Field]:
        chosen = self.style.templates.chosen_fields(names_for(self.moment, self.flow, external=self.external))
        if chosen is not None:
            return self._named(chosen, blanks=True)
        whole = self.external or self.flow in UPDATES
        names = COMMUNICATED[self.moment] if whole else COMMUNICATED[self.moment][1:]
        told = self._named(names, blanks=whole)
        if self.external:
            return told + self._named(SECURITY)
        also = self._named(tuple(name for name in ("duration", "impact") if self.moment == "pre_update"))
        facts = self._named(INSIDE) + list(self.facts.own)
        # a provider that takes ten fields takes the first ten: what the facts say is in the lead too
        return told + also + facts if whole else facts + told + also

    def _named(self, names: tuple[str, ...], *, blanks: bool = False) -> list[Field]:
        return [
            (self.say(f"notify.field.{name}"), self.values.get(name) or self._empty(name))
            for name in names
            if blanks or self.values.get(name)
        ]


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
