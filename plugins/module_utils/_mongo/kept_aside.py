# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What restores put aside goes after some days; never that of a run which is not over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.clock import Clock
from .._core.errors import BadInput
from .._runs.layout import StackPaths
from .._runs.unsettled import finished
from . import aside, database_lock
from .prune import open_runs


def read_days(definition: Mapping[str, Any]) -> int | None:
    """Days to keep (``backup.keep_days_aside``); None where the definition says none: then all stays.

    Raises BadInput ``retention.keep`` for what is no whole number from 0 up.
    """
    value = (definition.get("backup") or {}).get("keep_days_aside")
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadInput("retention.keep", key="benevoclic_backup_keep_days_aside", value=value)
    return value


def expired(definition: Mapping[str, Any], paths: StackPaths, uri: str, clock: Clock) -> list[aside.Kept]:
    """Collections that would go now, oldest first. Raises as a connection does, or Failed ``journal.broken``."""
    days = read_days(definition)
    if days is None:
        return []
    busy = open_runs(paths, clock, finished(paths, clock))
    found = aside.kept(uri, definition["mongodb"]["database"])
    return [one for one in aside.expired(found, days, clock) if one.run_id not in busy]


def drop_expired(definition: Mapping[str, Any], paths: StackPaths, uri: str, clock: Clock) -> list[aside.Kept]:
    """Drop them, under the lock of the database; what was dropped."""
    if not expired(definition, paths, uri, clock):
        return []
    database = definition["mongodb"]["database"]
    with database_lock.hold(uri, database, "backup", clock):
        gone = expired(definition, paths, uri, clock)
        aside.drop(uri, database, [one.name for one in gone])
    return gone
