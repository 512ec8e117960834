# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order migrations run, and what is refused."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import order
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.files import Migration


def migration(version: str, *dependencies: str, sha256: str = "") -> Migration:
    return Migration(version, "", dependencies, True, f"{version}.py", sha256 or version)


def versions(migrations: list[Migration]) -> str:
    return "".join(found.version for found in migrations)


def test_a_diamond_in_whatever_order_it_is_given() -> None:
    diamond = [migration("a"), migration("b", "a"), migration("c", "a"), migration("d", "b", "c")]
    assert {versions(order.ordered(given)) for given in itertools.permutations(diamond)} == {"abcd"}


def test_dependencies_beat_versions() -> None:
    assert versions(order.ordered([migration("a", "z"), migration("m"), migration("z")])) == "mza"


def test_loops_missing_and_doubled_ones() -> None:
    cases = {
        "migrations.cycle": [migration("a", "b"), migration("b", "a"), migration("c")],
        "migrations.dependency": [migration("b", "a")],
        "migrations.duplicate": [migration("a"), migration("a")],
    }
    for text_id, given in cases.items():
        with pytest.raises(BadInput) as caught:
            order.ordered(given)
        assert caught.value.text_id == text_id


def test_pending_is_what_the_database_lacks() -> None:
    given = [migration("b", "a", "0"), migration("a")]
    assert versions(order.pending(given, {"0": "gone file"})) == "ab"
    assert versions(order.pending(given, {"0": "gone file", "a": "a"})) == "b"


def test_a_file_changed_after_it_was_applied() -> None:
    with pytest.raises(Refused) as caught:
        order.pending([migration("a", sha256="new")], {"a": "old"})
    assert caught.value.text_id == "migrations.changed_after"
