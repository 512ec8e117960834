# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a manifest says for its announcement."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.facts import COMMUNICATION
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.announcement import KEYS
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.manifest import parse_manifest

WHOLE: dict[str, Any] = {
    "impact": "medium",
    "duration_minutes": 15,
    "features": ["Préférences"],
    "fixes": [],
    "actions": ["Se reconnecter"],
    "notes": ["Rien d'autre"],
}


def parsed(announcement: Any) -> dict[str, Any]:
    raw = {"schema": 1, "version": "1.1.0", "type": "feature", "images": {"api": "a:1"}, "announcement": announcement}
    return parse_manifest(raw, "1.1.0.yml", "1.1.0")


def test_every_key_is_one_that_a_message_can_tell() -> None:
    assert parsed(WHOLE)["announcement"] == WHOLE
    assert set(WHOLE) == set(KEYS)
    assert set(KEYS) <= set(COMMUNICATION)


@pytest.mark.parametrize(
    ("announcement", "key"),
    [
        ([], "announcement"),
        ({"impacts": "low"}, "announcement.impacts"),
        ({1: "low"}, "announcement.1"),
        ({"impact": "LOW"}, "announcement.impact"),
        ({"impact": ["low"]}, "announcement.impact"),
        ({"duration_minutes": 0}, "announcement.duration_minutes"),
        ({"duration_minutes": True}, "announcement.duration_minutes"),
        ({"duration_minutes": "15"}, "announcement.duration_minutes"),
        ({"features": "one"}, "announcement.features"),
        ({"features": [1]}, "announcement.features"),
        ({"features": [""]}, "announcement.features"),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_refused_by_its_key(announcement: Any, key: str) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(announcement)
    assert caught.value.details["key"] == key
