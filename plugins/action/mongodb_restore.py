# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far the module of the same name has come."""

from __future__ import annotations

from typing import Any

from ..plugin_utils.watched import WatchedAction


class ActionModule(WatchedAction):
    """See the documentation of the module."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        # Without a run nothing can have changed, whatever failed.
        return result if self._task.args.get("run_id") else {"stage": "preflight", **result}
