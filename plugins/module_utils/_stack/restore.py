# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going back to the release tuple of an earlier run, within a run of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import BadInput, Failed
from .._core.files import read_json
from .._runs.context import HostContext
from .deploy import Operating
from .release import bring_images, capture, difference

Operations = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Target:
    """A recorded tuple and the folder of the run that recorded it."""

    release: dict[str, Any]
    folder: Path


def find_target(context: HostContext, run_id: str | None, which: str | None) -> Target:
    """The tuple ``which`` of ``run_id``, else the plan's target. Raises BadInput or Failed ``release.no_tuple``."""
    planned = context.plan.get("target") or {}
    run_id, which = run_id or planned.get("run_id"), which or planned.get("which")
    if not run_id or not which or Path(run_id).name != run_id:
        raise BadInput("release.no_tuple", run_id=run_id or "-", which=which or "-")
    folder = context.run_folder.parent / run_id
    if not (folder / f"{which}.json").is_file():
        raise Failed("release.no_tuple", run_id=run_id, which=which)
    return Target(read_json(folder / f"{which}.json"), folder)


def operations_to(context: HostContext, target: Target) -> Operations:
    """What leads from the present state to ``target``."""
    now = capture(context.plan["definition"], None, context.runner, context.transport, context.clock)
    return difference(context, now, target.release, target.folder)


def restore(run: Operating, context: HostContext, target: Target) -> Operations:
    """Go back; returns the operations that had something to do."""
    operations = operations_to(context, target)
    bring_images(context, target.release)
    return [(name, arguments) for name, arguments in operations if not run.operate(name, arguments).get("already")]
