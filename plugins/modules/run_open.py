#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_open
short_description: Opens a run of a plan and takes the lock of the stack
version_added: 0.1.0
description:
  - Makes the folder of a new run with its plan, its files and its journal, takes the lock of the stack, and records
    what is there now (image identities, configuration files) in C(before.json), before anything is changed.
  - Refuses while another run owns the stack, and after a rollback that failed.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.record
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Says whether the run could be opened; nothing is written.
  idempotent:
    support: none
    details: Each call opens a run; a second one is refused while the first is unfinished.
options:
  plan:
    description: The plan, as M(benevoclic.updates.update_plan) returned it.
    type: dict
    required: true
  files:
    description: Files that the run needs on this host later, by name relative to the run's folder, as text.
    type: dict
    default: {}
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to record the migrations applied so far.
    type: str
seealso:
  - module: benevoclic.updates.run_close
"""

EXAMPLES = r"""
- name: Open the run
  benevoclic.updates.run_open:
    stack: benevoclic
    plan: "{{ planned.plan }}"
    files: "{{ planned.files }}"
  register: opened
"""

RETURN = r"""
run_id:
  description: Id of the run; absent in check mode.
  returned: success
  type: str
  sample: 20261122T071500Z-feature-1.1.0
folder:
  description: Folder of the run.
  returned: success
  type: str
  sample: /var/lib/benevoclic-updates/benevoclic/runs/20261122T071500Z-feature-1.1.0
before:
  description: What is there now, the release tuple.
  returned: success
  type: dict
"""

from typing import Any

from ..module_utils._core.errors import EngineError
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._module.tuples import record_tuple
from ..module_utils._runs.session import open_run
from ..module_utils._runs.status import refuse_if_taken


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Open the run, or in check mode say whether that could be done."""
    paths = tools.paths(params)
    if tools.check_mode:
        refuse_if_taken(paths, params["plan"], tools.clock)
        return {"stage": "open", "lines": []}
    files = {name: str(content).encode() for name, content in params["files"].items()}
    with open_run(paths, params["plan"], files, tools.host, tools.secrets) as run:
        try:
            before = record_tuple(run, "before")
        except EngineError:
            run.close("aborted")
            raise
        lines = [tools.line("info", "run.opened", run_id=run.context.run_id)]
        return {
            "stage": "open",
            "run_id": run.context.run_id,
            "folder": str(run.folder),
            "before": before,
            "lines": lines,
        }


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "plan": {"type": "dict", "required": True},
            "files": {"type": "dict", "default": {}},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
