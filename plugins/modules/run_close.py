#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: run_close
short_description: Ends a run, writes its report, frees the lock
version_added: 0.1.0
description:
  - Derives the outcome from the journal of the run, writes it there, then writes the ledger, the report and the system log,
    and frees the lock of the stack.
  - The module fails when the outcome is not one of O(expected), after everything was written.
  - After C(succeeded), backup sets that nothing holds any more are removed, as M(benevoclic.updates.mongodb_backup) does after
    a backup that stands alone. That never makes the run fail.
  - C(succeeded) needs stages that all ended well; a run that was taken back ends as C(rolled_back) or C(rollback_failed);
    one that failed before anything had changed ends as C(aborted).
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.record
  - benevoclic.updates.run
attributes:
  idempotent:
    support: full
    details: A run that is closed already stays as it is.
options:
  notifications:
    description: Results of notifications, for the report.
    type: list
    elements: dict
    default: []
  expected:
    description: Outcomes with which the module succeeds; with any other it fails, once everything is written.
    type: list
    elements: str
    choices: [succeeded, unchanged, rolled_back, rollback_failed, aborted]
    default: [succeeded, unchanged]
  mongodb_admin_uri:
    description: MongoDB account of the updates; used to record the migrations applied now.
    type: str
seealso:
  - module: benevoclic.updates.run_open
"""

EXAMPLES = r"""
- name: Close the run
  benevoclic.updates.run_close:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
"""

RETURN = r"""
outcome:
  description: How the run ended.
  returned: success
  type: str
  sample: succeeded
report:
  description: Path of the report on the host.
  returned: success
  type: str
  sample: /var/lib/benevoclic-updates/benevoclic/runs/20261122T071500Z-feature-1.1.0/report.json
state:
  description: The state that the site is in now, in the language asked for.
  returned: success
  type: str
effects:
  description: What the run changed and did not take back, C(services) and C(migrations).
  returned: success
  type: dict
next:
  description: The command to run next, when there is one.
  returned: success
  type: str
retention:
  description: >-
    What became of the older backup sets, as M(benevoclic.updates.mongodb_backup) returns it; null where they were not judged.
  returned: success
  type: dict
summary:
  description: The report itself.
  returned: success
  type: dict
"""

from typing import Any

from ..module_utils._core.errors import EngineError
from ..module_utils._module import old_backups
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._module.ending import ending_of
from ..module_utils._module.tuples import record_tuple
from ..module_utils._runs.outcome import outcome_of
from ..module_utils._runs.session import Run
from ..module_utils._runs.view import OUTCOMES


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Close the run as its journal deserves."""
    if tools.check_mode:
        return {"stage": "conclude", "lines": []}
    with tools.hold_run(params, rolling_back=True) as run:
        for notification in params["notifications"]:
            run.record("notification", notification)
        outcome = outcome_of(run.view, run.context.plan)
        with run.stage("conclude"):
            _record_after(run)
        report = run.close(outcome)
        # The ledger knows the new release only now.
        retention, told = (None, []) if outcome != "succeeded" else _remove_old(run, tools)
    ending = ending_of(report, tools, rehearsal=bool(run.context.plan.get("dry_run")))
    result = {"summary": report, "report": str(run.folder / "report.json"), "retention": retention, **ending}
    result["lines"] = [*ending["lines"], *told]
    return {**result, "failed": outcome not in params["expected"], "msg": result["state"]}


def _record_after(run: Run) -> None:
    """What serves now, for a later return to it; a verified release does not fail because that could not be written."""
    try:
        record_tuple(run, "after")
    except EngineError as error:
        run.record(
            "warning", {"id": error.text_id, "details": {key: str(value) for key, value in error.details.items()}}
        )


def _remove_old(run: Run, tools: Tools) -> old_backups.Told:
    definition = run.context.definition
    return (
        old_backups.remove(definition, run.paths, tools, briefly=True) if definition.get("backup_dir") else (None, [])
    )


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "expected": {
                "type": "list",
                "elements": "str",
                "choices": list(OUTCOMES),
                "default": ["succeeded", "unchanged"],
            },
            "notifications": {"type": "list", "elements": "dict", "default": []},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
