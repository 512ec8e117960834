# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which backups stay and which go: tables of cases, and what must hold whatever there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.backup_set import KINDS
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.kept_aside import read_days
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.retention import (
    Candidate,
    Keep,
    decide,
    read_keep,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.policy import PROOF_LEVELS

NOTHING = Keep(0, 0, 0, 0)
DAYS = replace(NOTHING, daily=2)
RELEASES = replace(NOTHING, verified_releases=2)


def one(at: str, proof: str = "structure", kind: str = "manual", **more: Any) -> Candidate:
    """``at``: day and hour of November 2026, or a whole date; its text is the id."""
    text = at if at.startswith("2") and len(at) > 8 else f"2026-11-{at}"
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00")
    return Candidate(at, moment.replace(tzinfo=timezone.utc), proof, kind, **more)


def run(number: int, old: str, new: str, outcome: str = "succeeded", flow: str = "feature_update") -> dict[str, Any]:
    return {"run_id": f"R{number}", "from_version": old, "to_version": new, "outcome": outcome, "flow": flow}


def kept(
    sets: list[Candidate], keep: Keep, entries: list[dict[str, Any]] | None = None, **needed: str
) -> dict[str, str]:
    verdicts = decide(sets, entries or [], keep, needed)
    assert sorted(verdict.id for verdict in verdicts) == sorted(one.id for one in sets)
    return {verdict.id: verdict.reason for verdict in verdicts if verdict.keep}


def gone(sets: list[Candidate], keep: Keep, entries: list[dict[str, Any]] | None = None) -> dict[str, str]:
    return {verdict.id: verdict.reason for verdict in decide(sets, entries or [], keep, {}) if not verdict.keep}


@pytest.mark.parametrize(
    ("sets", "keep", "expected"),
    [
        ([], DAYS, {}),
        # the newest good one stays whatever the keeps say
        ([one("24")], NOTHING, {"24": "last"}),
        ([one("23"), one("24")], NOTHING, {"24": "last"}),
        # and so does the best proven one
        ([one("22", "rehearsal"), one("23", "rehearsal"), one("24")], NOTHING, {"23": "best_proven", "24": "last"}),
        # with none good, the newest
        ([one("23", "none"), one("24", "none")], NOTHING, {"24": "last"}),
        # an unproven one is never the last good one
        ([one("23"), one("24", "none")], NOTHING, {"23": "last"}),
        # days are days that have a set
        ([one("01"), one("10"), one("24")], DAYS, {"24": "last", "10": "daily"}),
        # the best proven of a day, then the newest
        ([one("23T08", "rehearsal"), one("23T20"), one("24")], DAYS, {"24": "last", "23T08": "best_proven"}),
        ([one("23T08"), one("23T20"), one("24")], DAYS, {"24": "last", "23T20": "daily"}),
        # what a person made does not go for the set of an update of the same day
        (
            [one("23T08"), one("23T20", "rehearsal", "pre_update"), one("24")],
            DAYS,
            {"24": "last", "23T20": "best_proven", "23T08": "daily"},
        ),
        # weeks begin on Monday: 22 November 2026 is a Sunday
        (
            [one("16"), one("22"), one("23"), one("24")],
            replace(NOTHING, weekly=2),
            {"24": "last", "22": "weekly"},
        ),
        (
            [one("2026-08-31"), one("2026-09-30"), one("2026-10-01"), one("24")],
            replace(NOTHING, monthly=3),
            {"24": "last", "2026-10-01": "monthly", "2026-09-30": "monthly"},
        ),
        # ISO weeks at the turn of the year: 31 December 2026 and 3 January 2027 are of one week
        (
            [one("2026-12-27"), one("2026-12-31"), one("2027-01-03"), one("2027-01-04")],
            replace(NOTHING, weekly=2),
            {"2027-01-04": "last", "2027-01-03": "weekly"},
        ),
        # a state that was left does not compete with the others of its day
        (
            [one("24T10", kind="before_restore"), one("24T11", "rehearsal")],
            replace(NOTHING, daily=1),
            {"24T11": "last", "24T10": "daily"},
        ),
        # an unproven one takes no day from a good one, and stays only while it is newer
        ([one("22"), one("23", "none"), one("24", "none")], DAYS, {"22": "last", "23": "daily", "24": "daily"}),
        ([one("22", "none"), one("23"), one("24")], DAYS, {"23": "daily", "24": "last"}),
    ],
)
def test_what_stays(sets: list[Candidate], keep: Keep, expected: dict[str, str]) -> None:
    assert kept(sets, keep) == expected
    assert kept(list(reversed(sets)), keep) == expected


@pytest.mark.parametrize(
    ("sets", "keep", "expected"),
    [
        ([one("23T08"), one("23T20"), one("24")], DAYS, {"23T08": "superseded"}),
        ([one("10"), one("23"), one("24")], DAYS, {"10": "past"}),
        ([one("10T08"), one("10T20"), one("23"), one("24")], DAYS, {"10T08": "past", "10T20": "past"}),
        ([one("23", "none"), one("24")], DAYS, {"23": "unproven"}),
    ],
)
def test_why_the_others_go(sets: list[Candidate], keep: Keep, expected: dict[str, str]) -> None:
    assert gone(sets, keep) == expected


def test_the_reason_names_what_took_its_place() -> None:
    verdicts = {verdict.id: verdict for verdict in decide([one("23T08"), one("23T20"), one("24")], [], DAYS, {})}
    assert verdicts["23T08"].details == {"id": "23T20", "day": "2026-11-23"}


def test_periods_are_those_of_utc() -> None:
    paris = timezone(timedelta(hours=1))
    late = replace(one("24"), id="late", created=datetime(2026, 11, 25, 0, 30, tzinfo=paris))
    early = replace(one("24"), id="early", created=datetime(2026, 11, 24, 1, 30, tzinfo=paris))
    assert gone([late, early, one("25")], DAYS) == {"early": "superseded"}


THREE = [run(1, "1.0.0", "1.1.0"), run(2, "1.1.0", "1.2.0"), run(3, "1.2.0", "1.3.0")]
OF_RUNS = [
    one("01", kind="pre_update", run_id="R1", served_version="1.0.0"),
    one("05", kind="pre_update", run_id="R2", served_version="1.1.0"),
    one("09", kind="pre_update", run_id="R3", served_version="1.2.0"),
    one("20"),
]


@pytest.mark.parametrize(
    ("sets", "entries", "count", "expected"),
    [
        (OF_RUNS, THREE, 0, {"20": "last"}),
        (OF_RUNS, THREE, 1, {"20": "last", "09": "way_back"}),
        (OF_RUNS, THREE, 2, {"20": "last", "09": "way_back", "05": "way_back"}),
        (OF_RUNS, THREE, 9, {"20": "last", "09": "way_back", "05": "way_back", "01": "way_back"}),
        # what was taken by hand while a release served is newer data of that release
        (
            [*OF_RUNS, one("03", served_version="1.1.0"), one("12", served_version="1.3.0")],
            THREE,
            1,
            {"20": "last", "12": "release", "09": "way_back"},
        ),
        # a run that was rolled back, and a release that was left, protect nothing
        (
            [*OF_RUNS[:2], one("20")],
            [run(1, "1.0.0", "1.1.0"), run(2, "1.1.0", "1.2.0", "rolled_back")],
            1,
            {"20": "last", "05": "release", "01": "way_back"},
        ),
        (
            OF_RUNS,
            [*THREE, run(4, "1.3.0", "1.1.0", flow="rollback")],
            1,
            {"20": "last", "05": "release", "01": "way_back"},
        ),
        # the ledger does not know the run: it may not judge its set
        (OF_RUNS[:1] + OF_RUNS[3:], [], 1, {"20": "last", "01": "unknown_run"}),
        # even an unproven one is the way back of a release
        ([replace(OF_RUNS[0], proof="none"), one("20")], THREE[:1], 1, {"20": "last", "01": "way_back"}),
    ],
)
def test_releases_of_the_ledger(sets, entries, count, expected) -> None:
    assert kept(sets, replace(NOTHING, verified_releases=count), entries) == expected


def test_what_a_run_needs_stays() -> None:
    sets = [one("01"), one("02"), one("03")]
    assert decide(sets, [], NOTHING, {"02": "R9"})[1].details == {"run_id": "R9"}
    assert {verdict.id for verdict in decide(sets, [], NOTHING, {"02": "R9"}) if verdict.keep} == {"02", "03"}


@pytest.mark.parametrize("value", [-1, "3", 2.5, True, None, [], {}])
@pytest.mark.parametrize("name", ["daily", "weekly", "monthly", "verified_releases"])
def test_a_keep_that_is_no_count_is_refused(name: str, value: object) -> None:
    good = {"daily": 1, "weekly": 1, "monthly": 1, "verified_releases": 1}
    with pytest.raises(BadInput) as caught:
        read_keep({"backup": {"keep": {**good, name: value}}})
    assert caught.value.details["key"] == f"benevoclic_backup_keep_{name}"


@pytest.mark.parametrize("value", [-1, "3", 2.5, True, []])
def test_days_aside_that_are_no_count_are_refused(value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read_days({"backup": {"keep_days_aside": value}})
    assert caught.value.details["key"] == "benevoclic_backup_keep_days_aside"


@pytest.mark.parametrize(("backup", "days"), [({}, None), ({"keep_days_aside": 0}, 0), ({"keep_days_aside": 7}, 7)])
def test_days_aside(backup: dict[str, Any], days: int | None) -> None:
    assert read_days({"backup": backup}) == days


def test_without_keeps_there_is_no_retention() -> None:
    assert read_keep({}) is None
    assert read_keep({"backup": {"engine": "auto"}}) is None
    assert read_keep({"backup": {"keep": dict.fromkeys(Keep.__dataclass_fields__, 0)}}) == NOTHING


# What must hold whatever there is

MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31)).map(
    lambda at: at.replace(microsecond=0, tzinfo=timezone.utc)
)
RUNS = some.sampled_from([None, "R1", "R2", "R3", "R4", "R7"])
VERSIONS = some.sampled_from([None, "1.0.0", "1.1.0", "1.2.0", "1.3.0"])
SETS = some.lists(
    some.tuples(MOMENTS, some.sampled_from(PROOF_LEVELS), some.sampled_from(KINDS), RUNS, VERSIONS), max_size=25
).map(lambda rows: [Candidate(f"set{number}", *row) for number, row in enumerate(rows)])
KEEPS = some.builds(Keep, *[some.integers(0, 5)] * 4)
ENTRIES = some.lists(
    some.tuples(
        some.integers(1, 4), some.sampled_from(["1.0.0", "1.1.0"]), some.sampled_from(["1.1.0", "1.2.0", "1.3.0"]),
        some.sampled_from(["succeeded", "rolled_back", "rollback_failed", "unchanged", "aborted"]),
        some.sampled_from(["feature_update", "rollback"]),
    ).map(lambda row: run(*row)),
    max_size=6,
)  # fmt: skip
NEEDED = some.dictionaries(some.sampled_from([f"set{number}" for number in range(25)]), some.just("R9"), max_size=3)


@settings(deadline=None, max_examples=200)
@given(SETS, ENTRIES, KEEPS, NEEDED)
def test_whatever_there_is(sets, entries, keep, needed) -> None:
    verdicts = decide(sets, entries, keep, needed)
    stays = {verdict.id for verdict in verdicts if verdict.keep}
    by_id = {candidate.id: candidate for candidate in sets}
    assert [verdict.id for verdict in verdicts] == [
        candidate.id for candidate in sorted(sets, key=lambda found: (found.created, found.id), reverse=True)
    ]
    good = [candidate for candidate in sets if candidate.good]
    if good:
        assert max(good, key=lambda found: (found.created, found.id)).id in stays
        assert max(good, key=lambda found: found.rank).id in stays
    if sets:
        assert stays
    assert set(needed) & set(by_id) <= stays
    # doing it again takes nothing more away
    left = [candidate for candidate in sets if candidate.id in stays]
    assert {verdict.id for verdict in decide(left, entries, keep, needed) if verdict.keep} == stays
    # keeping more never takes more away
    more = Keep(keep.daily + 1, keep.weekly + 1, keep.monthly + 1, keep.verified_releases + 1)
    assert stays <= {verdict.id for verdict in decide(sets, entries, more, needed) if verdict.keep}
