# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order migrations run, and what is refused."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import order
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.files import Migration


def migration(version: str, *dependencies: str) -> Migration:
    return Migration(version, "", dependencies, True, f"{version}.py", version)


def versions(migrations: list[Migration]) -> str:
    return "".join(found.version for found in migrations)


def test_a_diamond_in_whatever_order_it_is_given() -> None:
    diamond = [migration("a"), migration("b", "a"), migration("c", "a"), migration("d", "b", "c")]
    assert {versions(order.ordered(given)) for given in itertools.permutations(diamond)} == {"abcd"}


def test_dependencies_beat_versions() -> None:
    assert versions(order.ordered([migration("a", "z"), migration("m"), migration("z")])) == "mza"


def test_a_dependency_may_be_applied_without_a_file() -> None:
    assert versions(order.ordered([migration("b", "0")], ["0"])) == "b"


@pytest.mark.parametrize(
    ("text_id", "given", "details"),
    [
        (
            "migrations.cycle",
            [migration("d", "a"), migration("b", "c"), migration("a", "b"), migration("c", "a"), migration("x")],
            {"versions": "a → b → c → a", "files": "a.py, b.py, c.py"},
        ),
        ("migrations.cycle", [migration("a", "a")], {"versions": "a → a", "files": "a.py"}),
        ("migrations.dependency", [migration("b", "a")], {"version": "b", "dependency": "a", "file": "b.py"}),
        ("migrations.duplicate", [migration("a"), migration("a")], {"version": "a", "files": "a.py, a.py"}),
    ],
)
def test_refusals_name_the_files(text_id: str, given: list[Migration], details: dict[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        order.ordered(given)
    assert (caught.value.text_id, caught.value.details) == (text_id, details)
