# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the server's privileges cover what."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.privileges import allowed


@pytest.mark.parametrize(
    ("resource", "actions", "covered"),
    [
        ({"db": "app", "collection": ""}, ["find"], True),
        ({"db": "", "collection": ""}, ["find", "insert"], True),
        ({"anyResource": True}, ["anyAction"], True),
        ({"db": "app", "collection": "users"}, ["find"], False),
        ({"db": "other", "collection": ""}, ["find"], False),
        ({"cluster": True}, ["find"], False),
        ({"db": "app", "collection": ""}, ["insert"], False),
    ],
)
def test_coverage(resource: dict[str, Any], actions: list[str], covered: bool) -> None:
    assert allowed([{"resource": resource, "actions": actions}], "app", "find") is covered


def test_no_privilege_covers_nothing() -> None:
    assert allowed([], "app", "find") is False
