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
  - The database stays as it is. Migrations that the tuple did not have are named as a warning.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Lists the operations that might be carried out.
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

from ..module_utils._migrations.state import applied
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._runs.context import HostContext
from ..module_utils._stack.operations import OPERATIONS
from ..module_utils._stack.restore import Target, find_target, operations_to, restore


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Go back, or list what that would take."""
    if tools.check_mode:
        context = tools.read_run(params)
        target = find_target(context, params["target_run"], params["which"])
        done = operations_to(context, target)
    else:
        with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("rollback"):
            context = run.context
            target = find_target(context, params["target_run"], params["which"])
            done = restore(run, context, target)
    lines = [_line(tools, name, arguments) for name, arguments in done if name in ("service.up", "config.restore")]
    lines += _newer_migrations(context, target, tools)
    nothing = [tools.line("ok", "stack.nothing_to_restore")]
    names = [name for name, _arguments in done]
    return {"stage": "rollback", "changed": bool(done), "operations": names, "lines": lines or nothing}


def _line(tools: Tools, name: str, arguments: dict[str, Any]) -> dict[str, str]:
    mark = "info" if tools.check_mode else "ok"
    return tools.line(mark, "stack.restored" if name == "service.up" else "stack.file_restored", **arguments)


def _newer_migrations(context: HostContext, target: Target, tools: Tools) -> list[dict[str, str]]:
    """A warning where the database has had migrations since the tuple."""
    uri, schema = tools.secrets.get("mongodb_admin_uri"), target.release.get("schema")
    if not uri or schema is None:
        return []
    newer = [
        version for version in applied(uri, context.plan["definition"]["mongodb"]["database"]) if version not in schema
    ]
    return [tools.line("warning", "stack.newer_migrations", versions=", ".join(newer))] if newer else []


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
