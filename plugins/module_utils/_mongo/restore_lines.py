# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A restore, in lines for people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from .._core.units import readable
from .swap_plan import CREATED, REPLACED

Line = Callable[..., dict[str, str]]
NAMED = 20
"""Collections that have a line of their own."""


def of_seen(
    found: Mapping[str, Any], accepted: Collection[str], confirm: str | None, line: Line
) -> list[dict[str, str]]:
    """What would be replaced, and what has to be accepted and confirmed; ``line(mark, text_id, **details)`` makes one."""
    table = found["collections"]
    lines = [
        line("ok", "restore.set", id=found["backup_id"], at=found["created_at"], size=readable(found["bytes"])),
        *(_row(row, line) for row in table[:NAMED]),
    ]
    if len(table) > NAMED:
        lines.append(line("info", "restore.more_rows", count=len(table) - NAMED))
    for misfit in found["misfits"]:
        mark = "info" if misfit["name"] in accepted else "warning"
        lines.append(line(mark, "restore.misfit", **misfit))
    return [*lines, _writes(found, confirm, line)]


def of_done(done: Mapping[str, Any], line: Line) -> list[dict[str, str]]:
    """What was replaced, and where the former data is."""
    names = [row["name"] for row in done["collections"]]
    documents = sum(row["restored"] or 0 for row in done["collections"])
    lines = [
        line("ok", "restore.loaded", count=len(names), documents=documents, seconds=round(done["load_seconds"], 1)),
        line("ok", "restore.swapped", seconds=done["swap_seconds"], aside=f"{done['aside']}..."),
    ]
    if done["writes_since"] != 0:
        lines.append(line("warning", "restore.writes_aside", writes=done["confirm"]))
    if done["accounts"] and any(done["accounts"].values()):
        lines.append(line("info", "restore.accounts", users=done["accounts"]["users"], roles=done["accounts"]["roles"]))
    return lines


def _row(row: Mapping[str, Any], line: Line) -> dict[str, str]:
    details = {"name": row["name"], "live": row["live"], "restored": row["restored"]}
    if row["action"] == REPLACED:
        return line("info", "restore.row_replaced", **details)
    if row["action"] == CREATED:
        return line("info", "restore.row_created", name=row["name"], restored=row["restored"])
    return line("warning", "restore.row_set_aside", name=row["name"], live=row["live"])


def _writes(found: Mapping[str, Any], confirm: str | None, line: Line) -> dict[str, str]:
    asked = found["confirm"]
    if asked is None:
        return line("ok", "restore.no_writes")
    mark = "info" if confirm == asked else "warning"
    if found["writes_since"] is None:
        return line(mark, f"restore.unknown_{found['writes_unknown']}")
    return line(mark, "restore.writes", writes=asked)
