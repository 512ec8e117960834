# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The set of files against what was applied, and what a target asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, EngineError, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import validation
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.files import Migration
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.selection import Selection, Wish, select


def migration(version: str, *dependencies: str, **more: Any) -> Migration:
    return replace(Migration(version, "", dependencies, True, f"{version}_x.py", f"sha-{version}"), **more)


def record(version: str, *dependencies: str, **more: Any) -> dict[str, Any]:
    facts = {"_id": version, "file": f"{version}_x.py", "checksum": f"sha-{version}", "dependencies": [*dependencies]}
    return {**facts, **more}


A, B, C = migration("a"), migration("b", "a"), migration("c")
APPLIED = [record("a"), record("b", "a")]


def names(problems: list[EngineError]) -> list[tuple[str, object]]:
    return [(problem.text_id, problem.details["file"]) for problem in problems]


def test_a_set_that_is_as_it_was_applied() -> None:
    assert validation.problems([A, B, C], APPLIED) == []


@pytest.mark.parametrize(
    ("files", "applied", "text_id", "file"),
    [
        ([A, replace(B, sha256="other"), C], APPLIED, "migrations.changed_after", "b_x.py"),
        ([A, C], APPLIED, "migrations.deleted", "b_x.py"),
        ([A, replace(B, dependencies=()), C], APPLIED, "migrations.reordered", "b_x.py"),
        ([A, B, C], [record("b", "a"), record("a")], "migrations.reordered", "b_x.py"),
        ([A, B], [record("a"), {"_id": "gone", "checksum": "1"}], "migrations.deleted", "gone_….py"),
    ],
)
def test_what_was_spoiled_is_told_with_the_file(
    files: list[Migration], applied: list[dict[str, Any]], text_id: str, file: str
) -> None:
    assert names(validation.problems(files, applied)) == [(text_id, file)]
    with pytest.raises(Refused) as caught:
        validation.refuse(files, applied)
    assert caught.value.text_id == text_id


def test_a_renamed_file_is_told_with_both_names() -> None:
    (problem,) = validation.problems([A, replace(B, file="b_y.py")], APPLIED)
    assert (problem.text_id, problem.details) == (
        "migrations.renamed",
        {"version": "b", "expected": "b_x.py", "found": "b_y.py"},
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = validation.problems([replace(A, sha256="1")], APPLIED)
    assert [problem.text_id for problem in found] == ["migrations.changed_after", "migrations.deleted"]


def test_records_of_an_older_time_and_imported_ones_say_less() -> None:
    older = [{"_id": "a", "checksum": "sha-a"}, {"_id": "20200101-first", "origin": "migrate-mongo", "checksum": None}]
    assert validation.problems([A], older) == []


def chosen(found: Selection) -> tuple[str, str, str]:
    parts = (found.up, found.down, found.skipped)
    return tuple("".join(item.version for item in part) for part in parts)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("target", "applied", "up", "down"),
    [
        ("latest", [], "abc", ""),
        ("latest", APPLIED, "c", ""),
        ("b", [], "ab", ""),
        ("b", APPLIED, "", ""),
        ("a", [*APPLIED, record("c")], "", "cb"),
        ("none", APPLIED, "", "ba"),
        ("none", [], "", ""),
        ("a", [record("a"), record("c"), record("b", "a")], "", "bc"),
    ],
)
def test_a_target_is_a_state_to_be_in(target: str, applied: list[dict[str, Any]], up: str, down: str) -> None:
    assert chosen(select([A, B, C], applied, Wish(target))) == (up, down, "")


def test_an_unknown_target_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as caught:
        select([A, B], [], Wish("z"))
    assert (caught.value.text_id, caught.value.details["known"]) == ("migrations.target", "latest, none, a, b")


@pytest.mark.parametrize(("policy", "expected"), [("run", ("ab", "", "")), ("skip", ("", "", "ab"))])
def test_late_ones_go_by_the_policy(policy: str, expected: tuple[str, str, str]) -> None:
    assert chosen(select([A, B, C], [record("c")], Wish("latest", policy))) == expected


def test_a_late_one_is_refused_unless_somebody_chose() -> None:
    with pytest.raises(Refused) as caught:
        select([A, C], [record("c")], Wish())
    assert caught.value.text_id == "migrations.late"
    assert caught.value.details == {"version": "a", "file": "a_x.py", "newest": "c"}


def test_what_depends_on_a_skipped_one_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        select([A, C, migration("d", "a")], [record("c")], Wish("latest", "skip"))
    assert (caught.value.text_id, caught.value.details["file"]) == ("migrations.dependency_skipped", "d_x.py")


def test_latest_is_limited_and_leaves_what_depends_on_others() -> None:
    assert chosen(select([A, B, C], [], Wish(wanted=["b", "c"]))) == ("c", "", "")
    assert chosen(select([A, B, C], [record("a")], Wish(wanted=["b"]))) == ("b", "", "")


def test_what_only_a_newer_release_may_bring_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        select([A, B], [], Wish("b", wanted=["a"], ahead={"b": "2.0.0"}))
    assert (caught.value.text_id, caught.value.details["release"]) == ("migrations.ahead", "2.0.0")


@pytest.mark.parametrize(
    ("files", "applied", "text_id"),
    [
        ([A, replace(B, reversible=False)], APPLIED, "migrations.no_way_back"),
        ([A, B], [record("a"), record("b", "a", origin="baseline")], "migrations.below_baseline"),
    ],
)
def test_nothing_is_undone_when_one_cannot_be(
    files: list[Migration], applied: list[dict[str, Any]], text_id: str
) -> None:
    with pytest.raises(Refused) as caught:
        select(files, applied, Wish("none"))
    assert (caught.value.text_id, caught.value.details["version"]) == (text_id, "b")


def test_irreversible_ones_are_named() -> None:
    found = select([A, migration("b", reversible=False)], [], Wish())
    assert [item.version for item in found.irreversible] == ["b"]
