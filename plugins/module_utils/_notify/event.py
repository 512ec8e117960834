# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing to tell, independent of any channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .statuses import Status

Field = tuple[str, str]
Link = tuple[str, str]
"""Label and address (http or https)."""
INTERNAL = "internal"


@dataclass(frozen=True)
class Event:
    """``lead`` is one sentence; ``message`` the caller's own text; ``fields`` in order of importance.

    ``summary``: the lead without icon, on one line, for what is short (SMS, the hidden first line of an email).
    ``subject``: one line, for an email. ``log``: the end of a program's output, the first thing to be cut.
    ``percent`` 0 to 100 and ``remaining_seconds`` are None where nobody knows. ``urgency`` from 0 (for information)
    to 3 (wake someone): the status's, raised by the severity. ``audience`` is ``internal`` or one of the external ones.
    """

    status: Status
    title: str
    lead: str
    message: str
    fields: tuple[Field, ...]
    facts: Mapping[str, Any]
    at: str
    summary: str = ""
    subject: str = ""
    log: str = ""
    links: tuple[Link, ...] = ()
    percent: int | None = None
    remaining_seconds: int | None = None
    urgency: int = 0
    audience: str = INTERNAL
    locale: str = "fr"

    @property
    def body(self) -> str:
        """The lead, then the message: what is cut for length is the end of the message."""
        return "\n\n".join(part for part in (self.lead, self.message.strip()) if part)


def as_text(value: object) -> str:
    """A value as people read it: lists with commas, nothing as a dash."""
    if value is None:
        return "-"
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value) or "-"
    return str(value)


def pairs(fields: Mapping[Any, Any] | Sequence[Any]) -> list[Field]:
    """Fields given as a dict, or as a list of ``{name, value}``, in their order."""
    if isinstance(fields, Mapping):
        return [(as_text(name), as_text(value)) for name, value in fields.items()]
    return [(as_text(field["name"]), as_text(field["value"])) for field in fields]
