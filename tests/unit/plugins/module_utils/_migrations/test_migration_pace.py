# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a migration goes over documents, by a clock that only goes on when told to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.batches import Walk
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.checkpoints import Unwritten
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.ground import Limits, read_pace

SIZE, BATCHES = 100, 5


class Numbers:
    """A collection of ``SIZE`` times ``BATCHES`` documents."""

    def __init__(self):
        self.left = [[{"_id": (batch, n)} for n in range(SIZE)] for batch in range(BATCHES)]

    def count(self, *, whole):
        return SIZE * BATCHES

    def batch_size(self, ground):
        return SIZE

    def next_batch(self, size, point):
        return self.left.pop(0) if self.left else []


def walk(clock, per_second, check=lambda: None):
    ground = SimpleNamespace(
        clock=clock, limits=Limits(3600.0, per_second), check=check, progress=Silent(), whole=True, session=None
    )
    return Walk(ground, Unwritten(), Numbers(), "numbers")


def test_no_more_documents_a_second_than_allowed():
    clock, seen = FakeClock(), []
    walk(clock, 50.0).each(lambda _batch, _session: seen.append(clock.seconds))
    assert seen == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert max(clock.slept) <= 1.0, "lock and deadline are looked at every second"


def test_work_that_is_slower_by_itself_is_not_held_up():
    clock = FakeClock()
    walk(clock, 50.0).each(lambda _batch, _session: clock.sleep(3.0))
    assert clock.slept == [3.0] * BATCHES


def test_a_pause_is_made_up_for():
    """The pace is that of the whole pass."""
    clock, seen = FakeClock(), []

    def work(_batch, _session):
        seen.append(clock.seconds)
        clock.seconds += 5.0 if len(seen) == 1 else 0.0

    walk(clock, 50.0).each(work)
    assert seen == [0.0, 5.0, 5.0, 6.0, 8.0]


def test_without_a_limit_nothing_is_waited_for():
    clock = FakeClock()
    walk(clock, None).each(lambda _batch, _session: None)
    assert clock.slept == []


def test_a_lock_that_is_lost_in_a_pause_ends_it():
    clock, done = FakeClock(), []

    def check():
        if clock.seconds >= 3.0:
            raise Failed("database_lock.lost", seconds="30")

    with pytest.raises(Failed):
        walk(clock, 50.0, check).each(lambda _batch, _session: done.append(1))
    assert (len(done), clock.seconds) == (2, 3.0)


@pytest.mark.parametrize(("value", "pace"), [(None, None), (0, None), (500, 500.0), (0.5, 0.5)])
def test_what_the_inventory_says(value, pace):
    assert read_pace({"mongodb": {"migration_documents_per_second": value}}) == pace


@pytest.mark.parametrize("value", [-1, "fast", True, [1]])
def test_what_is_no_pace_is_refused(value):
    with pytest.raises(BadInput) as caught:
        read_pace({"mongodb": {"migration_documents_per_second": value}})
    assert caught.value.details["key"] == "benevoclic_migration_documents_per_second"


def test_a_stack_without_a_database_has_no_pace():
    assert read_pace({}) is None
