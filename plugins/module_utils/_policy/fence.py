# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fence in plans: which releases keep users' writes out, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput
from .._stack.fencing import closing, writers
from .migration import BESIDE_OLD_CODE

_AHEAD_OF = ("backup", "migrate", "deploy")
"""The fence is raised before the first of these that there is."""


def with_fence(plan: Mapping[str, Any]) -> dict[str, Any]:
    """``plan`` with ``fence``: None, or ``services`` (stopped), ``edge`` (it shows its maintenance page), ``irreversible``
    (files of migrations), and with the stages that raise and lift it.

    Without a maintenance page the deployment itself ends the fence. Raises BadInput ``plan.fence_without_backup``.
    """
    irreversible = [item["file"] for item in plan["migrations"] if _no_way_back(item)]
    if plan["unchanged"] or not (plan["downtime"] or irreversible):
        return {**plan, "fence": None}
    if irreversible and not plan["switches"]["backup"]:
        raise BadInput("plan.fence_without_backup", version=plan["to_version"], file=", ".join(irreversible))
    definition = plan["definition"]
    edge = closing(definition) is not None
    stages = list(plan["stages"])
    stages.insert(min(stages.index(name) for name in _AHEAD_OF if name in stages), "fence")
    if edge:
        stages.insert(stages.index("watch"), "reopen")
    fence = {"services": writers(definition), "edge": edge, "irreversible": irreversible}
    return {**plan, "fence": fence, "stages": stages}


def _no_way_back(migration: Mapping[str, Any]) -> bool:
    """Until the release is verified the old one may have to serve again; what it can read is no obstacle."""
    beside = migration["phase"] in BESIDE_OLD_CODE
    return beside and not migration["reversible"] and not migration["compatible"]
