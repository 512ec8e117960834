# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which migrations the served release can live with."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._policy.released import runnable

RELEASES = {"1.0.0": [], "1.1.0": ["a"], "1.2.0": ["a", "b"], "1.3.0": ["c", "d", "e"], "1.9.0-bad": ["x", "a"]}


def migration(version: str, phase: str = "before_deploy", compatible: bool = True) -> dict[str, Any]:
    return {"version": version, "phase": phase, "compatible": compatible}


ALL = [
    migration("a"),
    migration("b", compatible=False),
    migration("c"),
    migration("d", phase="after_verified"),
    migration("e", compatible=False),
    migration("x"),
    migration("y", compatible=False),
]


@pytest.mark.parametrize(
    ("served", "wanted", "ahead"),
    [
        ("1.0.0", "acy", {"b": "1.2.0", "d": "1.3.0", "e": "1.3.0"}),
        ("1.2.0", "abcy", {"d": "1.3.0", "e": "1.3.0"}),
        ("1.3.0", "abcdey", {}),
        (None, "acy", {"b": "1.2.0", "d": "1.3.0", "e": "1.3.0"}),
    ],
)
def test_the_expanding_half_may_run_ahead(served: str | None, wanted: str, ahead: dict[str, str]) -> None:
    found = runnable(ALL, RELEASES, served)
    assert ("".join(found[0]), found[1]) == (wanted, ahead)


def test_without_manifests_everything_counts() -> None:
    assert runnable(ALL, {}, "1.0.0") == ([item["version"] for item in ALL], {})
