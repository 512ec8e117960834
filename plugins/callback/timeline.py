# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: timeline
type: stdout
short_description: What people read during an update
version_added: 0.1.0
description:
  - One line a stage with its duration, checks as a short list, what changed, where the report is.
  - On failure the cause, the state the site is in now, the next command.
  - Plain text when not on a terminal; with C(-v) it is Ansible's default output, and the verdict after it.
  - The language is the variable C(benevoclic_locale) of the play, or the environment variable E(BENEVOCLIC_LOCALE).
author:
  - Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout in configuration
"""

import os
import sys
import time
from pathlib import PurePath
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.executor.stats import AggregateStats
from ansible.executor.task_result import CallbackTaskResult
from ansible.playbook import Playbook
from ansible.playbook.play import Play
from ansible.playbook.task import Task
from ansible.plugins.callback.default import CallbackModule as Default

from ..module_utils._locale import DEFAULT, LOCALES
from ..module_utils._timeline.ending import ending
from ..module_utils._timeline.story import Step, Story
from ..module_utils._timeline.style import INFO, Line, Style
from ..plugin_utils.terminal import ERASE, columns, is_terminal


class CallbackModule(Default):
    """Ansible's default output with the update's own words in front."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "benevoclic.updates.timeline"

    def __init__(self) -> None:
        super().__init__()
        self._terminal = is_terminal()
        # Ansible keeps the last column of a terminal free
        self._story = Story(self._style(_locale_of(os.environ.get("BENEVOCLIC_LOCALE")) or DEFAULT))
        self._began = time.monotonic()
        self._started: dict[tuple[str, str], float] = {}
        self._item_failed: set[tuple[str, str]] = set()
        self._busy = False

    def _style(self, locale: str) -> Style:
        return Style(self._terminal, locale, columns())

    @property
    def _quiet(self) -> bool:
        return self._display.verbosity == 0

    def _show(self, lines: list[Line]) -> None:
        self._erase()
        for line in lines:
            self._display.display(line.text, color=line.colour)
        if lines:
            # a pipe is read as it is written, not at the end
            sys.stdout.flush()

    def _show_busy(self, label: str) -> None:
        if self._terminal and self._quiet and label:
            self._erase()
            self._display.display(f"\N{HORIZONTAL ELLIPSIS} {label}", screen_only=True, newline=False)
            sys.stdout.flush()
            self._busy = True

    def _erase(self) -> None:
        if self._busy:
            self._busy = False
            self._display.display(ERASE, screen_only=True, newline=False)

    def _step(self, result: CallbackTaskResult) -> Step:
        host, task = result.host.get_name(), result.task
        began = self._started.get((host, task._uuid), time.monotonic())
        where = str(task.get_path() or "")
        return Step(host, str(task.action), task.get_name().strip(), time.monotonic() - began, where)

    # The playbook and its plays

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        self._story.playbook = PurePath(str(playbook._file_name)).stem
        self._story.check_mode = bool(context.CLIARGS.get("check"))
        if not self._quiet:
            super().v2_playbook_on_start(playbook)

    def v2_playbook_on_play_start(self, play: Play) -> None:
        self._play = play
        names = _hosts_of(play)
        self._story.several = self._story.several or len(names) > 1
        locale = _locale_in(play, names)
        self._story.style = self._style(locale or self._story.style.locale)
        if not self._quiet:
            super().v2_playbook_on_play_start(play)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        if self._quiet:
            self._show(self._story.note("", "warning", self._story.say("no_hosts")))
        else:
            super().v2_playbook_on_no_hosts_matched()

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        if not self._quiet:
            super().v2_playbook_on_no_hosts_remaining()

    def v2_playbook_on_include(self, included_file: Any) -> None:
        if not self._quiet:
            super().v2_playbook_on_include(included_file)

    # Tasks

    def _task_start(self, task: Task, prefix: str | None = None) -> None:
        self._show_busy(self._story.busy(str(task.action)))
        if not self._quiet:
            super()._task_start(task, prefix)

    def v2_runner_on_start(self, host: Any, task: Task) -> None:
        self._started[host.get_name(), task._uuid] = time.monotonic()
        if not self._quiet:
            super().v2_runner_on_start(host, task)

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        lines = self._story.ok(self._step(result), result.result)
        if not self._quiet:
            super().v2_runner_on_ok(result)
            return
        self._erase()
        self._handle_warnings_and_exception(result)
        if result.task.action in C._ACTION_DEBUG and isinstance(result.result.get("msg"), str):
            lines = self._story.note(result.host.get_name(), INFO, result.result["msg"])
        self._show(lines)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        step = self._step(result)
        repeated = (step.host, result.task._uuid) in self._item_failed and "results" in result.result
        lines = [] if repeated else self._story.failed(step, result.result, bool(ignore_errors))
        if not self._quiet:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        self._erase()
        self._handle_warnings(result.result)
        self._show(lines)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        lines = self._story.unreachable(self._step(result), result.result, bool(result.task.ignore_unreachable))
        if not self._quiet:
            super().v2_runner_on_unreachable(result)
            return
        self._erase()
        self._handle_warnings(result.result)
        self._show(lines)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        if not self._quiet:
            super().v2_runner_on_skipped(result)
            return
        self._erase()
        self._handle_warnings(result.result)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        lines = self._story.ok(self._step(result), result.result)
        if not self._quiet:
            super().v2_runner_item_on_ok(result)
            return
        self._erase()
        self._handle_warnings_and_exception(result)
        self._show(lines)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        step = self._step(result)
        self._item_failed.add((step.host, result.task._uuid))
        lines = self._story.failed(step, result.result, bool(result.task.ignore_errors))
        if not self._quiet:
            super().v2_runner_item_on_failed(result)
            return
        self._erase()
        self._handle_warnings(result.result)
        self._show(lines)

    def v2_runner_item_on_skipped(self, result: CallbackTaskResult) -> None:
        if not self._quiet:
            super().v2_runner_item_on_skipped(result)

    def v2_runner_retry(self, result: CallbackTaskResult) -> None:
        if not self._quiet:
            super().v2_runner_retry(result)

    def v2_on_file_diff(self, result: CallbackTaskResult) -> None:
        if not self._quiet:
            super().v2_on_file_diff(result)
            return
        diff = result.result.get("diff")
        if diff and result.result.get("changed"):
            shown = self._get_diff(diff)
            self._show([Line(shown.rstrip())] if shown else [])

    # The end

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        if not self._quiet:
            super().v2_playbook_on_stats(stats)
        recap = {name: stats.summarize(name) for name in stats.processed}
        self._show(ending(self._story, recap, time.monotonic() - self._began))


def _locale_of(value: object) -> str | None:
    return str(value) if value in LOCALES else None


def _hosts_of(play: Play) -> list[Any]:
    """The hosts of a play, before any of them answers; empty where Ansible cannot say."""
    manager = play.get_variable_manager()
    inventory = getattr(manager, "_inventory", None)
    return list(inventory.get_hosts(play.hosts)) if inventory else []


def _locale_in(play: Play, hosts: list[Any]) -> str | None:
    """The variable as the play's first host sees it; a value that is still a template counts for nothing."""
    manager = play.get_variable_manager()
    if not manager:
        return None
    found = manager.get_vars(play=play, host=hosts[0] if hosts else None).get("benevoclic_locale")
    return _locale_of(found)
