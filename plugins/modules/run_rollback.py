#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_rollback
short_description: Takes a run back by its journal and proves that the old release serves
version_added: 0.1.0
description:
  - Undoes the operations in the journal of an unfinished run, data and definitions first, containers last, after a backup
    of the state that is being left, and runs the same gates as an update on the release that was there before.
  - The data goes back by rule. Without migrations it stays; migrations that all can be undone are. One that cannot be undone has
    the backup of the run restored beside the data, compared and swapped by renames, when nobody could write since, or
    O(rollback_database=restore) agrees. Where the old code can read the new schema, only images and configuration go back.
    Otherwise it refuses, changes nothing and says how many writes a restore would lose.
  - Works for a run that failed and for one whose controller died. It waits for a command that such a run left behind.
  - A run that had changed nothing is left as it is. M(benevoclic.updates.run_close) ends the run afterwards.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Lists the operations that would be undone.
  diff_mode:
    support: none
  idempotent:
    support: full
    details: Operations that were undone are not undone again.
options:
  reason:
    description: Why; the update's failure when it is not given.
    type: str
  rollback_database:
    description:
      - V(restore) agrees to a restore of the backup of the run although writes that came since are lost with it; they stay in the
        data that is kept aside. The consent in the plan of the run counts as well.
      - It is needed only when a migration cannot be undone, users could write since, and the old code cannot read the new schema.
    type: str
    choices: ['', restore]
    default: ''
  mongodb_admin_uri:
    description: MongoDB account of the updates; needed for the backup, to undo migrations and to restore.
    type: str
"""

EXAMPLES = r"""
- name: Take back what a failed run did
  benevoclic.updates.run_rollback:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
outcome:
  description: What the run deserves now.
  returned: success
  type: str
  sample: rolled_back
operations:
  description: Operations that were undone, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [service.up, definition.set]
"""

from functools import partial
from typing import Any

from ..module_utils._core.files import read_json
from ..module_utils._module import data_back, data_lines
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._mongo.backup import take_backup
from ..module_utils._probes.verify import verify_release
from ..module_utils._registry import OPERATIONS
from ..module_utils._runs import data_rule
from ..module_utils._runs.rollback import RollbackTools, roll_back, undo_order
from ..module_utils._runs.session import Run
from ..module_utils._runs.status import read_view
from ..module_utils._stack.one_off import remove_leftovers


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Undo, verify, say what was done."""
    if tools.check_mode:
        view = read_view(tools.paths(params), params["run_id"], tools.clock)
        names = [operation.name for operation in undo_order(view.to_undo(), OPERATIONS)]
        return {"stage": "rollback", "changed": bool(names), "operations": names, "lines": []}
    with tools.hold_run(params, registry=OPERATIONS, rolling_back=True) as run:
        names = [operation.name for operation in undo_order(run.view.to_undo(), OPERATIONS)]
        backup = _backup if run.context.plan["switches"]["backup"] else None
        reason = params["reason"] or tools.say("reason.default")
        if run.view.touched:  # nothing to take back needs no Docker, which may be what is down
            remove_leftovers(run.context.runner, run.context.definition, run.context.run_id)
        agreed = params["rollback_database"] == data_rule.RESTORE or data_back.consent(run.context)
        data = partial(data_back.remedy, agreed=agreed)
        outcome = roll_back(run, reason, RollbackTools(backup, _verify, data))
        version = run.context.plan["from_version"]
        text_id = "run.undone" if names else "run.undo_nothing"
        lines = [tools.line("ok", text_id, count=len(names), version=version), *data_lines.of_run(run.view, tools.line)]
        return {"stage": "rollback", "changed": bool(names), "outcome": outcome, "operations": names, "lines": lines}


def _backup(run: Run) -> None:
    run.record("backup", take_backup(run.context, "before_rollback"))


def _verify(run: Run) -> None:
    verify_release(run.context, read_json(run.folder / "before.json"), record=run.record)


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "reason": {"type": "str"},
            "rollback_database": {"type": "str", "choices": ["", data_rule.RESTORE], "default": ""},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
