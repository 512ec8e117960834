#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: stack_info
short_description: Tells what a stack runs now
version_added: 0.1.0
description:
  - Reads, for every service that may be updated, the image that its container runs, what its definition (variable or tag) means,
    the state of the container, and the version it reports.
  - With O(stack), tells of the runs of that stack as well.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.definition
  - benevoclic.updates.run
seealso:
  - module: benevoclic.updates.run_info
  - module: benevoclic.updates.update_plan
"""

EXAMPLES = r"""
- name: Look at the stack
  benevoclic.updates.stack_info:
    definition: "{{ benevoclic_definition }}"
  register: seen

- name: It serves what its files say
  ansible.builtin.assert:
    that: seen.observed.services.values() | rejectattr('settled') | length == 0
"""

RETURN = r"""
observed:
  description:
    - What is there. RV(observed.services) has an entry for each service with C(reference) (null where the definition no longer
      means what runs), C(image_id), C(digest), C(version), C(status), C(health), C(settled), C(restart_count), C(started_at).
  returned: success
  type: dict
  contains:
    version:
      description: The release that is served, null when it cannot be told.
      returned: success
      type: str
      sample: 1.0.0
    healthy:
      description: Whether every service runs and answers its probe.
      returned: success
      type: bool
    services:
      description: The services that may be updated, by name.
      returned: success
      type: dict
runs:
  description: The runs of the stack, as M(benevoclic.updates.run_info) tells them.
  returned: when O(stack) is given
  type: dict
"""

from typing import Any

from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._runs.status import summary
from ..module_utils._stack.observe import observe


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Look, and say it in one line."""
    observed = observe(params["definition"], tools.runner, tools.transport, tools.clock)
    shown = ", ".join(f"{name} {entry['version'] or '?'}" for name, entry in observed["services"].items())
    healthy = observed["healthy"]
    text_id = "stack.seen" if healthy else "stack.seen_unhealthy"
    line = tools.line("ok" if healthy else "warning", text_id, version=observed["version"] or "?", services=shown)
    result = {"stage": "status", "observed": observed, "lines": [line]}
    return {**result, "runs": summary(tools.paths(params), tools.clock)} if params["stack"] else result


def main() -> None:
    """Wire the module."""
    run_module(work, {"definition": {"type": "dict", "required": True}})


if __name__ == "__main__":
    main()
