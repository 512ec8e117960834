# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to one URL, and what its answer is worth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput, TransportFailed
from .._core.http import Response, Transport

SHOWN = 80
"""Characters of an unexpected answer that are kept."""
_KEYS = {"name", "url", "statuses", "contains", "field", "value"}
ABSENT = object()


@dataclass(frozen=True)
class Check:
    """What is asked and what counts as good: the status (default 200 to 299), then the body's text or a JSON field."""

    name: str
    url: str
    statuses: tuple[int, ...] = ()
    contains: str | None = None
    field: str | None = None
    value: str | None = None

    @classmethod
    def parse(cls, given: Mapping[str, Any], path: str) -> Check:
        """Build one from options; ``path`` says where they stand. Raises BadInput ``gate.bad_check``."""
        unknown = sorted(set(given) - _KEYS)
        if unknown:
            raise BadInput("gate.bad_check", path=f"{path}.{unknown[0]}", expected=", ".join(sorted(_KEYS)))
        for key in ("name", "url"):
            if not isinstance(given.get(key), str) or not given[key]:
                raise BadInput("gate.bad_check", path=f"{path}.{key}", expected="str")
        statuses = given.get("statuses") or ()
        if not isinstance(statuses, (list, tuple)) or not all(_is_status(item) for item in statuses):
            raise BadInput("gate.bad_check", path=f"{path}.statuses", expected="[100-599, …]")
        texts = {key: given.get(key) for key in ("contains", "field", "value")}
        for key, value in texts.items():
            if value is not None and not isinstance(value, str):
                raise BadInput("gate.bad_check", path=f"{path}.{key}", expected="str")
        return cls(given["name"], given["url"], tuple(statuses), **texts)


@dataclass(frozen=True)
class Observation:
    """What one question brought. ``found`` is short and the same in every language; ``status`` None: no answer."""

    ok: bool
    found: str
    status: int | None = None
    seconds: float = 0.0

    def data(self) -> dict[str, Any]:
        return {"ok": self.ok, "found": self.found, "status": self.status, "seconds": round(self.seconds, 3)}


def observe(check: Check, transport: Transport, timeout: float) -> Observation:
    """Ask once, over a connection of its own."""
    try:
        answer = transport.request("GET", check.url, timeout=timeout)
    except TransportFailed as error:
        return Observation(False, str(error.details.get("found", "?")))
    ok, found = _judge(check, answer)
    return Observation(ok, found, answer.status, answer.seconds)


def json_field(body: bytes, field: str) -> Any:
    """The value at the dotted path ``field``; ABSENT where there is none. Raises ValueError when it is not JSON."""
    value = json.loads(body)
    for part in field.split("."):
        if not isinstance(value, dict) or part not in value:
            return ABSENT
        value = value[part]
    return value


def shorten(body: bytes | str) -> str:
    """The beginning of an answer, on one line."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _judge(check: Check, answer: Response) -> tuple[bool, str]:
    good = answer.status in check.statuses if check.statuses else 200 <= answer.status <= 299
    found = f"HTTP {answer.status}"
    if not good:
        return False, found
    if check.contains is not None and check.contains.encode() not in answer.body:
        return False, f'{found}, "{shorten(answer.body)}"'
    if check.field is None:
        return True, found
    try:
        value = json_field(answer.body, check.field)
    except ValueError:
        return False, f'{found}, JSON ? "{shorten(answer.body)}"'
    if value is ABSENT:
        return False, f'{found}, {check.field} ? "{shorten(answer.body)}"'
    shown = value if isinstance(value, str) else json.dumps(value)
    return check.value is None or shown == check.value, f"{found}, {check.field} = {shorten(shown)}"


def _is_status(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599
