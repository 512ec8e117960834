# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines: the outcome, what changed, the state of the site, the report, the time it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .stages import HARMLESS, KINDS, VERSIONS
from .story import HostStory, Story
from .style import FAILED, OK, WARNING, Line

COUNTS = ("ok", "changed", "unreachable", "failures", "skipped", "rescued", "ignored")
COLOURS = {OK: "green", WARNING: "bright yellow", FAILED: "red"}
RESTORES = {
    "succeeded": "restore_succeeded",
    "rolled_back": "restore_rolled_back",
    "rollback_failed": "restore_rollback_failed",
}
"""Outcomes that are told in other words of a restore, after which no release is new."""
CHANGED = {"services": "changed_services", "migrations": "changed_migrations", "collections": "changed_collections"}
NAMED = 12
"""Names that a line repeats."""
Recap = Mapping[str, Mapping[str, int]]


def ending(story: Story, recap: Recap, seconds: float) -> list[Line]:
    """The verdict of every host that had a run; a recap where there was none or there are several."""
    lines: list[Line] = [Line("")]
    several = len(recap) > 1
    told = [(name, one) for name, one in story.hosts.items() if one.final.get("outcome")]
    for name, one in told:
        prefix = f"{name} | " if several else ""
        lines += [Line(prefix + line.text, line.colour) for line in _verdict(story, one)]
    if not told:
        lines += _without_run(story)
    if story.check_mode:
        lines.append(Line(story.say("check_mode_end"), "bright yellow"))
    counts = [(name, _counts(recap[name])) for name in sorted(recap)]
    duration = story.say("duration", duration=story.style.duration(seconds))
    if told and len(counts) == 1:
        return [*lines, Line(f"{duration} ({counts[0][1]})")]
    return [*lines, *(Line(f"{name} : {figures}") for name, figures in counts), Line(duration)]


def _verdict(story: Story, one: HostStory) -> list[Line]:
    outcome = str(one.final["outcome"])
    asked = (one.plan.get("flow") or story.playbook) == "rollback" or story.playbook == "rollback"
    key = "rolled_back_asked" if outcome == "rolled_back" and asked else outcome
    if one.plan.get("flow") == "restore":
        key = RESTORES.get(key, key)
    if one.plan.get("dry_run") and outcome == "succeeded":
        key = "rehearsed"
    kind = OK if key == "rolled_back_asked" else KINDS.get(outcome, WARNING)
    before, after = (one.plan.get(key) or one.final.get(key) or "?" for key in VERSIONS)
    head = story.named("outcome", key, before=before, after=after)
    lines = [Line(f"{story.style.mark(kind)} {head}", COLOURS[kind])]
    changed = _changed(story, one.final.get("effects") or {})
    for label, value in (
        ("changed", changed),
        ("state", one.final.get("state")),
        ("next", one.final.get("next")),
        ("report", one.final.get("report")),
    ):
        if value:
            lines.append(Line(f"  {story.say(label)}{value}"))
    return lines


def _changed(story: Story, effects: Mapping[str, Any]) -> str:
    """What the run changed and did not take back, in words."""
    kinds = CHANGED.items()
    parts = [story.say(text_id, names=_some(effects[kind])) for kind, text_id in kinds if effects.get(kind)]
    return story.say("changed_join").join(parts)


def _some(names: Sequence[str]) -> str:
    more = f" (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _without_run(story: Story) -> list[Line]:
    """A failure before, or outside, a run: what can be said of the site, honestly."""
    lines: list[Line] = []
    for name, one in story.hosts.items():
        if not one.failed:
            continue
        prefix = f"{name} | " if story.several else ""
        lines.append(Line(f"{prefix}{story.style.mark(FAILED)} {story.say('failed')}", "red"))
        if one.final.get("state"):
            lines.append(Line(f"{prefix}  {story.say('state')}{one.final['state']}"))
        elif one.seen and all(stage in HARMLESS for stage in one.seen):
            lines.append(Line(f"{prefix}  {story.say('state')}{story.say('state_untouched')}"))
        elif one.seen:
            lines.append(Line(f"{prefix}  {story.say('state')}{story.say('state_unknown')}"))
            lines.append(Line(f"{prefix}  {story.say('next')}ansible-playbook playbooks/status.yml"))
        if one.final.get("next"):
            lines.append(Line(f"{prefix}  {story.say('next')}{one.final['next']}"))
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return " ".join(f"{'failed' if name == 'failures' else name}={counts.get(name, 0)}" for name in COUNTS)
