# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fence of a run: users' writes kept from the database, from before the backup until users may come back."""

from __future__ import annotations

from typing import Any

from .._mongo import client as connections
from .._mongo.fingerprint import moment_text
from .._runs.fenced import DEPLOYING, LIFTED, RAISED, from_the_backup, is_up
from .._runs.operations import find
from .._runs.session import Run
from .._runs.view import OperationView, RunView
from .._stack import fencing

CLOSE, STOP = fencing.EdgeClose.name, fencing.ServiceStop.name


def up(run: Run) -> dict[str, Any]:
    """Close the edge where it can be, then stop what can write; what was done. One that is up stays."""
    definition = run.context.definition
    closing, services = fencing.closing(definition), fencing.writers(definition)
    if not is_up(run.view):
        whole = not run.view.evidence["backup"]
        if closing:
            run.operate(CLOSE, closing)
        for name in reversed(services):
            run.operate(STOP, {"service": name})
        said = {"event": RAISED, "edge": bool(closing), "services": services, "whole": whole}
        run.record("fence", {**said, "moment": moment(run)})
    return {"edge": bool(closing), "services": services}


def before_deployment(run: Run) -> None:
    """Services come up now. With the edge closed users still stay out; else this is the end of the fence."""
    if is_up(run.view):
        event = DEPLOYING if _live(run.view, CLOSE) else LIFTED
        run.record("fence", {"event": event, "moment": moment(run)})


def after_deployment(run: Run) -> list[str]:
    """Bring up what was stopped and is no part of the deployment; which services that were."""
    deployed = run.context.plan["services"]
    left = [operation for operation in _live(run.view, STOP) if operation.arguments["service"] not in deployed]
    return _take_back(run, left)


def down(run: Run) -> bool:
    """Let users come back, also to an edge that a run before left closed; whether they were out."""
    was_up = is_up(run.view)
    if was_up:
        run.record("fence", {"event": LIFTED, "moment": moment(run)})
    _take_back(run, _live(run.view, STOP))
    closing = fencing.closing(run.context.definition)
    if closing and fencing.closed_by_a_run(closing["directory"]) and not _live(run.view, CLOSE):
        run.operate(CLOSE, closing)
    _take_back(run, _live(run.view, CLOSE))
    return was_up


def holds(run: Run) -> bool:
    """Whether nobody could write since before the backup: the fence was never lifted, by us or by somebody's hand."""
    events = from_the_backup(run.view)
    if not events or events[-1]["event"] == LIFTED:
        return False
    barriers = _live(run.view, CLOSE) or _live(run.view, STOP)
    return all(find(run.registry, item.name).probe(item.arguments, run.context) for item in barriers)


def moment(run: Run) -> str | None:
    """The database's cluster time now; None on a standalone server, or without an account."""
    uri = run.context.secrets.get("mongodb_admin_uri")
    if not uri:
        return None
    with connections.connect(uri) as client:
        return moment_text(connections.cluster_time(client))


def _live(view: RunView, name: str) -> list[OperationView]:
    return [operation for operation in view.to_undo() if operation.name == name]


def _take_back(run: Run, operations: list[OperationView]) -> list[str]:
    """The last first, so that services come up in the order of the stack."""
    for operation in reversed(operations):
        run.take_back(operation)
    return [str(operation.arguments.get("service")) for operation in reversed(operations)]
