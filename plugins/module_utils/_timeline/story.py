# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened so far on each host, turned into lines as it happens and into a verdict at the end."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._locale import TEXTS_OF, text
from .stages import KINDS, PLAN, STAGE_OF, VERSIONS
from .style import FAILED, INFO, OK, WARNING, Line, Style, block, one_line
from .table import table

Result = Mapping[str, Any]
NO_ANSWER = "Module result deserialization failed"
"""What ansible-core says of a module that ended without an answer."""
ECHOES = ("fail", "assert")
"""Modules by which a rescue repeats what was said already."""
GOOD_NEWS = 19
"""Lines of good news in an update: with its header, stages, a notice and its ending it stays within 40 lines."""
CHECKS = 6
"""Of them, those of the preflight checks."""


@dataclass(frozen=True)
class Step:
    """One task on one host; ``where`` is its file and line."""

    host: str
    module: str
    name: str
    seconds: float = 0.0
    where: str = ""

    @property
    def short(self) -> str:
        return self.module.rpartition(".")[2]

    @property
    def label(self) -> str:
        """The task's name without its role's, short."""
        name = self.name.rpartition(" : ")[2]
        return name if len(name) <= 60 else f"{name[:57]}..."


@dataclass
class HostStory:
    """What is known about one host."""

    stage: str = ""
    seen: list[str] = field(default_factory=list)
    failed: bool = False
    final: dict[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)


