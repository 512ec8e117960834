# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module and meanwhile shows the progress that it writes on the host."""

from __future__ import annotations

import copy
import json
import shlex
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._core.errors import EngineError
from ..module_utils._locale import DEFAULT, LOCALES
from ..module_utils._runs.layout import StackPaths
from ..module_utils._timeline.progress import LOG_SECONDS, Pace
from ..module_utils._timeline.style import Line, Style
from .terminal import ERASE, columns, is_terminal

LOOK_SECONDS = 1.0
Facts = dict[str, Any]
Read = Callable[[], bytes]


class WatchedAction(ActionBase):  # type: ignore[misc]
    """An action of the same name as its module: the module does the work, on the host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        over = threading.Event()
        read = self._reader()
        watcher = threading.Thread(target=watch, args=(read, self._pace(), over), daemon=True) if read else None
        if watcher:
            watcher.start()
        try:
            result.update(self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val))
        finally:
            over.set()
            if watcher:
                watcher.join(timeout=2 * LOOK_SECONDS)
        return result

    def _pace(self) -> Pace:
        options = self._task.args
        locale = options.get("locale") if options.get("locale") in LOCALES else DEFAULT
        try:
            seconds = float(options.get("progress_seconds") or LOG_SECONDS)
        except (TypeError, ValueError):
            seconds = LOG_SECONDS  # the module refuses the value
        terminal = is_terminal() and Display().verbosity == 0
        return Pace(Style(terminal, str(locale), columns() if terminal else 0), seconds)

    def _reader(self) -> Read | None:
        """How progress.json is read; None where there is nothing to look at."""
        options = self._task.args
        if self._task.check_mode or not options.get("stack") or not options.get("state_dir"):
            return None
        try:
            path = StackPaths.of(str(options["state_dir"]), str(options["stack"])).progress
        except EngineError:
            return None  # the module refuses the name
        if self._connection.transport == "local" and not self._play_context.become:
            return path.read_bytes
        # A connection plugin keeps what it is doing in itself: the copy looks while the original waits.
        connection = copy.copy(self._connection)
        return lambda: _remote(connection, path)


def _remote(connection: Any, path: Path) -> bytes:
    status, output, _errors = connection.exec_command(f"cat {shlex.quote(str(path))}", sudoable=False)
    if status:
        raise FileNotFoundError(path)
    return bytes(output)


def watch(read: Read, pace: Pace, over: threading.Event, show: Callable[[Line, bool], None] | None = None) -> None:
    """Show progress until ``over``. What is there at the beginning is of earlier work and is not shown."""
    say = show or _display
    began, last = time.monotonic(), _look(read)
    while not over.wait(LOOK_SECONDS if pace.log_seconds >= LOOK_SECONDS else pace.log_seconds):
        found = _look(read)
        if found is None or found == last:
            continue
        last = found
        line = pace.line(found, time.monotonic() - began) if found.get("state") == "running" else None
        if line:
            say(line, pace.style.terminal)


def _look(read: Read) -> Facts | None:
    """The file's content; None when it cannot be had just now, whatever the reason: this is only for show."""
    try:
        found = json.loads(read())
    except Exception:
        return None
    return found if isinstance(found, dict) else None


def _display(line: Line, terminal: bool) -> None:
    display = Display()
    if terminal:
        display.display(f"{ERASE}{line.text}", screen_only=True, newline=False)
    else:
        display.display(line.text, color=line.colour)
