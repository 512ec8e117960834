#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_info
short_description: Tells what the runs of a stack did and are doing
version_added: 0.1.0
description:
  - Reads lock, journal and ledger without waiting for anything, and says what happened, what state the site is in, and
    what to do next.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.run
options:
  history:
    description: How many finished runs to return, newest first.
    type: int
    default: 5
seealso:
  - module: benevoclic.updates.stack_info
"""

EXAMPLES = r"""
- name: Look at the runs of the stack
  benevoclic.updates.run_info:
    stack: benevoclic
  register: runs
"""

RETURN = r"""
unfinished:
  description: The run that owns the stack, or none.
  returned: success
  type: dict
last:
  description: The last finished run that had anything to do, or none.
  returned: success
  type: dict
latched:
  description: Id of the run whose rollback failed, which blocks updates, or none.
  returned: success
  type: str
landings:
  description: Verified releases one can go back to, oldest first, the one served now last.
  returned: success
  type: list
  elements: dict
history:
  description: Finished runs, newest first.
  returned: success
  type: list
  elements: dict
"""

from typing import Any

from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._runs.ledger import Ledger
from ..module_utils._runs.status import summary


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Read, and say it in lines."""
    paths = tools.paths(params)
    found = summary(paths, tools.clock)
    history = list(reversed(Ledger(paths.ledger, tools.clock).entries))[: params["history"]]
    return {**found, "history": history, "stage": "status", "lines": _lines(found, tools)}


def _lines(found: dict[str, Any], tools: Tools) -> list[dict[str, str]]:
    lines = []
    unfinished = found["unfinished"]
    if unfinished is None:
        lines.append(tools.line("ok", "status.free"))
    else:
        lines.append(tools.line("warning", "status.owner", **{**unfinished, "stage": unfinished["stage"] or "-"}))
        lines.append(tools.line("info", "status.operations", **unfinished["counts"]))
        lines.append(tools.line("info", "status.take_over"))
    if found["latched"]:
        lines.append(tools.line("failed", "status.latched", run_id=found["latched"]))
    if found["last"] is None:
        lines.append(tools.line("info", "status.none"))
    else:
        lines.append(tools.line("info", "status.last", **found["last"]))
    return lines


def main() -> None:
    """Wire the module."""
    run_module(work, {"history": {"type": "int", "default": 5}})


if __name__ == "__main__":
    main()
