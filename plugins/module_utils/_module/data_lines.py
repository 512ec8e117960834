# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the data, in lines for people."""

from __future__ import annotations

from collections.abc import Callable

from .._runs import data_rule
from .._runs.view import RunView

Line = Callable[..., dict[str, str]]


def of_run(view: RunView, line: Line) -> list[dict[str, str]]:
    """Nothing where the data stayed or was taken back by ``down``, which other lines say."""
    data, restored = view.evidence["data"], view.evidence["restore"]
    if not data:
        return []
    if data[-1]["decision"] == data_rule.KEEP:
        return [line("warning", "rollback.data_kept")]
    if restored and view.opened.get("flow") != "restore":
        done = restored[-1]
        return [line("warning", "rollback.data_restored", backup_id=done["backup_id"])]
    return []
