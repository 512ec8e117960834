# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.ledger import (
    Landing,
    Ledger,
    landings,
    last_of,
    latched_by,
    rollback_target,
)


def entry(number, old, new, outcome="succeeded", flow="feature_update"):
    return {"run_id": f"R{number}", "from_version": old, "to_version": new, "outcome": outcome, "flow": flow}


FIRST = entry(1, "1.0.0", "1.1.0")
SECOND = entry(2, "1.1.0", "1.2.0")


def back(number, old, new, outcome="succeeded"):
    return entry(number, old, new, outcome, "rollback")


def alone(number, version):
    return entry(number, version, version, flow="database_migration")


@pytest.mark.parametrize(
    ("entries", "versions"),
    [
        ([], []),
        ([FIRST], ["1.0.0", "1.1.0"]),
        ([entry(1, None, "1.1.0")], ["1.1.0"]),
        ([FIRST, SECOND], ["1.0.0", "1.1.0", "1.2.0"]),
        ([FIRST, SECOND, back(3, "1.2.0", "1.1.0")], ["1.0.0", "1.1.0"]),
        ([FIRST, SECOND, back(3, "1.2.0", "1.1.0"), back(4, "1.1.0", "1.0.0")], ["1.0.0"]),
        ([FIRST, SECOND, back(3, "1.2.0", "1.0.0")], ["1.0.0"]),
        ([FIRST, back(2, "1.1.0", "1.0.0"), entry(3, "1.0.0", "1.1.0")], ["1.0.0", "1.1.0"]),
        ([FIRST, entry(2, "1.1.0", "1.1.0", "unchanged")], ["1.0.0", "1.1.0"]),
        ([FIRST, entry(2, "1.1.0", "1.2.0", "rolled_back")], ["1.0.0", "1.1.0"]),
        ([FIRST, entry(2, "1.1.0", "1.2.0", "aborted")], ["1.0.0", "1.1.0"]),
        ([FIRST, entry(2, "1.1.0", "1.2.0", "rollback_failed")], ["1.0.0", "1.1.0"]),
        ([entry(1, "1.0.0", "1.1.0", "rollback_failed")], ["1.0.0"]),
        ([FIRST, entry(2, "1.1.0", "1.1.0", flow="restore")], ["1.0.0", "1.1.0"]),
        ([FIRST, entry(2, "1.1.0", "1.1.0", flow="restore"), back(3, "1.1.0", "1.0.0")], ["1.0.0"]),
        ([entry(1, "1.0.0", "1.0.0", flow="restore"), entry(2, "1.0.0", "1.1.0")], ["1.0.0", "1.1.0"]),
        ([FIRST, alone(2, "1.1.0")], ["1.0.0", "1.1.0"]),
        ([FIRST, alone(2, "1.1.0"), back(3, "1.1.0", "1.0.0")], ["1.0.0"]),
        ([alone(1, "1.0.0"), alone(2, "1.0.0")], ["1.0.0"]),
        ([FIRST, {**alone(2, "1.1.5"), "rehearsal": True}], ["1.0.0", "1.1.0"]),
    ],
)
def test_verified_versions_are_a_stack(entries, versions):
    assert [landing.version for landing in landings(entries)] == versions


def test_a_landing_says_where_its_tuple_is():
    assert landings([FIRST, SECOND]) == [
        Landing("1.0.0", "R1", "before"),
        Landing("1.1.0", "R1", "after"),
        Landing("1.2.0", "R2", "after"),
    ]


def test_a_migration_alone_renews_the_tuple_of_the_release_that_stays():
    assert landings([FIRST, alone(2, "1.1.0")])[-1] == Landing("1.1.0", "R2", "after")


def test_going_back_twice_goes_two_releases_back():
    entries = [FIRST, SECOND]
    assert rollback_target(landings(entries), None).version == "1.1.0"
    entries.append(back(3, "1.2.0", "1.1.0"))
    assert rollback_target(landings(entries), None).version == "1.0.0"
    entries.append(back(4, "1.1.0", "1.0.0"))
    with pytest.raises(BadInput, match="rollback.no_target"):
        rollback_target(landings(entries), None)


def test_a_wished_version_must_have_been_verified_and_not_be_the_one_served():
    stack = landings([FIRST, SECOND])
    assert rollback_target(stack, "1.0.0").run_id == "R1"
    for version in ("1.2.0", "0.9.0", "1.1"):
        with pytest.raises(BadInput) as caught:
            rollback_target(stack, version)
        assert caught.value.details == {"version": version, "known": "1.0.0, 1.1.0"}


def test_after_a_failed_rollback_the_last_verified_release_is_the_place_to_go_to():
    entries = [FIRST, entry(2, "1.1.0", "1.2.0", "rollback_failed")]
    assert rollback_target(landings(entries), None, latched=True) == Landing("1.1.0", "R1", "after")
    first_ever = [entry(1, "1.0.0", "1.1.0", "rollback_failed")]
    assert rollback_target(landings(first_ever), None, latched=True) == Landing("1.0.0", "R1", "before")


def test_the_latch_stays_until_something_went_well():
    failed = entry(2, "1.1.0", "1.2.0", "rollback_failed")
    idle = entry(3, "1.1.0", "1.1.0", "unchanged")
    assert latched_by([]) is None
    assert latched_by([FIRST, failed]) == "R2"
    assert latched_by([FIRST, failed, idle]) == "R2"
    assert latched_by([FIRST, failed, back(4, "1.2.0", "1.1.0")]) is None
    assert last_of([FIRST, failed, idle]) == failed


def test_a_run_is_entered_once_whatever_happens(tmp_path):
    for _ in range(2):
        Ledger(tmp_path / "ledger.jsonl", FakeClock()).append_once(FIRST)
    ledger = Ledger(tmp_path / "ledger.jsonl", FakeClock())
    assert [item["run_id"] for item in ledger.entries] == ["R1"]
    assert ledger.entries[0]["at"].startswith("2026-11-22T07:15")
