# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times: what people type, quiet hours, and when an announcement is due; the clock is handed in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.announcing import (
    ANNOUNCEMENT,
    DUE,
    PAST,
    REMINDER,
    TOLD,
    TOO_EARLY,
    TOO_LATE,
    answer,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.timing import read_moment, read_timing
from ansible_collections.benevoclic.updates.plugins.module_utils._policy.policy import policy_for

PARIS = "Europe/Paris"
AT = datetime(2026, 12, 1, 21, tzinfo=timezone.utc)
FEATURE = policy_for("feature", None)
MAINTENANCE = policy_for("maintenance", None)
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("typed", "meant", "assumed"),
    [
        ("2026-12-01T22:00+01:00", "2026-12-01T21:00", False),
        ("2026-12-01T22:00:30Z", "2026-12-01T22:00:30", False),
        ("2026-12-01T22:00-0530", "2026-12-02T03:30", False),
        ("2026-12-01T22:00", "2026-12-01T21:00", True),
        ("2026-07-01T22:00", "2026-07-01T20:00", True),
        ("2026-12-31T23:30:00.5", "2026-12-31T22:30:00.500", True),
    ],
)
def test_a_typed_time_is_read_in_the_zone_that_it_has_or_the_teams(typed: str, meant: str, assumed: bool) -> None:
    assert read_moment(typed, PARIS) == (utc(meant), assumed)


NO_TIME = ["2026-12-01", "2026-12-01 22:00", "2026-12-01t22:00", "2026-02-30T22:00", "2026-12-01T25:00", "demain"]
NO_TIME += [
    "",
    "T",
    "2026-12-01T22:00Europe/Paris",
    "2026-12-01T22:00+99:00",
    "0000-01-01T00:00",
    "9999-12-31T23:59-12:00",
]


@pytest.mark.parametrize("typed", [*NO_TIME, None, 20261201, ["2026-12-01T22:00"], utc("2026-12-01")], ids=str)
def test_what_is_no_time_is_refused(typed: Any) -> None:
    with pytest.raises(BadInput) as caught:
        read_moment(typed, PARIS)
    assert caught.value.text_id == "announce.at_form"


def test_an_hour_that_clocks_skip_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        read_moment("2027-03-28T02:30", PARIS)
    assert caught.value.text_id == "announce.at_gap"
    assert read_moment("2027-03-28T03:00", PARIS)[0] == utc("2027-03-28T01:00")


def test_an_hour_that_clocks_show_twice_asks_which() -> None:
    with pytest.raises(BadInput) as caught:
        read_moment("2026-10-25T02:30", PARIS)
    assert caught.value.text_id == "announce.at_twice"
    assert caught.value.details["choices"] == "2026-10-25T02:30+02:00, 2026-10-25T02:30+01:00"
    assert read_moment("2026-10-25T02:30+02:00", PARIS)[0] == utc("2026-10-25T00:30")


@pytest.mark.parametrize(
    ("before", "kind", "message"),
    [
        (timedelta(days=30), TOO_EARLY, ANNOUNCEMENT),
        (timedelta(days=15, seconds=1), TOO_EARLY, ANNOUNCEMENT),
        (timedelta(days=15), DUE, ANNOUNCEMENT),
        (timedelta(days=14), DUE, ANNOUNCEMENT),
        (timedelta(days=13), DUE, ANNOUNCEMENT),
        (timedelta(days=13, seconds=-1), TOO_LATE, ANNOUNCEMENT),
        (timedelta(hours=1), TOO_LATE, ANNOUNCEMENT),
        (timedelta(0), PAST, ANNOUNCEMENT),
        (timedelta(days=-1), PAST, ANNOUNCEMENT),
    ],
)
def test_a_feature_is_announced_two_weeks_before(before: timedelta, kind: str, message: str) -> None:
    found = answer(AT - before, AT, FEATURE, 24, ())
    assert (found.kind, found.message) == (kind, message)
    assert found.until == AT - 13 * DAY
    assert found.earliest == AT - before + 14 * DAY


def test_too_early_says_when() -> None:
    assert answer(AT - 30 * DAY, AT, FEATURE, 24, ()).next_at == AT - 15 * DAY


@pytest.mark.parametrize(
    ("before", "told", "kind", "message", "next_at"),
    [
        (10 * DAY, (ANNOUNCEMENT,), TOLD, ANNOUNCEMENT, AT - DAY),
        (DAY, (ANNOUNCEMENT,), DUE, REMINDER, None),
        (timedelta(minutes=5), (ANNOUNCEMENT,), DUE, REMINDER, None),
        (timedelta(minutes=5), (ANNOUNCEMENT, REMINDER), TOLD, ANNOUNCEMENT, None),
        (14 * DAY, (), DUE, ANNOUNCEMENT, AT - DAY),
    ],
)
def test_announcement_and_reminder_are_two_messages_once_each(
    before: timedelta, told: tuple[str, ...], kind: str, message: str, next_at: datetime | None
) -> None:
    found = answer(AT - before, AT, FEATURE, 24, told)
    assert (found.kind, found.message, found.next_at) == (kind, message, next_at)


