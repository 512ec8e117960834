# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of channel there are, and the inventory's entries made into channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._core.errors import BadInput
from .channel import Channel, Entry
from .discord import Discord
from .log import Log

KINDS: dict[str, type[Discord] | type[Log]] = {"discord": Discord, "log": Log}
ENVIRONMENT = {"discord": "DISCORD_WEBHOOK"}
"""The manual's names: used for the first enabled entry of the kind that has no address of its own."""
_TYPES: dict[str, type] = {"name": str, "kind": str, "url": str, "file": str, "enabled": bool, "required": bool}


def read_channels(raw: Any, environment: Mapping[str, str]) -> list[Channel]:
    """The channels that ``raw`` (a list of entries) describes, validated; without any, those of the environment.

    Raises BadInput naming the entry and the key; a value that may be a secret is never in it.
    """
    if raw is not None and not isinstance(raw, (list, tuple)):
        raise _invalid("channels", "list", raw)
    entries = [_entry(item, index) for index, item in enumerate(raw or [])]
    if not entries:
        entries = [Entry(kind, kind) for kind, variable in ENVIRONMENT.items() if environment.get(variable)]
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise BadInput("notify.channel_twice", channel=name)
    channels = [KINDS[entry.kind](entry) for entry in _with_environment(entries, environment)]
    for channel in channels:
        if channel.entry.enabled and channel.configured():
            channel.validate()
    return list(channels)


def _invalid(path: str, expected: str, value: object) -> BadInput:
    return BadInput("notify.channel_invalid", path=path, expected=expected, found=type(value).__name__)


def _entry(item: Any, index: int) -> Entry:
    path = f"channels[{index}]"
    if not isinstance(item, Mapping):
        raise _invalid(path, "dict", item)
    values = {str(key): value for key, value in item.items() if value is not None}
    for required in ("name", "kind"):
        if not values.get(required):
            raise BadInput("notify.channel_missing", path=f"{path}.{required}")
    for key, value in values.items():
        if key in _TYPES and not isinstance(value, _TYPES[key]):
            raise _invalid(f"{path}.{key}", _TYPES[key].__name__, value)
    kind = values["kind"]
    if kind not in KINDS:
        raise BadInput("notify.kind_unknown", channel=values["name"], kind=kind, allowed=", ".join(KINDS))
    allowed = ("name", "kind", "enabled", "required", *KINDS[kind].KEYS)
    # a null or empty "url" of a log channel is what a template of all keys gives
    unknown = [key for key, value in values.items() if key not in allowed and value != ""]
    if unknown:
        raise BadInput("notify.channel_unknown", path=path, keys=", ".join(unknown), allowed=", ".join(allowed))
    return Entry(**{key: value for key, value in values.items() if key in allowed})


def _with_environment(entries: list[Entry], environment: Mapping[str, str]) -> list[Entry]:
    free = {kind: environment.get(variable, "") for kind, variable in ENVIRONMENT.items()}
    filled = []
    for entry in entries:
        if entry.enabled and not entry.url and free.get(entry.kind):
            filled.append(replace(entry, url=free.pop(entry.kind)))
        else:
            filled.append(entry)
    return filled
