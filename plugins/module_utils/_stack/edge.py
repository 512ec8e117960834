# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge of a stack, read strictly from the stack definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput
from .strict import check, mapping, shown, url, version

_KEYS: dict[str, type] = {"url": str, "probe": str, "version": dict, "service": str, "maintenance": dict}
_MAINTENANCE_KEYS: dict[str, type] = {"directory": str}


def check_edge(definition: Mapping[str, Any]) -> None:
    """What is wrong with ``edge`` is said before anything relies on it. Raises BadInput ``stack.*`` naming the path."""
    edge = mapping(definition.get("edge") or {}, "edge")
    check(edge, _KEYS, "edge")
    url(edge.get("url") or None, "edge.url")
    version(edge.get("version") or {}, "edge.version")
    if edge.get("service") and edge["service"] not in definition["services"]:
        raise BadInput("stack.unknown_service", name=edge["service"], known=", ".join(definition["services"]))
    maintenance = edge.get("maintenance") or {}
    check(maintenance, _MAINTENANCE_KEYS, "edge.maintenance")
    directory = maintenance.get("directory")
    if directory and not directory.startswith("/"):
        found = shown(directory)
        raise BadInput("stack.wrong_type", path="edge.maintenance.directory", expected="absolute path", found=found)
    if directory and not edge.get("url"):
        raise BadInput("stack.edge_url", directory=directory)
