#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: release_restore
short_description: Goes back to the release tuple that an earlier run recorded
version_added: 0.1.0
description:
  - Puts the configuration files of the tuple back, sets the definitions, brings the services up on exactly the images
    of the tuple (pulled again where they are gone), and restarts a service that has a restored file mounted.
  - Every change is an operation of the run and can be undone.
  - Migrations applied since are taken back. Where one cannot be undone, the backup of the run that brought it is restored, as
    M(benevoclic.updates.run_rollback) does, behind the fence of M(benevoclic.updates.run_fence); where the release gone back
    to can read the new schema, the database stays.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Lists the operations that might be carried out; a restore of data is decided only when it is due.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  target_run:
    description: The run whose tuple is gone back to; the plan's target when it is not given.
    type: str
  which:
    description: Which tuple of O(target_run).
    type: str
    choices: [before, after]
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to compare the applied migrations.
    type: str
seealso:
  - module: benevoclic.updates.release_capture
  - module: benevoclic.updates.run_rollback
"""

EXAMPLES = r"""
- name: Go back to what was there before that run
  benevoclic.updates.release_restore:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    target_run: 20261122T071500Z-feature-1.1.0
    which: before
"""

RETURN = r"""
operations:
  description: Operations that were carried out, or might be in check mode.
  returned: success
  type: list
  elements: str
  sample: [config.restore, service.up]
"""

from typing import Any

from ..module_utils._core.errors import Refused
from ..module_utils._migrations.going_back import newer, since
from ..module_utils._module import data_back, fence
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._registry import OPERATIONS
from ..module_utils._runs import data_rule, fenced
from ..module_utils._runs.context import HostContext
from ..module_utils._runs.session import Run
from ..module_utils._stack.restore import Target, find_target, operations_to, restore

_TEXTS = {
    "service.up": "stack.restored",
    "config.restore": "stack.file_restored",
    "migration.down": "migrations.taken_back",
    "migration.command.down": "migrations.commanded_back",
    "restore.load": "rollback.data_restored",
}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Go back, or list what that would take."""
    if tools.check_mode:
        context = tools.read_run(params)
        target = find_target(context, params["target_run"], params["which"])
        done = [*_foreseen(context, target), *operations_to(context, target)]
    else:
        with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("deploy"):
            target = find_target(run.context, params["target_run"], params["which"])
            done = [*_data(run, target), *restore(run, run.context, target)]
            fence.down(run)
    mark = "info" if tools.check_mode else "ok"
    lines = [tools.line(mark, _TEXTS[name], **arguments) for name, arguments in done if name in _TEXTS]
    names = [name for name, _arguments in done]
    nothing = [tools.line("ok", "stack.nothing_to_restore")]
    return {"stage": "deploy", "changed": bool(done), "operations": names, "lines": lines or nothing}


def _downs(context: HostContext, target: Target) -> list[tuple[str, dict[str, Any]]]:
    """The migrations applied since the tuple; none where the tuple does not know its schema, or no account is given."""
    schema = target.release.get("schema")
    if schema is None or "mongodb_admin_uri" not in context.secrets:
        return []
    return newer(context, schema)


def _foreseen(context: HostContext, target: Target) -> list[tuple[str, dict[str, Any]]]:
    """The data in check mode; whether a backup is restored or the database stays is decided when writes are counted."""
    schema = target.release.get("schema")
    if schema is None or "mongodb_admin_uri" not in context.secrets:
        return []
    undone = all(item.reversible and not item.failed for item in since(context, schema))
    return _downs(context, target) if undone else []


def _data(run: Run, target: Target) -> list[tuple[str, dict[str, Any]]]:
    """The data by rule: nothing, ``down``, or a restore and then the ``down`` of what the backup still had."""
    way = data_back.of_return(run, target, agreed=data_back.consent(run.context)).require()
    data_back.tell(run, way)
    if way.decision == data_rule.KEEP:
        return []
    if way.decision != data_rule.RESTORE:
        return _take_back(run, _downs(run.context, target))
    if not fenced.is_up(run.view):
        raise Refused("rollback.no_fence")
    data_back.bring_back(run, str(way.backup_id))
    return [("restore.load", {"backup_id": way.backup_id}), *_take_back(run, _downs(run.context, target))]


def _take_back(run: Run, downs: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    for name, arguments in downs:
        result = run.operate(name, arguments)
        for version in arguments.get("versions") or [arguments["version"]]:
            run.record("migration", {"version": version, "direction": "down", "seconds": result.get("seconds")})
    return downs


def main() -> None:
    """Wire the module."""
    options = {
        "target_run": {"type": "str"},
        "which": {"type": "str", "choices": ["before", "after"]},
        "mongodb_admin_uri": {"type": "str", "no_log": True},
    }
    run_module(work, options, secrets=("mongodb_admin_uri",), required_together=[("target_run", "which")])


if __name__ == "__main__":
    main()
