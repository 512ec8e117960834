# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operations bring a loaded backup into service, in which order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import aside
from .catalogue import RESERVED
from .places import Place

Operations = list[tuple[str, dict[str, Any]]]
REPLACED, CREATED, SET_ASIDE = "replaced", "created", "set_aside"


@dataclass(frozen=True)
class Incoming:
    """What takes a name: ``kind``, and where it was loaded; of a view its definition (Extended JSON)."""

    kind: str
    new: str = ""
    new_uuid: str = ""
    view: str | None = None


def concerned(live: Mapping[str, Place], incoming: Mapping[str, Any], *, whole: bool) -> dict[str, str]:
    """What happens to each name; collections that the backup does not have are concerned by a ``whole`` restore only."""
    found = {name: REPLACED if name in live else CREATED for name in incoming}
    if whole:
        found |= {name: SET_ASIDE for name in live if name not in incoming and _of_the_application(name)}
    return dict(sorted(found.items()))


def _of_the_application(name: str) -> bool:
    return name == "system.js" or not name.startswith(("system.", RESERVED))


def operations(
    live: Mapping[str, Place], incoming: Mapping[str, Incoming], database: str, run_id: str, *, whole: bool
) -> Operations:
    """In order: views that stand where a collection comes; collections, within milliseconds of each other; time series,
    which are copied; views, which show the others."""
    names = list(concerned(live, incoming, whole=whole))
    now = {name: live[name].kind if name in live else None for name in names}
    then = {name: incoming[name].kind if name in incoming else None for name in names}
    views_first: Operations = []
    swaps: Operations = []
    series: Operations = []
    views: Operations = []
    for name in names:
        place = {"database": database, "name": name}
        coming = incoming.get(name)
        if now[name] == "view" and then[name] not in ("view", None):
            views_first.append(("view.replace", {**place, "view": None}))
        if then[name] == "view" or (now[name] == "view" and then[name] is None):
            views.append(("view.replace", {**place, "view": coming.view if coming else None}))
        if "timeseries" in (now[name], then[name]):
            kept = aside.name_of(aside.ASIDE, run_id, name, database)
            new = coming.new if coming and then[name] == "timeseries" else None
            if now[name] == "collection":
                swaps.append(("collection.swap", {**place, "new": None, "new_uuid": None}))
            series.append(("collection.replace", {**place, "new": new, "aside": kept}))
        if then[name] == "collection" and coming is not None:
            target = series if now[name] == "timeseries" else swaps
            target.append(("collection.swap", {**place, "new": coming.new, "new_uuid": coming.new_uuid}))
        elif now[name] == "collection" and then[name] in ("view", None):
            swaps.append(("collection.swap", {**place, "new": None, "new_uuid": None}))
    return [*views_first, *swaps, *series, *views]