class Story:
    """Fed with results, gives lines."""

    def __init__(self, style: Style, playbook: str = "") -> None:
        self.style = style
        self.playbook = playbook
        self.check_mode = False
        self.several = False
        self.hosts: dict[str, HostStory] = {}
        self._plan: Mapping[str, Any] = {}
        self._said: list[str] = []
        self._headed = False
        self._good = 0

    def say(self, text_id: str, **details: object) -> str:
        return text(self.style.locale, f"timeline.{text_id}", **details)

    def named(self, kind: str, name: str, **details: object) -> str:
        """The word for a flow or a stage, or the sentence for an outcome; one that has none is shown as it is."""
        known = f"timeline.{kind}.{name}" in TEXTS_OF[self.style.locale]
        return self.say(f"{kind}.{name}", **details) if known else name

    def host(self, name: str) -> HostStory:
        return self.hosts.setdefault(name, HostStory(plan=self._plan))

    def busy(self, module: str) -> str:
        """What a task of that module is doing, or nothing."""
        stage = STAGE_OF.get(module.rpartition(".")[2])
        return self.named("stage", stage) if stage and stage != PLAN else ""

    def ok(self, step: Step, result: Result) -> list[Line]:
        """A task that ended well."""
        story = self.host(step.host)
        stage = result.get("stage")
        if not isinstance(stage, str):
            return []
        if isinstance(result.get("plan"), Mapping):
            self._plan = story.plan = result["plan"]
        self._remember(story, stage, result)
        said = [line for line in result.get("lines") or [] if isinstance(line, Mapping)]
        lines: list[Line] = []
        if stage not in (story.stage, PLAN):
            worst = WARNING if any(line.get("mark") == WARNING for line in said) else OK
            if any(line.get("mark") == FAILED for line in said):
                worst = FAILED
            worst = KINDS.get(str(result.get("outcome")), worst)
            lines.append(self.style.stage(worst, self.named("stage", stage), step.seconds))
        story.stage = stage
        return self._out(step.host, lines + self._details(stage, said) + table(result.get("table"), self.style))

    def _details(self, stage: str, said: list[Mapping[str, Any]]) -> list[Line]:
        """All that deserves a look; of the good news in an update as much as there is room for."""
        room = self._room(stage)
        lines = []
        hidden = 0
        for line in said:
            kind = str(line.get("mark", INFO))
            if kind in (OK, INFO):
                if room <= 0:
                    hidden += 1
                    continue
                room -= 1
                self._good += 1
            lines.append(self.style.detail(kind, str(line.get("text", ""))))
        if hidden and stage == "preflight":
            lines.append(self.style.detail(INFO, self.say("more", count=hidden)))
            self._good += 1
        return lines

    def _room(self, stage: str) -> int:
        left = GOOD_NEWS - self._good
        if not self._plan or self.check_mode or stage not in STAGE_OF.values() or stage == PLAN:
            return sys.maxsize
        if stage == "preflight":
            return min(CHECKS, left)
        return min(2 if left > GOOD_NEWS / 3 else 1, left)

    def _remember(self, story: HostStory, stage: str, result: Result) -> None:
        story.seen.append(stage)
        for key in ("outcome", "state", "next", "report"):
            if result.get(key):
                story.final[key] = str(result[key])
        summary = result.get("summary")
        if isinstance(summary, Mapping):
            # Of a run that another controller had planned, its report alone knows the versions.
            story.final.update({key: str(summary[key]) for key in VERSIONS if summary.get(key)})
        if isinstance(result.get("effects"), Mapping):
            story.final["effects"] = result["effects"]
        if not story.plan and isinstance(result.get("summary"), Mapping):
            story.plan = result["summary"]  # of a run that was taken over: it was planned elsewhere

    def failed(self, step: Step, result: Result, ignored: bool = False) -> list[Line]:
        """A task that failed: its cause, unless it was said before."""
        story = self.host(step.host)
        stage = str(result.get("stage") or STAGE_OF.get(step.short, ""))
        message = one_line(str(result.get("msg") or result.get("reason") or result.get("stderr") or "-"))
        if ignored:
            return self._out(
                step.host, [self.style.detail(WARNING, self.say("ignored", task=step.name, cause=message))]
            )
        story.failed = True
        if result.get("outcome") and not result.get("error"):
            # the end of a run that did not reach its goal: its cause was said when it happened
            return self.ok(step, result)
        if stage:
            self._remember(story, stage, result)
        if any(said in message for said in self._said):
            return []
        if step.short in ECHOES and story.final.get("outcome"):
            return []
        self._said.append(message)
        label = self.named("stage", stage) if stage else step.label
        story.stage = f"{stage}!"
        head = self.style.stage(FAILED, label, step.seconds)
        failures = [
            self.style.detail(FAILED, str(line.get("text", "")))
            for line in result.get("lines") or []
            if isinstance(line, Mapping) and line.get("mark") == FAILED
        ]
        return self._out(step.host, [head, *failures, *(Line(cause, "red") for cause in self._cause(step, result))])

    def _cause(self, step: Step, result: Result) -> list[str]:
        error = result.get("error")
        if isinstance(error, Mapping) and "attempted" in error:
            parts = ("attempted", "expected", "found", "next")
            return [line for part in parts for line in block(self.say(f"cause.{part}"), str(error.get(part, "-")))]
        said = str(result.get("msg") or result.get("reason") or "-")
        if said.startswith(NO_ANSWER):
            said = self.say("no_answer")
        printed = str(result.get("stderr") or result.get("module_stderr") or "") if result.get("rc") else ""
        # of a traceback only what was raised
        said += "\n" + (printed.strip().rpartition("\n")[2] if "Traceback" in printed else printed)
        lines = block(self.say("cause.found"), said)
        return lines + [f"    {self.say('task', task=step.label, where=step.where or '-')}"]

    def unreachable(self, step: Step, result: Result, ignored: bool = False) -> list[Line]:
        """A host that does not answer."""
        story = self.host(step.host)
        message = one_line(str(result.get("msg") or "-"))
        if ignored:
            return self._out(
                step.host, [self.style.detail(WARNING, self.say("ignored", task=step.name, cause=message))]
            )
        story.failed = True
        if step.short in STAGE_OF:
            story.seen.append(STAGE_OF[step.short])
        head = self.style.stage(FAILED, self.say("unreachable", host=step.host), step.seconds)
        return self._out(step.host, [head, *(Line(cause, "red") for cause in block(self.say("cause.found"), message))])

    def note(self, host: str, kind: str, message: str) -> list[Line]:
        """Anything else worth a line."""
        return self._out(host, [self.style.detail(kind, message)])

    def _out(self, host: str, lines: list[Line]) -> list[Line]:
        """The header first, once; the host's name before each line when there are several."""
        if not lines:
            if self._plan:
                return self._header()
            return []
        if self.several and host:
            lines = [Line(f"{host} | {line.text}", line.colour) for line in lines]
        return self._header() + lines

    def _header(self) -> list[Line]:
        if self._headed:
            return []
        self._headed = True
        return [Line(part, "bright blue") for part in (self._title(),) if part]

    def _title(self) -> str:
        plan = self._plan
        definition = plan.get("definition")
        definition = definition if isinstance(definition, Mapping) else {}
        stack, environment = definition.get("stack") or "", definition.get("environment") or ""
        place = f"{stack} ({environment})" if stack and environment else stack or environment
        before, after = plan.get("from_version"), plan.get("to_version")
        versions = f"{before or '?'} {self.style.arrow} {after}" if after else ""
        check = self.say("check_mode") if self.check_mode else ""
        flow = self.named("flow", str(plan.get("flow") or self.playbook))
        return " | ".join(part for part in (flow, place, versions, check) if part)
