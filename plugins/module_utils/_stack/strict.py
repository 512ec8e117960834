# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack definition is read strictly: every error names the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .._core.errors import BadInput

_VERSION_KEYS: dict[str, type] = {"url": str, "field": str, "label": str, "command": list}


def version(value: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """How a service or the edge proves its version. Raises BadInput, like all of these, that names ``path``."""
    check(value, _VERSION_KEYS, path)
    if "command" in value:
        texts(value["command"], f"{path}.command")
    url(value.get("url"), f"{path}.url")
    return dict(value)


def url(value: str | None, path: str) -> None:
    """An http address, or None."""
    if value is None:
        return
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise BadInput("stack.wrong_type", path=path, expected="http://host:port/path", found=shown(value))


def mapping(value: object, path: str) -> Mapping[str, Any]:
    """``value``, which is a table."""
    if not isinstance(value, Mapping):
        raise BadInput("stack.wrong_type", path=path, expected="mapping", found=shown(value))
    return value


def texts(value: Sequence[object], path: str) -> None:
    """A list of texts, not empty."""
    if not value or not all(isinstance(item, str) and item for item in value):
        raise BadInput("stack.wrong_type", path=path, expected="list of texts", found=shown(value))


def check(entry: Mapping[str, Any], allowed: Mapping[str, type], path: str) -> None:
    """Only ``allowed`` keys, each of its type; None means that a key was left out."""
    for key, value in entry.items():
        if key not in allowed:
            raise BadInput("stack.unknown_key", path=f"{path}.{key}", known=", ".join(allowed))
        wanted = allowed[key]
        if value is None and wanted is not bool:
            continue
        if not isinstance(value, wanted):
            names = {str: "text", list: "list", dict: "mapping", bool: "boolean"}
            raise BadInput("stack.wrong_type", path=f"{path}.{key}", expected=names[wanted], found=shown(value))


def shown(value: object) -> str:
    """A value that is wrong, with its type."""
    return f"{value!r} ({type(value).__name__})"
