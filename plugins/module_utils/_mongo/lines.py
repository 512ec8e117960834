# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read of a backup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.units import readable

Line = Callable[..., dict[str, str]]
NAMED = 3
"""Collections named in a line."""


def of_backup(made: Mapping[str, Any], line: Line) -> list[dict[str, str]]:
    """What people read of it; ``line(mark, text_id, **details)`` makes one."""
    size, seconds = readable(made["bytes"]), round(made["seconds"], 1)
    details = {"id": made["id"], "documents": made["documents"], "size": size, "seconds": seconds}
    found = [line("ok", "mongo.backup_done", **details)]
    proof = made["proof"]
    level = made["proof"]["level"]
    mark = "warning" if level == "none" else "ok"
    if level == "rehearsal":
        found.append(line("ok", "mongo.backup_rehearsed", seconds=round(proof["restore_seconds"], 1)))
    else:
        found.append(line(mark, f"mongo.backup_proof_{level}"))
    found.append(line("ok", f"mongo.engine_{made['engine_why']}", engine=made["engine"]))
    return [*found, *_consistency(made, line)]


def _consistency(made: Mapping[str, Any], line: Line) -> list[dict[str, str]]:
    found = []
    consistency = made["consistency"]
    apart = consistency["exceptions"]
    if consistency["point_in_time"]:
        found.append(line("ok", "mongo.backup_point", cluster_time=consistency["cluster_time"]))
    elif apart:
        named = ", ".join(apart[:NAMED]) + (f" (+{len(apart) - NAMED})" if len(apart) > NAMED else "")
        found.append(line("warning", "mongo.backup_not_point", collections=named))
    if made["users"] is None:
        found.append(line("warning", "mongo.backup_no_users"))
    if made["config_files"]:
        found.append(line("ok", "mongo.backup_config", count=made["config_files"]))
    return found
