# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention as the modules tell it. It never makes a backup or an update fail that went well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.errors import EngineError
from .._core.units import readable
from .._locale import explain
from .._mongo import prune
from .._mongo.retention import Candidate
from .._runs.layout import StackPaths
from .boundary import Tools

NAMED = 6
"""Removals that have a line of their own."""
REMOVED = ("retention.removed", "retention.removed_more")
WOULD_REMOVE = ("retention.would_remove", "retention.would_remove_more")
Told = tuple["dict[str, Any] | None", "list[dict[str, str]]"]


def remove(definition: Mapping[str, Any], paths: StackPaths, tools: Tools) -> Told:
    """What was removed and kept, and lines about it."""
    return _told(lambda: prune.prune(definition, paths, tools.clock), REMOVED, tools)


def foresee(definition: Mapping[str, Any], paths: StackPaths, tools: Tools, coming: Candidate) -> Told:
    """The same of what would be removed after the set that is ``coming``."""
    return _told(lambda: prune.foresee(definition, paths, tools.clock, [coming]), WOULD_REMOVE, tools)


def _told(act: Callable[[], dict[str, Any] | None], text_ids: tuple[str, str], tools: Tools) -> Told:
    try:
        done = act()
    except EngineError as error:
        return None, [tools.line("warning", "retention.skipped", cause=explain(error, tools.locale)["text"])]
    if done is None:
        return None, []
    told = {**done, **{key: [_with_why(one, tools) for one in done[key]] for key in ("removed", "kept")}}
    return told, _lines(told, text_ids, tools)


def _with_why(one: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    said = why_of(one["reason"], one["details"], tools)
    return {"id": one["id"], "bytes": one["bytes"], "reason": one["reason"], "why": said}


def why_of(reason: str, details: Mapping[str, Any], tools: Tools) -> str:
    """The reason of a verdict in words."""
    plain = {
        key: explain(value, tools.locale)["text"] if isinstance(value, EngineError) else value
        for key, value in details.items()
    }
    return tools.say(f"retention.{reason}", **plain)


def _lines(told: Mapping[str, Any], text_ids: tuple[str, str], tools: Tools) -> list[dict[str, str]]:
    removed, kept = told["removed"], told["kept"]
    lines = [
        tools.line("info", text_ids[0], id=one["id"], size=readable(one["bytes"]), why=one["why"])
        for one in removed[:NAMED]
    ]
    if len(removed) > NAMED:
        size = readable(sum(one["bytes"] for one in removed[NAMED:]))
        lines.append(tools.line("info", text_ids[1], count=len(removed) - NAMED, size=size))
    if not removed:
        lines.append(tools.line("info", "retention.none", count=len(kept)))
    lines += [
        tools.line("warning", "retention.not_removed", id=one["id"], why=one["why"])
        for one in kept
        if one["reason"] == "stuck"
    ]
    if told["left_alone"]:
        names = ", ".join(one["id"] for one in told["left_alone"][:NAMED])
        lines.append(tools.line("warning", "retention.left_alone", count=len(told["left_alone"]), names=names))
    return lines