def test_consent_makes_a_late_announcement_due_and_never_a_past_one() -> None:
    found = answer(AT - DAY / 2, AT, FEATURE, 24, (), consent=True)
    assert (found.kind, found.late) == (DUE, True)
    assert answer(AT, AT, FEATURE, 24, (), consent=True).kind == PAST


@pytest.mark.parametrize(("days", "kind"), [(6, TOO_EARLY), (5, DUE), (3, DUE), (2, TOO_LATE)])
def test_maintenance_is_announced_three_to_five_days_before(days: int, kind: str) -> None:
    assert answer(AT - days * DAY, AT, MAINTENANCE, 24, ()).kind == kind


@pytest.mark.parametrize("severity", ["CRITICAL", "HIGH"])
@pytest.mark.parametrize("before", [timedelta(minutes=1), timedelta(days=60)])
def test_an_urgent_update_may_be_announced_at_any_time_before(severity: str, before: timedelta) -> None:
    found = answer(AT - before, AT, policy_for("security", severity), 24, ())
    assert (found.kind, found.next_at) == (DUE, None)


def test_a_reminder_comes_only_where_time_allows() -> None:
    medium = policy_for("security", "MEDIUM")
    assert answer(AT - timedelta(hours=3), AT, medium, 24, ()).next_at is None
    assert answer(AT - timedelta(hours=1), AT, medium, 24, (ANNOUNCEMENT,)).kind == TOLD
    assert answer(AT - timedelta(hours=3), AT, medium, 1, ()).next_at == AT - timedelta(hours=1)
    assert answer(AT - 14 * DAY, AT, FEATURE, 0, ()).next_at is None


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        # two weeks over the end of summer time: the clock's hour moves, the notice does not
        ("2026-11-01T22:00", "2026-10-17T23:00+02:00"),
        ("2027-03-10T22:00", "2027-02-23T22:00+01:00"),
        ("2028-03-10T22:00", "2028-02-24T22:00+01:00"),
        ("2027-01-10T22:00", "2026-12-26T22:00+01:00"),
    ],
)
def test_notice_over_changes_of_clocks_months_and_years(at: str, opens: str) -> None:
    when, _assumed = read_moment(at, PARIS)
    found = answer(when - 60 * DAY, when, FEATURE, 24, ())
    assert found.next_at == datetime.fromisoformat(opens)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_over_midnight_in_the_teams_zone(clock: str, quiet: bool) -> None:
    timing = read_timing({"quiet_hours": {"start": "22:00", "end": "07:00"}, "timezone": PARIS})
    moment, _assumed = read_moment(f"2026-12-01T{clock}", PARIS)
    assert timing.is_quiet(moment, 2) is quiet
    assert timing.is_quiet(moment, 3) is False


def test_quiet_hours_within_a_day() -> None:
    timing = read_timing({"quiet_hours": {"start": "12:00", "end": "14:00"}, "timezone": "UTC"})
    assert [timing.is_quiet(utc(f"2026-12-01T{hour}:00"), 0) for hour in ("11", "12", "13", "14")] == [
        False,
        True,
        True,
        False,
    ]


def test_the_manuals_timing() -> None:
    timing = read_timing({"pre_update": 24, "during_update": True, "post_update": True, "on_failure": False})
    assert (timing.reminder_hours, timing.off, timing.quiet) == (24.0, ("on_failure",), None)
    assert read_timing(None) == read_timing({}) == read_timing("")


BAD: list[Any] = [
    [],
    {"preUpdate": 24},
    {"pre_update": -1},
    {"pre_update": "24"},
    {"pre_update": True},
    {"during_update": "yes"},
    {"quiet_hours": "22-7"},
    {"quiet_hours": {"start": "22:00"}},
    {"quiet_hours": {"start": "24:00", "end": "07:00"}},
    {"quiet_hours": {"start": "07:00", "end": "07:00"}},
    {"quiet_hours": {"start": 1320, "end": 420}},
    {"timezone": "Paris"},
    {"timezone": "../etc/passwd"},
    {"timezone": "Europe"},
]


@pytest.mark.parametrize("raw", BAD, ids=str)
def test_bad_timing_is_refused(raw: Any) -> None:
    with pytest.raises(BadInput):
        read_timing(raw)
