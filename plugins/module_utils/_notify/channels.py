# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of channel there are, and the inventory's entries made into channels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput
from .channel import Channel, Entry
from .discord import Discord
from .log import Log
from .mail import Email
from .slack import Slack
from .sms import Sms
from .webhook import Webhook

KINDS: dict[str, type[Discord] | type[Slack] | type[Email] | type[Sms] | type[Webhook] | type[Log]] = {
    "discord": Discord,
    "slack": Slack,
    "email": Email,
    "sms": Sms,
    "webhook": Webhook,
    "log": Log,
}
COMMON: dict[str, type] = {"name": str, "kind": str, "enabled": bool, "required": bool}
"""The keys of every entry."""
_SEPARATORS = re.compile(r"[/?&=;,\s]+")
_TELLING = re.compile(r"^(?=.*[0-9A-Z]).{8,}$", re.DOTALL)


def read_channels(raw: Any, environment: Mapping[str, str]) -> list[Channel]:
    """The channels that ``raw`` (a list of entries) describes, validated; without any, those of the environment.

    Raises BadInput naming the entry and the key; a value that may be a secret is never in it.
    """
    if raw is not None and not isinstance(raw, (list, tuple)):
        raise _invalid("channels", "list", raw)
    entries = [_entry(item, index) for index, item in enumerate(raw or [])]
    if not entries:
        entries = [
            Entry(kind, kind)
            for kind, cls in KINDS.items()
            if cls.ADDRESS and all(environment.get(variable) for variable in cls.ADDRESS.values())
        ]
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise BadInput("notify.channel_twice", channel=name)
    channels = [_made(entry) for entry in _with_environment(entries, environment)]
    for channel in channels:
        if channel.entry.enabled and channel.configured():
            channel.validate()
    return channels


def _made(entry: Entry) -> Channel:
    return KINDS[entry.kind](entry)


def secrets_of(raw: Any, environment: Mapping[str, str]) -> list[str]:
    """Every secret that ``raw`` or the environment gives, valid or not, and an address's last part, which is the token."""
    found = [raw] if isinstance(raw, str) else []
    variables = {cls.ADDRESS.get(key, "") for cls in KINDS.values() for key in cls.SECRETS}
    variables |= {name for cls in KINDS.values() for key in cls.SECRETS for name in cls.ACCOUNT.get(key, ())}
    found += [environment.get(variable, "") for variable in sorted(variables)]
    every = {key for cls in KINDS.values() for key in cls.SECRETS}
    for item in raw if isinstance(raw, (list, tuple)) else []:
        if isinstance(item, Mapping):
            kind = str(item.get("kind"))
            for key in KINDS[kind].SECRETS if kind in KINDS else every:
                value = item.get(key)
                found += map(str, value) if isinstance(value, (list, tuple)) else [str(value or "")]
        else:
            found.append(str(item))
    return [piece for value in found for piece in _pieces(value)]


def _pieces(value: str) -> list[str]:
    """The whole, and what of an address or a list would give it away; an ordinary word would be masked everywhere."""
    if re.fullmatch(r"[A-Za-z ]{1,11}", value):
        return []
    # a number is sent without the marks that people put between its digits
    numbers = [re.sub(r"[\s().+-]", "", part) for part in re.split("[,;]", value)]
    parts = [part.lstrip("+") for part in _SEPARATORS.split(re.sub(r"^\w+://[^/]*", "", value))]
    parts += [number for number in numbers if number.isdecimal()]
    return [value, *(part for part in parts if _TELLING.search(part))]


def _invalid(path: str, expected: str, value: object) -> BadInput:
    return BadInput("notify.channel_invalid", path=path, expected=expected, found=type(value).__name__)


def _entry(item: Any, index: int) -> Entry:
    path = f"channels[{index}]"
    if not isinstance(item, Mapping):
        raise _invalid(path, "dict", item)
    # a null or empty value is what a template of all keys gives
    values = {str(key): value for key, value in item.items() if value is not None and value != ""}
    for required in ("name", "kind"):
        if not values.get(required):
            raise BadInput("notify.channel_missing", path=f"{path}.{required}")
        if not isinstance(values[required], str):
            raise _invalid(f"{path}.{required}", "str", values[required])
    kind = values["kind"]
    if kind not in KINDS:
        raise BadInput("notify.kind_unknown", channel=values["name"], kind=kind, allowed=", ".join(KINDS))
    types = {**COMMON, **KINDS[kind].KEYS}
    unknown = [key for key in values if key not in types]
    if unknown:
        raise BadInput("notify.channel_unknown", path=path, keys=", ".join(unknown), allowed=", ".join(types))
    for key, value in values.items():
        values[key] = _typed(f"{path}.{key}", types[key], value)
    settings = {key: value for key, value in values.items() if key not in COMMON}
    return Entry(settings=settings, **{key: value for key, value in values.items() if key in COMMON})


def _typed(path: str, wanted: type, value: Any) -> Any:
    if wanted is int and isinstance(value, str) and value.isdecimal():
        return int(value)
    good = isinstance(value, (list, tuple, str)) if wanted is list else isinstance(value, wanted)
    if not good or (wanted is int and isinstance(value, bool)):
        raise _invalid(path, wanted.__name__, value)
    if wanted is list and not isinstance(value, str):
        for position, item in enumerate(value):
            if not isinstance(item, str):
                raise _invalid(f"{path}[{position}]", "str", item)
    return value


def _with_environment(entries: list[Entry], environment: Mapping[str, str]) -> list[Entry]:
    """An address serves the first enabled entry that has none; an account serves every entry of its kind."""
    served: set[str] = set()
    filled = []
    for entry in entries:
        cls = KINDS[entry.kind]
        given = dict(entry.settings)
        if entry.enabled:
            for key, variable in cls.ADDRESS.items():
                if not given.get(key) and environment.get(variable) and variable not in served:
                    given[key] = environment[variable]
                    served.add(variable)
            for key, variables in cls.ACCOUNT.items():
                found = [environment[variable] for variable in variables if environment.get(variable)]
                if not given.get(key) and found:
                    given[key] = _typed(variables[0], cls.KEYS[key], found[0])
        filled.append(Entry(entry.name, entry.kind, given, entry.enabled, entry.required))
    return filled
