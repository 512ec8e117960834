#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: announcement_record
short_description: Remembers what was announced
version_added: 0.1.0
description:
  - Reads what was announced for the stack, and adds an announcement or a reminder when O(results) is given.
  - It lies in C(announcements.json) in the folder of the stack, so that any controller knows what was sent.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Nothing is written.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details: Reading changes nothing. Every call with O(results) adds a record.
options:
  version:
    description: The release that is announced.
    type: str
  at:
    description: When its update is planned, as M(benevoclic.updates.announcement_plan) returned it.
    type: str
  kind:
    description: Which message it was.
    type: str
    choices: [announcement, reminder]
  results:
    description: What M(benevoclic.updates.notification_send) returned.
    type: list
    elements: dict
seealso:
  - module: benevoclic.updates.announcement_plan
"""

EXAMPLES = r"""
- name: Look at what was announced
  benevoclic.updates.announcement_record:
    stack: benevoclic
  register: recorded
"""

RETURN = r"""
announcements:
  description: The records, oldest first, with C(version), C(at), C(message), C(told_at), C(whole) and C(results).
  returned: success
  type: list
  elements: dict
"""

from typing import Any

from ..module_utils._core.clock import iso
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._notify.announced import is_whole, read_announced, remember

OPTIONS: dict[str, dict[str, Any]] = {
    "version": {"type": "str"},
    "at": {"type": "str"},
    "kind": {"type": "str", "choices": ["announcement", "reminder"]},
    "results": {"type": "list", "elements": "dict"},
}
TOGETHER = ("version", "at", "kind", "results")


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Read, or add."""
    root = tools.paths(params).root
    if params["results"] is None or tools.check_mode:
        return {"announcements": read_announced(root), "changed": params["results"] is not None}
    record = {name: params[name] for name in ("version", "at", "results")}
    record |= {"message": params["kind"], "told_at": iso(tools.clock.now()), "whole": is_whole(params["results"])}
    return {"announcements": remember(root, record), "changed": True}


def main() -> None:
    run_module(work, OPTIONS, required_together=[TOGETHER])


if __name__ == "__main__":
    main()
