#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: release_capture
short_description: Records the release tuple of a run, before or after
version_added: 0.1.0
description:
  - Writes C(before.json) or C(after.json) into the folder of the run (what serves, by image identity, definition,
    version, applied migrations), and copies of the configuration files beside it (folder 0700, files 0600).
  - What goes back together in a rollback is what this recorded.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.record
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Returns the tuple without writing it.
  idempotent:
    support: partial
    details: The same state is recorded again, with the time of the call.
options:
  which:
    description: Which tuple to record.
    type: str
    choices: [before, after]
    required: true
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to record the migrations applied so far.
    type: str
seealso:
  - module: benevoclic.updates.release_restore
"""

EXAMPLES = r"""
- name: Record what the update left
  benevoclic.updates.release_capture:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    which: after
"""

RETURN = r"""
release:
  description: The tuple.
  returned: success
  type: dict
"""

from typing import Any

from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._module.tuples import record_tuple
from ..module_utils._stack.release import capture


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Capture; write it unless in check mode."""
    if tools.check_mode:
        found = capture(tools.read_run(params).plan["definition"], None, tools.runner, tools.transport, tools.clock)
    else:
        with tools.hold_run(params) as run:
            found = record_tuple(run, params["which"])
    text_id = "stack.captured" if found["healthy"] else "stack.captured_unhealthy"
    counts = {"services": len(found["services"]), "files": len(found["files"]), "version": found["version"] or "?"}
    line = tools.line("ok" if found["healthy"] else "warning", text_id, **counts)
    return {"stage": "conclude", "release": found, "lines": [line]}


def main() -> None:
    """Wire the module."""
    options = {
        "which": {"type": "str", "choices": ["before", "after"], "required": True},
        "mongodb_admin_uri": {"type": "str", "no_log": True},
    }
    run_module(work, options, secrets=("mongodb_admin_uri",))


if __name__ == "__main__":
    main()
