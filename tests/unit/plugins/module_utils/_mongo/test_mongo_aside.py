# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of collections that are kept: readable back, never too long, gone when their time has come."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import aside

RUN = "20261122T071500Z-restore-1.10.0"
SINCE = datetime(2026, 11, 22, 7, 15, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "run_id", [RUN, f"{RUN}.2", "20261122T071500Z-restore-unknown", "20261122T071500Z-feature-1.9.0-crash"]
)
@pytest.mark.parametrize("collection", ["users", "dots.in/name", "été & hiver", "system.js", "line\nbreak", "a/b/c"])
def test_a_name_tells_collection_run_and_time(run_id: str, collection: str) -> None:
    for state in aside.KEPT:
        found = aside.parse(aside.name_of(state, run_id, collection, "benevoclic"))
        assert found is not None
        assert (found.state, found.run_id, found.since, found.collection) == (state, run_id, SINCE, collection)


@pytest.mark.parametrize("collection", ["x" * 230, "é" * 115, "x" * 229 + "é"])
def test_a_long_name_is_cut_and_stays_its_own(collection: str) -> None:
    name = aside.name_of(aside.ASIDE, RUN, collection, "benevoclic")
    assert len(f"benevoclic.system.buckets.{name}".encode()) <= 255
    assert name != aside.name_of(aside.ASIDE, RUN, collection + "y", "benevoclic")
    found = aside.parse(name)
    assert found is not None
    assert found.run_id == RUN
    assert collection.startswith(found.collection.rpartition("~")[0])


@pytest.mark.parametrize(
    "name",
    [
        "users",
        "benevoclic_updates.aside.users",
        f"benevoclic_updates.new.{RUN}/users",
        f"benevoclic_updates.aside.{RUN}",
        "benevoclic_updates.aside.20261399T071500Z-restore-1.0.0/users",
        f"x.benevoclic_updates.aside.{RUN}/users",
    ],
)
def test_nothing_else_is_taken_for_one(name: str) -> None:
    assert aside.parse(name) is None


def test_what_is_kept_for_longer_than_the_days_is_expired() -> None:
    clock = FakeClock()
    moments = [clock.now() - timedelta(days=days) for days in (6.9, 7.1, 30)]
    names = [aside.name_of(aside.ASIDE, f"{at:%Y%m%dT%H%M%SZ}-restore-1.0.0", "users", "b") for at in moments]
    found = [one for one in map(aside.parse, names) if one]
    assert [one.name for one in aside.expired(found, 7, clock)] == names[1:]
    assert aside.expired(found, 31, clock) == []
