# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's own wording: files that replace parts of a message; what they may say, and filling them in.

A template's name is ``<moment>`` or ``<moment>.<flow>``, with ``external.`` before it for users, partners and the public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from .._core.errors import BadInput
from .facts import UPDATE_TYPES
from .statuses import STATUSES

REMINDER = "reminder"
MOMENTS = (*STATUSES, REMINDER)
OUTSIDE = "external."
PARTS = ("title", "subject", "lead", "summary", "body")
FIELDS = "fields"
COMMUNICATED: dict[str, tuple[str, ...]] = {
    "announced": ("type", "date", "duration", "impact", "features", "fixes", "actions", "recipients"),
    REMINDER: ("type", "date", "duration", "impact", "features", "fixes", "actions", "recipients"),
    "pre_update": ("state",),
    "in_progress": ("state", "progress", "remaining"),
    "success": ("state", "features", "notes", "support"),
    "resolved": ("state", "notes", "support"),
    **dict.fromkeys(("warning", "error", "rollback", "incident"), ("state", "description", "ongoing", "resolution")),
}
"""The fields of the manual's four communications (§4.1), by moment; shown whether known or not."""
SECURITY = ("vulnerability_id", "severity", "deadline")
OPEN = (
    *("product", "icon", "title", "when"),
    *("type", "date", "duration", "impact", "features", "fixes", "actions", "recipients"),
    *("state", "progress", "remaining", "notes", "support", "description", "ongoing", "resolution"),
    *SECURITY,
)
"""Placeholders that outsiders may read."""
INSIDE = (
    *("version", "environment", *SECURITY, "target", "level", "backup_id", "documents", "elapsed"),
    *("reason", "stack", "run_id"),
)
"""Fields that the team reads beside, most important first; shown when known."""
CLOSED = (*OPEN, *INSIDE, "from_version", "to_version", "message", "what", "place", "because", "back", "graded")
"""Placeholders of internal messages."""


@dataclass(frozen=True)
class Templates:
    """Template's name → part → text; ``fields`` → names. Empty: the catalogue's own wording everywhere."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def part(self, names: Iterator[str], part: str) -> str | None:
        """The first of the templates ``names`` that has that part."""
        return next((self.texts[name][part] for name in names if part in self.texts.get(name, {})), None)

    def chosen_fields(self, names: Iterator[str]) -> tuple[str, ...] | None:
        return next((self.fields[name] for name in names if name in self.fields), None)


def names_for(moment: str, update_type: str | None, *, external: bool) -> Iterator[str]:
    """The names of the templates that a message looks for, the most special first."""
    before = OUTSIDE if external else ""
    if update_type:
        yield f"{before}{moment}.{update_type}"
    yield f"{before}{moment}"


def read_templates(files: Mapping[str, Any]) -> Templates:
    """Template's name → content of its file, checked.

    Raises BadInput ``template.*`` naming the file and what is allowed there.
    """
    texts: dict[str, dict[str, str]] = {}
    fields: dict[str, tuple[str, ...]] = {}
    for name, content in files.items():
        _check_name(name)
        if not isinstance(content, Mapping):
            raise BadInput("template.not_mapping", name=name, found=type(content).__name__)
        allowed = OPEN if name.startswith(OUTSIDE) else CLOSED
        texts[name] = {}
        for part, value in content.items():
            if part == FIELDS:
                fields[name] = _field_names(name, value, allowed)
            elif part not in PARTS:
                raise BadInput("template.part_unknown", name=name, part=part, allowed=", ".join((*PARTS, FIELDS)))
            elif not isinstance(value, str):
                raise BadInput("template.part_not_text", name=name, part=part, found=type(value).__name__)
            else:
                _check_places(name, value, allowed)
                texts[name][part] = value.strip()
    return Templates(texts, fields)


def _check_name(name: str) -> None:
    moment, _dot, flow = name.removeprefix(OUTSIDE).partition(".")
    if moment not in MOMENTS or (flow and flow not in UPDATE_TYPES) or name.endswith("."):
        raise BadInput("template.name_unknown", name=name, moments=", ".join(MOMENTS), flows=", ".join(UPDATE_TYPES))


def _field_names(name: str, value: Any, allowed: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(value) if isinstance(value, (list, tuple)) else (value,)
    shown = tuple(item for item in allowed if item in (*COMMUNICATION_FIELDS, *INSIDE))
    for item in names:
        if item not in shown:
            raise BadInput("template.place_unknown", name=name, place=item, allowed=", ".join(shown))
    return names


COMMUNICATION_FIELDS = tuple(dict.fromkeys(item for names in COMMUNICATED.values() for item in names))


def _check_places(name: str, template: str, allowed: tuple[str, ...]) -> None:
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise BadInput("template.braces", name=name, found=str(error)) from None
    for _literal, place, spec, conversion in parsed:
        if place is not None and (place not in allowed or spec or conversion):
            raise BadInput("template.place_unknown", name=name, place=place, allowed=", ".join(allowed))


def fill(template: str, values: Mapping[str, str], missing: str) -> str:
    """``template`` with its places filled, once: what a value holds is text, whatever braces are in it."""
    parts = []
    for literal, place, _spec, _conversion in Formatter().parse(template):
        parts.append(literal)
        if place is not None:
            parts.append(values.get(place, missing))
    return "".join(parts)


def places_of(template: str) -> set[str]:
    """The places of a template."""
    return {place for _literal, place, _spec, _conversion in Formatter().parse(template) if place is not None}
