# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read at the end of a run: the state of the site now, and what to do next."""

from __future__ import annotations

from typing import Any

from .boundary import Tools

_ENDINGS: dict[str, tuple[str, str, str | None]] = {
    "succeeded": ("state.new_verified", "to_version", None),
    "rehearsed": ("state.untouched", "to_version", None),
    "unchanged": ("state.unchanged", "to_version", None),
    "aborted": ("state.untouched", "from_version", "next.fix_and_rerun"),
    "rolled_back": ("state.old_verified", "from_version", "next.fix_and_rerun"),
    "rollback_failed": ("state.unknown", "from_version", "next.rollback"),
}
"""Outcome (``rehearsed``: a rehearsal that succeeded) → text of the state, which version it names, text of the next step."""


def ending_of(report: dict[str, Any], tools: Tools, *, rehearsal: bool = False) -> dict[str, Any]:
    """``stage``, ``outcome``, ``state``, ``next`` and ``lines`` for the timeline; a ``rehearsal`` verifies nothing."""
    told = "rehearsed" if rehearsal and report["outcome"] == "succeeded" else report["outcome"]
    state, key, following = _ENDINGS[told]
    sentence = tools.say(state, version=report[key] or "?")
    mark = "ok" if report["outcome"] in ("succeeded", "unchanged") else "failed"
    return {
        "stage": "conclude",
        "outcome": report["outcome"],
        "state": sentence,
        "effects": report["changed"],
        "next": tools.say(following) if following else None,
        "lines": [{"mark": mark, "text": sentence}],
    }
