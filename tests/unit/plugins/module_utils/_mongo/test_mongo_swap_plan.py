# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operations bring a backup into service: for every kind that was there and every kind that comes."""

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import swap_plan
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.places import Place
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.swap_plan import Incoming

RUN = "20261122T071500Z-restore-1.0.0"
LIVE = {
    "collection": Place("collection", "live"),
    "view": Place("view", "", {"viewOn": "a"}),
    "timeseries": Place("timeseries", "live"),
}
COMING = {
    "collection": Incoming("collection", "new/x", "new"),
    "view": Incoming("view", "new/x", "", "{}"),
    "timeseries": Incoming("timeseries", "new/x", "new"),
}
SWAP, PUT_ASIDE = ("collection.swap", "new/x"), ("collection.swap", None)
REPLACE, COPY_ASIDE = ("collection.replace", "new/x"), ("collection.replace", None)
VIEW, NO_VIEW = ("view.replace", "{}"), ("view.replace", None)


def planned(live: str | None, coming: str | None) -> list[tuple[str, object]]:
    """Operations for one name, with what takes its place."""
    there = {"x": LIVE[live]} if live else {}
    comes = {"x": COMING[coming]} if coming else {}
    found = swap_plan.operations(there, comes, "app", RUN, whole=True)
    return [(name, arguments.get("view", arguments.get("new"))) for name, arguments in found]


@pytest.mark.parametrize(
    ("live", "coming", "operations"),
    [
        ("collection", "collection", [SWAP]),
        (None, "collection", [SWAP]),
        ("collection", None, [PUT_ASIDE]),
        ("collection", "view", [PUT_ASIDE, VIEW]),
        ("collection", "timeseries", [PUT_ASIDE, REPLACE]),
        ("view", "collection", [NO_VIEW, SWAP]),
        ("view", "view", [VIEW]),
        ("view", "timeseries", [NO_VIEW, REPLACE]),
        ("view", None, [NO_VIEW]),
        (None, "view", [VIEW]),
        ("timeseries", "timeseries", [REPLACE]),
        ("timeseries", "collection", [COPY_ASIDE, SWAP]),
        ("timeseries", "view", [COPY_ASIDE, VIEW]),
        ("timeseries", None, [COPY_ASIDE]),
        (None, "timeseries", [REPLACE]),
    ],
)
def test_every_kind_can_take_the_place_of_every_other(live: str, coming: str, operations: list) -> None:
    assert planned(live, coming) == operations


def test_collections_change_places_together_before_what_takes_time_and_views_come_last() -> None:
    live = {"a view": LIVE["view"], "b": LIVE["collection"], "c series": LIVE["timeseries"], "d": LIVE["collection"]}
    comes = {
        "a view": COMING["view"],
        "b": COMING["collection"],
        "c series": COMING["timeseries"],
        "e": COMING["collection"],
    }
    found = swap_plan.operations(live, comes, "app", RUN, whole=True)
    assert [arguments["name"] for _name, arguments in found] == ["b", "d", "e", "c series", "a view"]


def test_a_part_leaves_the_others_alone_and_nothing_of_ours_is_ever_touched() -> None:
    live = {
        "b": LIVE["collection"],
        "d": LIVE["collection"],
        "system.views": LIVE["collection"],
        "system.js": LIVE["collection"],
        f"benevoclic_updates.aside.{RUN}/b": LIVE["collection"],
    }
    comes = {"b": COMING["collection"]}
    assert swap_plan.concerned(live, comes, whole=False) == {"b": "replaced"}
    assert swap_plan.concerned(live, comes, whole=True) == {"b": "replaced", "d": "set_aside", "system.js": "set_aside"}
