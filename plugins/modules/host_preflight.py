#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: host_preflight
short_description: Checks everything that an update needs, before anything is changed
version_added: 0.1.0
description:
  - Looks at disk space and inodes on the paths that matter, against limits and against what this run needs, at memory, the
    engine and Compose, the application, the images, the configuration files, what Compose would recreate, the npm scripts of
    the suites, the privileges on the database, and whether the run's migrations load on this host.
  - All checks run, then one failure lists all that failed. It pulls the images, and leaves nothing else behind.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Images are looked for and not pulled.
  diff_mode:
    support: N/A
    details: Images that arrived are listed in RV(images).
  idempotent:
    support: full
options:
  plan:
    description: The plan, when there is no run. Migrations are not loaded then; their files are with the run.
    type: dict
  mongodb_admin_uri:
    description: MongoDB account of the updates; needed where the run backs up or migrates.
    type: str
"""

EXAMPLES = r"""
- name: Check that the update can succeed
  benevoclic.updates.host_preflight:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
checks:
  description: Every check with its outcome, V(ok), V(warning) or V(failed).
  returned: success
  type: list
  elements: dict
  sample: [{name: memory, outcome: ok, text_id: preflight.memory, text: "mémoire : 41 % utilisés (limite 90 %)"}]
images:
  description: Images that this call brought to the engine.
  returned: success
  type: list
  elements: str
  sample: [127.0.0.1:5055/benevoclic/api:1.1.0]
"""

from functools import partial
from typing import Any

from ..module_utils._checks.database import AccountDatabase
from ..module_utils._checks.machine import ThisMachine
from ..module_utils._checks.migrations import check_migrations
from ..module_utils._checks.outcome import CheckResult, lines, require
from ..module_utils._checks.preflight import Preflight
from ..module_utils._core.errors import BadInput
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._runs.context import HostContext

Looked = tuple[list[CheckResult], list[str]]


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Check for the run, or for the plan given."""
    if params["run_id"]:
        with tools.hold_run(params) as run, run.stage("preflight"):
            results, arrived = look(params, tools, dict(run.context.plan), run.context)
            run.record("check", {"checks": [result.data(tools.locale) for result in results], "images": arrived})
            require(results, tools.locale)
    else:
        if not params["plan"]:
            raise BadInput("preflight.no_plan")
        results, arrived = look(params, tools, params["plan"])
        require(results, tools.locale)
    checks = [result.data(tools.locale) for result in results]
    shown = lines(results, tools.locale)
    return {"stage": "preflight", "changed": bool(arrived), "checks": checks, "images": arrived, "lines": shown}


def look(params: Params, tools: Tools, plan: dict[str, Any], context: HostContext | None = None) -> Looked:
    """All results, and the images that arrived."""
    uri, name = params["mongodb_admin_uri"], (plan["definition"].get("mongodb") or {}).get("database")
    return Preflight(
        plan=plan,
        state_dir=params["state_dir"],
        runner=context.runner if context else tools.runner,
        clock=tools.clock,
        transport=tools.transport,
        machine=ThisMachine(),
        database=AccountDatabase(uri, name) if uri and name else None,
        migrations=partial(check_migrations, context) if context else None,
        run_id=params["run_id"],
        check_mode=tools.check_mode,
    ).run()


def main() -> None:
    """Wire the module."""
    options = {"plan": {"type": "dict"}, "mongodb_admin_uri": {"type": "str", "no_log": True}}
    run_module(work, options, secrets=("mongodb_admin_uri",))


if __name__ == "__main__":
    main()
