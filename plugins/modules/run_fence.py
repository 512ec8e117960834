#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_fence
short_description: Keeps users' writes from the database for the time of a run
version_added: 0.1.0
description:
  - With O(state=raised) the edge answers users with its maintenance page, where C(edge.maintenance.directory) is set, and the
    services that can write to the database are stopped, so that a backup made now has every write that users were told of.
    MongoDB and the edge (C(edge.service)) go on.
  - With O(state=lifted) users come back. The requests of the run itself are let through meanwhile.
  - Every step is an operation of the run and is undone by its rollback; the times are in the journal and in the report.
  - In a return to an earlier release it first decides about the data. It is raised only where a backup has to be restored,
    and refuses where that would lose writes and nobody agreed.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Tells which services would be stopped.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  state:
    description: Whether users' writes are kept out.
    type: str
    choices: [raised, lifted]
    default: raised
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to note the database's time and to count writes.
    type: str
seealso:
  - module: benevoclic.updates.run_rollback
  - module: benevoclic.updates.release_restore
"""

EXAMPLES = r"""
- name: Keep users' writes out
  benevoclic.updates.run_fence:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"

- name: Let users come back
  benevoclic.updates.run_fence:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    state: lifted
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
services:
  description: Services that were stopped, or would be.
  returned: O(state=raised)
  type: list
  elements: str
  sample: [api, web]
edge:
  description: Whether the edge is closed to users.
  returned: O(state=raised)
  type: bool
"""

from typing import Any

from ..module_utils._module import data_back, fence
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._registry import OPERATIONS
from ..module_utils._runs import data_rule, fenced
from ..module_utils._runs.session import Run
from ..module_utils._stack import fencing
from ..module_utils._stack.restore import find_target


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Raise the fence, or lift it."""
    if tools.check_mode:
        definition = tools.read_run(params).definition
        told = {"edge": bool(fencing.closing(definition)), "services": fencing.writers(definition)}
        return {"stage": "fence", "changed": True, **told, "lines": []}
    with tools.hold_run(params, registry=OPERATIONS) as run:
        if params["state"] == "lifted":
            return _lifted(run, tools)
        if run.context.plan["flow"] != "rollback":
            with run.stage("fence"):
                return _raised(run, tools)
        way = data_back.of_return(run, find_target(run.context, None, None), agreed=data_back.consent(run.context))
        if way.decision not in (data_rule.ASK, data_rule.RESTORE):
            return {"stage": "fence", "changed": False, "edge": False, "services": [], "lines": []}
        with run.stage("fence"):
            way.require()
            return _raised(run, tools)


def _raised(run: Run, tools: Tools) -> dict[str, Any]:
    done = fence.up(run)
    text_id = "fence.raised" if done["edge"] else "fence.raised_without_page"
    line = tools.line("warning", text_id, services=", ".join(done["services"]))
    return {"stage": "fence", "changed": True, **done, "lines": [line]}


def _lifted(run: Run, tools: Tools) -> dict[str, Any]:
    with run.stage("reopen"):
        changed = fence.down(run)
    kept = fenced.times(run.view)
    lines = [tools.line("ok", "fence.lifted", seconds=round(kept["seconds"]))] if changed and kept else []
    return {"stage": "reopen", "changed": changed, "lines": lines}


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "state": {"type": "str", "choices": ["raised", "lifted"], "default": "raised"},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
