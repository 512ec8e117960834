# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a manifest says for its announcement: the manual's fields (§4.1), written for users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput

IMPACTS = ("none", "low", "medium", "high")
LISTS = ("features", "fixes", "actions", "notes")
KEYS = ("impact", "duration_minutes", *LISTS)
LONGEST_MINUTES = 7 * 24 * 60


def check_announcement(value: Mapping[str, Any], source: str) -> None:
    """Raises BadInput ``manifest.*`` naming the file ``source`` and the key."""
    for key, found in value.items():
        path = f"announcement.{key}"
        if key not in KEYS:
            allowed = ", ".join(f"announcement.{name}" for name in KEYS)
            raise BadInput("manifest.unknown_key", path=source, key=path, allowed=allowed)
        if key == "impact" and found not in IMPACTS:
            raise BadInput("manifest.choice", path=source, key=path, value=found, allowed=", ".join(IMPACTS))
        if key == "duration_minutes" and not _is_minutes(found):
            raise BadInput("manifest.wrong_type", path=source, key=path, expected="int", kind=str(found))
        if key in LISTS and not (isinstance(found, list) and all(isinstance(item, str) and item for item in found)):
            raise BadInput(
                "manifest.wrong_type", path=source, key=path, expected="list[str]", kind=type(found).__name__
            )


def _is_minutes(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST_MINUTES
