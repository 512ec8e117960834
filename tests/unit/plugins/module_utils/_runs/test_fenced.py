# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._runs import fenced
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.view import RunView


def seen(*events):
    view = RunView(last_at="2026-11-22T08:00:00Z")
    for minute, (event, moment, more) in enumerate(events):
        at = f"2026-11-22T07:{minute:02}:00Z"
        view.evidence["fence"].append({"event": event, "moment": moment, "at": at, **more})
    return view


WHOLE = ("raised", "10.1", {"edge": True, "services": ["api"], "whole": True})
LATE = ("raised", "90.1", {"edge": True, "services": ["api"], "whole": False})
DEPLOYING, LIFTED = ("deploying", "20.1", {}), ("lifted", "30.1", {})


@pytest.mark.parametrize(
    ("events", "up", "until"),
    [
        ([], False, None),
        ([WHOLE], True, "10.1"),
        ([WHOLE, DEPLOYING], True, "20.1"),
        ([WHOLE, DEPLOYING, LIFTED], False, "30.1"),
        ([WHOLE, DEPLOYING, LIFTED, LATE], True, "30.1"),
        ([LATE], True, None),
    ],
)
def test_until_when_writes_were_kept_out(events, up, until):
    view = seen(*events)
    assert (fenced.is_up(view), fenced.kept_until(view)) == (up, until)


def test_the_times_of_the_report():
    assert fenced.times(seen()) is None
    found = fenced.times(seen(WHOLE, DEPLOYING, LIFTED, LATE))
    assert (found["raised_at"], found["lifted_at"], found["seconds"]) == (
        "2026-11-22T07:00:00Z",
        "2026-11-22T07:02:00Z",
        120.0,
    )
    assert (found["services"], found["maintenance_page"]) == (["api"], True)
    assert fenced.times(seen(WHOLE))["lifted_at"] is None
    assert fenced.times(seen(WHOLE))["seconds"] == 3600.0
