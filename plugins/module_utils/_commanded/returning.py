# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What going back to an earlier release means for migrations that the application's scripts applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import Failed, Refused
from .._migrations.planned import database_of
from .._runs.context import HostContext
from .._stack import images
from .moves import state_after
from .operations import DOWN_NAME
from .planned import image_at_hand
from .settings import COMMAND, Settings, read_settings

Record = Mapping[str, Any]


def is_commanded(record: Record) -> bool:
    """Whether the scripts applied it."""
    return record.get("origin") == COMMAND


def reversible(context: HostContext) -> tuple[bool, bool]:
    """Whether the scripts take back what they applied, and whether the release before can live with it."""
    settings = read_settings(context.definition)
    return (settings.reversible, settings.compatible) if settings else (False, False)


def down(context: HostContext, beyond: Sequence[Record], left: Sequence[Record]) -> tuple[str, dict[str, Any]]:
    """The operation, with its arguments, that takes ``beyond`` (newest first) back to the state after ``left``.

    The scripts are those of the release that serves, else of the image that applied the newest. Raises Refused
    ``migrations.no_way_back`` or ``migrations.baseline``.
    """
    settings, newest = read_settings(context.definition), beyond[0]
    if settings is None or not settings.reversible:
        found = "migrations.reversible: false" if settings else "migrations.engine: files"
        raise Refused("migrations.no_way_back", version=newest["_id"], found=found)
    target = state_after([record["_id"] for record in left], settings)
    if target is None:
        raise Refused("migrations.baseline", target="-")
    arguments = {
        "versions": [record["_id"] for record in beyond],
        "target": target,
        "earlier": newest["_id"],
        "image": _image(context, settings, newest),
        "database": database_of(context),
    }
    return DOWN_NAME, arguments


def _image(context: HostContext, settings: Settings, newest: Record) -> str | None:
    try:
        return image_at_hand(context, settings)
    except Failed:
        if not newest.get("image") or images.inspect(context.runner, newest["image"]) is None:
            raise
        return str(newest["image"])
