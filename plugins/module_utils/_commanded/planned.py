# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a run's plan, by the application's scripts: what is left of them, and how they are run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.errors import Failed
from .._migrations import state
from .._migrations.files import summaries
from .._migrations.operations import admin_uri
from .._migrations.planned import database_of
from .._mongo import client as connections
from .._runs.context import HostContext
from .._runs.session import Run
from .._stack import containers, images
from .moves import Move, forward, state_after
from .operations import DOWN_NAME, UP_NAME
from .scripts import Scripts
from .settings import CONTAINER, DRY_RUN, NONE, Settings

PHASE = "before_deploy"
"""The one moment at which the scripts run in an update."""


def pending(context: HostContext, settings: Settings, phase: str | None = None) -> list[dict[str, Any]]:
    """What the plan's migrations still need, as results show it. Changes nothing."""
    if phase not in (None, PHASE):
        return []
    return summaries(settings.migrations(_up(context, settings, _applied(context)).up))


def apply(run: Run, settings: Settings, phase: str | None = None) -> list[dict[str, Any]]:
    """Take back, then apply what the plan says, each way as one operation of the run; what became of each version."""
    context, results = run.context, []
    down = _down(context, settings) if phase is None else None
    if down:
        results += _operate(run, settings, DOWN_NAME, down, down.down)
    if phase in (None, PHASE):
        up = _up(context, settings, _applied(context))
        if up.up:
            results += _operate(run, settings, UP_NAME, up, up.up)
    return results


def dry_run(run: Run, settings: Settings) -> dict[str, Any]:
    """``migrate:dry-run`` for the plan's target: ``target``, ``seconds``, ``output`` (last lines)."""
    context = run.context
    planned = context.plan["migrations"]
    target = planned[-1]["version"] if planned else context.plan["migration_target"]
    started = context.clock.monotonic()
    scripts = Scripts(context, settings, image_at_hand(context, settings))
    output = scripts.run(DRY_RUN, target, lambda: None, told=False)
    return {"target": target, "seconds": round(context.clock.monotonic() - started, 3), "output": list(output)}


def image_at_hand(context: HostContext, settings: Settings) -> str | None:
    """The id of the image whose scripts run: the release's own, else the one that serves. None on the host.

    Raises Failed ``image.absent`` or ``suite.no_container``.
    """
    if settings.runner != CONTAINER:
        return None
    reference, spec = context.plan["images"].get(settings.service.name), settings.service
    if reference:
        return images.require(context.runner, reference).id
    serving = containers.current(containers.find(context.runner, [spec.project]), spec.project, spec.service)
    if serving is None:
        raise Failed("suite.no_container", service=spec.name)
    return serving.image_id


def _applied(context: HostContext) -> list[str]:
    with connections.connect(admin_uri(context)) as client:
        return [record["_id"] for record in state.records(client[database_of(context)])]


def _up(context: HostContext, settings: Settings, applied: Sequence[str]) -> Move:
    wanted = [entry["version"] for entry in context.plan["migrations"]]
    return forward(wanted, applied, settings)


def _down(context: HostContext, settings: Settings) -> Move | None:
    """What the plan takes back and the database still has."""
    named = {entry["version"] for entry in context.plan.get("undo") or []}
    applied = _applied(context)
    down = tuple(version for version in reversed(applied) if version in named)
    if not down:
        return None
    remaining = [version for version in applied if version not in named]
    return Move(state_after(remaining, settings) or NONE, applied[-1], down=down)


def _operate(run: Run, settings: Settings, name: str, move: Move, versions: Sequence[str]) -> list[dict[str, Any]]:
    arguments = {
        "versions": list(versions),
        "target": move.target,
        "earlier": move.earlier,
        "image": image_at_hand(run.context, settings),
        "database": database_of(run.context),
    }
    result = run.operate(name, arguments)
    outcome = "applied" if name == UP_NAME else "taken_back"
    told: dict[str, Any] = {key: result[key] for key in ("seconds", "said", "verified") if key in result}
    evidence = [{**item, "outcome": outcome} for item in summaries(settings.migrations(versions))]
    # The scripts went all the way at once: what they took and said is told with the last.
    evidence[-1] = {**evidence[-1], "target": move.target, **told}
    for item in evidence:
        run.record("migration", item)
    return evidence
