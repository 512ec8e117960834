# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention as the modules tell it. It never makes a backup or an update fail that went well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._core.errors import EngineError
from .._core.units import readable
from .._locale import explain
from .._mongo import kept_aside, prune
from .._mongo.retention import Candidate
from .._runs.layout import StackPaths
from .boundary import Tools

NAMED = 5
"""Folders that a warning names."""
Told = tuple["dict[str, Any] | None", "list[dict[str, str]]"]
Lines = list[dict[str, str]]


def remove(definition: Mapping[str, Any], paths: StackPaths, tools: Tools, *, briefly: bool = False) -> Told:
    """What was removed and kept, and lines about it: one for each that was removed, or ``briefly`` one for all."""
    return _told(lambda: prune.prune(definition, paths, tools.clock), "retention.removed", briefly, tools)


def foresee(definition: Mapping[str, Any], paths: StackPaths, tools: Tools, coming: Candidate) -> Told:
    """The same of what would be removed after the set that is ``coming``."""
    return _told(
        lambda: prune.foresee(definition, paths, tools.clock, [coming]), "retention.would_remove", False, tools
    )


def drop_aside(definition: Mapping[str, Any], paths: StackPaths, tools: Tools) -> tuple[list[dict[str, Any]], Lines]:
    """Collections that restores put aside and whose time is over, dropped, or in check mode named."""
    uri = tools.secrets.get("mongodb_admin_uri", "")
    act = kept_aside.expired if tools.check_mode else kept_aside.drop_expired
    text_id = "retention.aside_would" if tools.check_mode else "retention.aside_dropped"
    try:
        gone = act(definition, paths, uri, tools.clock)
    except EngineError as error:
        return [], [tools.line("warning", "retention.aside_skipped", cause=explain(error, tools.locale)["text"])]
    names = ", ".join(one.name for one in gone)
    return [one.data() for one in gone], [tools.line("notice", text_id, count=len(gone), names=names)] if gone else []


def _told(act: Callable[[], dict[str, Any] | None], text_id: str, briefly: bool, tools: Tools) -> Told:
    try:
        done = act()
    except EngineError as error:
        return None, [tools.line("warning", "retention.skipped", cause=explain(error, tools.locale)["text"])]
    if done is None:
        return None, []
    told = {**done, **{key: [_with_why(one, tools) for one in done[key]] for key in ("removed", "kept")}}
    removed = told["removed"]
    lines = _together(told, tools) if briefly and len(removed) > 1 else _each(removed, text_id, tools)
    return told, [*lines, *_remarks(told, tools)]


def _each(removed: Sequence[Mapping[str, Any]], text_id: str, tools: Tools) -> Lines:
    return [tools.line("notice", text_id, id=one["id"], size=readable(one["bytes"]), why=one["why"]) for one in removed]


def _together(told: Mapping[str, Any], tools: Tools) -> Lines:
    names = ", ".join(one["id"] for one in told["removed"])
    size = readable(told["bytes"])
    return [tools.line("notice", "retention.removed_together", count=len(told["removed"]), size=size, names=names)]


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


def _remarks(told: Mapping[str, Any], tools: Tools) -> Lines:
    kept, alone = told["kept"], told["left_alone"]
    lines = [] if told["removed"] else [tools.line("info", "retention.none", count=len(kept))]
    stuck = [one for one in kept if one["reason"] == "stuck"]
    lines += [tools.line("warning", "retention.not_removed", id=one["id"], why=one["why"]) for one in stuck]
    if alone:
        names = ", ".join(one["id"] for one in alone[:NAMED])
        lines.append(tools.line("warning", "retention.left_alone", count=len(alone), names=names))
    return lines
