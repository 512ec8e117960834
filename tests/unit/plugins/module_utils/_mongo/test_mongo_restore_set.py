# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a set fits where it would go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import restore, restore_set
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.restore_set import Chosen, Here
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.writes import Writes, _destroys

HERE = Here("shop", "dev", "app", "6.0.5", "1.1.0", ["001"])
SAID: dict[str, Any] = {
    "id": "B1", "stack": "shop", "environment": "dev", "database": "app", "server_version": "6.0.5", "served_version": "1.1.0",
    "collections": [{"name": "users"}, {"name": "events"}],
}  # fmt: skip


def chosen(schema: list[str] | None = None, **changes: Any) -> Chosen:
    return Chosen(Path("B1"), {**SAID, **changes}, {"schema": schema})


def misfits(one: Chosen, here: Here = HERE) -> list[str]:
    return [misfit["name"] for misfit in restore_set.misfits(one, here)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"schema": ["001"]}, []),
        ({"schema": ["001", "002"]}, ["release"]),
        ({"schema": []}, ["release"]),
        ({"served_version": "1.0.0"}, ["release"]),
        ({"served_version": None}, ["release"]),
        ({"stack": "blog"}, ["stack"]),
        ({"environment": "production"}, ["stack"]),
        ({"database": "other"}, ["stack"]),
        ({"server_version": "6.0.99"}, []),
        ({"server_version": "5.0.14"}, []),
        ({"server_version": "6.1.0"}, ["server_version"]),
        ({"server_version": "7.0.0", "stack": "blog", "served_version": "2"}, ["stack", "server_version", "release"]),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], found: list[str]) -> None:
    assert misfits(chosen(**changes)) == found


def test_a_release_that_nobody_can_tell_does_not_fit() -> None:
    assert misfits(chosen(), Here("shop", "dev", "app", "6.0.5", None, None)) == ["release"]


def test_each_misfit_has_to_be_accepted_by_its_name() -> None:
    one = chosen(server_version="7.0.0", stack="blog")
    found = restore_set.misfits(one, HERE)
    for accepted in ((), ("stack",), ("release", "server_version")):
        with pytest.raises(Refused):
            restore_set.refuse_misfits(one, found, accepted)
    restore_set.refuse_misfits(one, found, ("stack", "server_version"))
    with pytest.raises(BadInput):
        restore_set.refuse_misfits(one, found, ("stack", "server_version", "all"))


def test_only_collections_of_the_set_can_be_asked_for() -> None:
    assert restore_set.wanted(chosen(), []) is None
    assert restore_set.wanted(chosen(), ["users"]) == {"users"}
    with pytest.raises(BadInput) as caught:
        restore_set.wanted(chosen(), ["users", "Users", "user"])
    assert (caught.value.details["value"], caught.value.details["known"]) == ("Users, user", "events, users")


@pytest.mark.parametrize(
    ("count", "confirm", "fenced", "refused"),
    [
        (0, None, False, None), (0, "0", False, None), (0, "3", False, "restore.unconfirmed"),
        (3, "3", False, None), (3, None, False, "restore.unconfirmed"), (3, "4", False, "restore.unconfirmed"),
        (3, "2", False, "restore.unconfirmed"), (3, "unknown", False, "restore.unconfirmed"),
        (None, "unknown", False, None), (None, None, False, "restore.unknown_writes"),
        (None, "0", False, "restore.unknown_writes"),
        (3, None, True, None), (None, None, True, None),
    ],
)  # fmt: skip
def test_writes_are_confirmed_by_their_exact_number(
    count: int | None, confirm: str | None, fenced: bool, refused: str | None
) -> None:
    seen = restore.Inspection(chosen(), None, "app", [], Writes(count), [])
    wish = restore.Wish("B1", confirm=confirm, fenced=fenced)
    if refused is None:
        restore.refuse(seen, wish)
        return
    with pytest.raises(Refused) as caught:
        restore.refuse(seen, wish)
    assert caught.value.text_id == refused


@pytest.mark.parametrize(
    ("command", "only", "counts"),
    [
        ({"drop": "users"}, None, True),
        ({"drop": "users"}, ["events"], False),
        ({"drop": "system.buckets.measures"}, ["measures"], True),
        ({"dropDatabase": 1}, ["events"], True),
        ({"create": "users"}, None, False),
        ({"startIndexBuild": "users"}, None, False),
        ({"renameCollection": "app.users", "to": "app.people"}, None, True),
        ({"renameCollection": "app.people", "to": "app.users"}, ["users"], True),
        ({"renameCollection": "app.users", "to": "app.benevoclic_updates.aside.R/users"}, None, False),
        ({"renameCollection": "app.benevoclic_updates.new.R/users", "to": "app.users"}, None, False),
        ({"drop": "system.buckets.benevoclic_updates.new.R/measures"}, None, False),
    ],
)
def test_commands_that_take_documents_away_count(command: dict, only: list[str] | None, counts: bool) -> None:
    assert _destroys(command, "app", only) is counts
