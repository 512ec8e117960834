#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_stage
short_description: Journals a stage of a run that was carried out elsewhere
version_added: 0.1.0
description:
  - Records in the journal of a run what the controller did for it, such as notifications, or tests that ran there.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Nothing is written.
  diff_mode:
    support: N/A
    details: A run's own records are not the stack's state.
  idempotent:
    support: none
    details: Each call adds a record.
options:
  name:
    description: The stage.
    type: str
    required: true
    choices: [announce, test]
  records:
    description: What the stage found out, as evidence for the report.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: Kind of evidence.
        type: str
        required: true
        choices: [notification, suite, warning]
      data:
        description: The evidence. It must not hold secrets.
        type: dict
        required: true
"""

EXAMPLES = r"""
- name: Journal the announcement
  benevoclic.updates.run_stage:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    name: announce
    records:
      - kind: notification
        data: {channel: "#updates", status: sent}
"""

RETURN = r"""
records:
  description: How many records were added.
  returned: success
  type: int
  sample: 1
"""

from typing import Any

from ..module_utils._module.boundary import Params, Tools, run_module


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Add the stage and its records to the journal."""
    if not tools.check_mode:
        with tools.hold_run(params) as run, run.stage(params["name"]):
            for record in params["records"]:
                run.record(record["kind"], record["data"])
    return {"stage": params["name"], "records": len(params["records"]), "lines": []}


def main() -> None:
    """Wire the module."""
    record = {
        "kind": {"type": "str", "required": True, "choices": ["notification", "suite", "warning"]},
        "data": {"type": "dict", "required": True},
    }
    run_module(
        work,
        {
            "name": {"type": "str", "required": True, "choices": ["announce", "test"]},
            "records": {"type": "list", "elements": "dict", "default": [], "options": record},
        },
    )


if __name__ == "__main__":
    main()
