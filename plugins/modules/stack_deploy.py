#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: stack_deploy
short_description: Brings the images of a run's plan into service, one service at a time
version_added: 0.1.0
description:
  - Proves that every image of the plan is on this engine, looks by a dry run that no other service and no volume would be
    touched, and only then changes anything.
  - For each service in the order of the plan, the image is protected by a tag, the definition (variable or fixed tag) is set, and
    the service is brought up and must run exactly that image. A service that does already is not restarted.
  - Services that M(benevoclic.updates.run_fence) stopped and that the plan does not change are brought up again at the end.
  - A plain C(docker compose up -d) typed by hand afterwards restarts nothing.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Tells what would be recreated. An image that is not on this engine is named, not pulled.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  plan:
    description:
      - The plan, for check mode without a run.
      - Ignored when O(run_id) is given.
    type: dict
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to note the database's time when users can write again.
    type: str
seealso:
  - module: benevoclic.updates.host_preflight
  - module: benevoclic.updates.run_rollback
"""

EXAMPLES = r"""
- name: Deploy the release of the run
  benevoclic.updates.stack_deploy:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
  register: deployed

- name: See what a plan would recreate
  benevoclic.updates.stack_deploy:
    plan: "{{ planned.plan }}"
  check_mode: true
"""

RETURN = r"""
services:
  description: Before and after by service.
  returned: success
  type: dict
  sample:
    api:
      before: registry.example/benevoclic/api:1.0.0
      after: registry.example/benevoclic/api:1.1.0
      recreated: true
"""

from collections.abc import Mapping
from typing import Any

from ..module_utils._core.errors import Refused
from ..module_utils._module import fence
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._registry import OPERATIONS
from ..module_utils._stack.deploy import deploy, preview


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Deploy, or say what would be recreated."""
    if tools.check_mode:
        plan = tools.read_run(params).plan if params["run_id"] else params["plan"]
        if plan is None:
            raise Refused("run.none")
        services, back = preview(tools.runner, plan), []
    else:
        with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("deploy"):
            fence.before_deployment(run)
            services = deploy(run, run.context.runner, run.context.plan)
            back = fence.after_deployment(run)
    changed = any(entry["recreated"] or entry["defined"] for entry in services.values())
    lines = [_line(tools, name, entry) for name, entry in services.items()]
    lines += [tools.line("ok", "fence.back", service=name) for name in back]
    diff = [_diff(name, entry) for name, entry in services.items() if entry["recreated"] or entry["defined"]]
    return {"stage": "deploy", "changed": changed, "services": services, "lines": lines, "diff": diff}


def _line(tools: Tools, name: str, entry: Mapping[str, Any]) -> dict[str, str]:
    before, after = _short(entry["version_before"], entry["before"]), _short(entry["version"], entry["after"])
    shown = {"service": name, "before": before, "after": after, "seconds": round(entry["seconds"] or 0, 1)}
    if not entry["recreated"]:
        return tools.line("ok", "stack.kept", **shown)
    if not tools.check_mode:
        return tools.line("ok", "stack.deployed", **shown)
    return tools.line("info", "stack.would_deploy" if entry["image_id"] else "stack.would_pull", **shown)


def _short(version: str | None, reference: str | None) -> str:
    """What people know an image by: its version, else the last part of its reference."""
    return version or (reference or "-").rpartition("/")[2]


def _diff(name: str, entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        "before_header": name,
        "after_header": name,
        "before": f"{entry['before'] or '-'} {entry['image_id_before'] or '-'}\n",
        "after": f"{entry['after']} {entry['image_id'] or '-'}\n",
    }


def main() -> None:
    """Wire the module."""
    options = {"plan": {"type": "dict"}, "mongodb_admin_uri": {"type": "str", "no_log": True}}
    run_module(work, options, secrets=("mongodb_admin_uri",))


if __name__ == "__main__":
    main()
