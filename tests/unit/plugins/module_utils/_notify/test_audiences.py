# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is addressed, status by status, and who is left in peace."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.audiences import (
    Occasion,
    address,
    read_audiences,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.facts import UPDATE_TYPES
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.statuses import STATUSES, status_named
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.timing import read_timing

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
NIGHT = datetime(2026, 12, 1, 23, tzinfo=timezone.utc)
KINDS = ("discord", "slack", "email", "sms", "webhook", "log")
OUTSIDE = ("users-mail", "partners-webhook", "public-webhook")
NAMES = (*KINDS, *OUTSIDE)
CHANNELS: list[Any] = [
    SimpleNamespace(entry=SimpleNamespace(name=name, kind={"users-mail": "email"}.get(name, name.rpartition("-")[2])))
    for name in NAMES
]
ALL_ON = {
    "users": {"enabled": True, "channels": ["users-mail"]},
    "partners": {"enabled": True, "channels": ["partners-webhook"]},
    "public": {"enabled": True, "channels": ["public-webhook"]},
}
QUIET = {"quiet_hours": {"start": "22:00", "end": "07:00"}}


def told(
    status: str,
    update_type: str | None = "feature",
    severity: str | None = None,
    now: datetime = NOON,
    audiences: Any = None,
    routes: Any = None,
    timing: Any = None,
) -> dict[str, str]:
    """Channel → audience of those that are told."""
    read = read_audiences(ALL_ON if audiences is None else audiences, routes, NAMES)
    occasion = Occasion(status_named(status), update_type, severity, now)
    found = address(occasion, CHANNELS, read, read_timing(timing), "fr")
    assert {channel.entry.name for channel, _audience in found.told} | set(found.held) == set(NAMES)
    assert all(reason and "{" not in reason for reason in found.held.values())
    return {channel.entry.name: audience for channel, audience in found.told}


CHAT = {"discord", "slack", "webhook", "log"}
MAIL = CHAT | {"email"}
PHONE = MAIL | {"sms"}
DEFAULTS = {
    "announced": MAIL,
    "pre_update": MAIL,
    "in_progress": CHAT,
    "success": MAIL,
    "warning": MAIL,
    "error": PHONE,
    "rollback": MAIL,
    "incident": PHONE,
    "resolved": MAIL,
}
"""pre_update, success and error (with SMS) as in the manual, §4.2."""


@pytest.mark.parametrize("status", DEFAULTS)
def test_the_teams_channels_by_status(status: str) -> None:
    assert set(told(status)) & set(KINDS) == DEFAULTS[status]
    assert set(DEFAULTS) == set(STATUSES)


@pytest.mark.parametrize("status", [name for name in STATUSES if name != "in_progress"])
def test_a_security_update_goes_to_every_internal_channel_and_enabled_audience(status: str) -> None:
    found = told(status, "security", "CRITICAL")
    assert set(found) >= PHONE
    if status != "warning":
        assert set(found) == set(NAMES)


def test_each_audience_has_its_own_list_and_words() -> None:
    found = told("announced")
    assert {name: found[name] for name in OUTSIDE} == {
        "users-mail": "users",
        "partners-webhook": "partners",
        "public-webhook": "public",
    }
    assert found["discord"] == "internal"


def test_an_audience_that_is_off_hears_nothing_and_its_channels_are_not_the_teams() -> None:
    audiences = {**ALL_ON, "public": {"enabled": False, "channels": ["public-webhook"]}, "users": False}
    found = told("error", audiences=audiences)
    assert "public-webhook" not in found
    assert found["users-mail"] == "internal"
    assert found["partners-webhook"] == "partners"


def test_enabled_and_empty_is_known() -> None:
    assert read_audiences({"users": True, "partners": True, "public": False}, None, NAMES).empty() == [
        "users",
        "partners",
    ]


@pytest.mark.parametrize("update_type", [*UPDATE_TYPES, None])
def test_outsiders_hear_of_what_they_may_notice(update_type: str | None) -> None:
    silent = update_type in ("dependency", "incident", None)
    assert (set(OUTSIDE) & set(told("success", update_type)) == set()) is silent


@pytest.mark.parametrize(("severity", "outside"), [("CRITICAL", 3), ("HIGH", 3), ("MEDIUM", 0), ("LOW", 0), (None, 0)])
def test_outsiders_hear_of_serious_incidents_only(severity: str | None, outside: int) -> None:
    assert len(set(OUTSIDE) & set(told("incident", "incident", severity))) == outside


def test_progress_rings_nobody_and_fills_no_mailbox() -> None:
    assert set(told("in_progress", "security", "CRITICAL")) == CHAT | {"partners-webhook", "public-webhook"}


@pytest.mark.parametrize(
    ("switch", "silenced"),
    [
        ("during_update", ["in_progress"]),
        ("post_update", ["success"]),
        ("on_failure", ["error", "rollback", "incident", "resolved"]),
    ],
)
def test_a_switch_silences_its_statuses_and_records_go_on(switch: str, silenced: list[str]) -> None:
    for status in STATUSES:
        found = told(status, timing={switch: False})
        assert (set(found) == {"log"}) is (status in silenced)


@pytest.mark.parametrize(
    ("status", "severity", "rings"),
    [
        ("error", None, True),
        ("pre_update", "CRITICAL", True),
        ("pre_update", "HIGH", False),
        ("success", "CRITICAL", False),
    ],
)
def test_no_telephone_rings_at_night_but_for_what_is_critical(status: str, severity: str | None, rings: bool) -> None:
    severity_or_high = severity or "HIGH"
    assert ("sms" in told(status, "security", severity_or_high, NIGHT, timing=QUIET)) is rings
    assert "sms" in told(status, "security", severity_or_high, NOON, timing=QUIET)


def test_routes_choose_the_teams_channels() -> None:
    found = told("success", routes={"success": ["sms", "log"]})
    assert set(found) == {"sms", "log", *OUTSIDE}
    assert set(told("error", routes={"success": ["sms"]})) == {*PHONE, *OUTSIDE}


BAD: list[tuple[Any, Any, str]] = [
    ({"customers": True}, None, "audience.unknown"),
    ({"users": "yes"}, None, "audience.form"),
    ({"users": {"enabled": "yes"}}, None, "audience.form"),
    ({"users": {"chanels": []}}, None, "audience.form"),
    ({"users": {"channels": "email"}}, None, "audience.form"),
    ("users", None, "audience.form"),
    ({"users": {"channels": ["nobody"]}}, None, "audience.channel_unknown"),
    ({"users": {"channels": [["email"]]}}, None, "audience.channel_unknown"),
    ({"users": {"channels": ["email"]}, "public": {"channels": ["email"]}}, None, "audience.shared"),
    ({"users": {"channels": ["email"]}}, {"success": ["email"]}, "audience.shared"),
    (None, {"done": ["email"]}, "notify.status_unknown"),
    (None, {"success": ["nobody"]}, "audience.channel_unknown"),
    (None, ["success"], "audience.form"),
]


@pytest.mark.parametrize(("audiences", "routes", "error"), BAD, ids=str)
def test_bad_lists_are_refused(audiences: Any, routes: Any, error: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_audiences(audiences, routes, NAMES)
    assert caught.value.text_id == error
