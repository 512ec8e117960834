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
  - benevoclic.updates.attributes.record
  - benevoclic.updates.run
attributes:
  idempotent:
    support: none
    details: Each call adds a record.
options:
  name:
    description: The stage.
    type: str
    required: true
    choices: [announce, test]
  notifications:
    description: Results of notifications, for the report. They must not hold secrets.
    type: list
    elements: dict
    default: []
  suites:
    description: Results of test suites that ran on the controller, for the report.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Journal the announcement
  benevoclic.updates.run_stage:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    name: announce
    notifications:
      - {channel: "#updates", outcome: sent}
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
    evidence = {"notification": params["notifications"], "suite": params["suites"]}
    if not tools.check_mode:
        with tools.hold_run(params) as run, run.stage(params["name"]):
            for kind, records in evidence.items():
                for data in records:
                    run.record(kind, data)
    return {"stage": params["name"], "records": sum(map(len, evidence.values())), "lines": []}


def main() -> None:
    """Wire the module."""
    many = {"type": "list", "elements": "dict", "default": []}
    name = {"type": "str", "required": True, "choices": ["announce", "test"]}
    run_module(work, {"name": name, "notifications": many, "suites": many})


if __name__ == "__main__":
    main()
