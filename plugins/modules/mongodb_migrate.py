#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_migrate
short_description: Applies the migrations that the plan of a run names
version_added: 0.1.0
description:
  - Is the C(migrate) stage of a run. It applies those migrations of the plan that the database does not have yet, each
    after the migrations that it depends on, and each as an operation that the run's rollback undoes.
  - A migration is a Python file with the constants C(VERSION), C(DESCRIPTION), C(DEPENDENCIES), C(REVERSIBLE) and the
    functions C(up(db, step)), C(down(db, step)) and, if it likes, C(verify(db)).
  - Files are checked against the plan before anything runs. A file that was changed after it had been applied is refused.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.mongodb
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Lists what is pending; no migration runs.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  phase:
    description:
      - The migrations of which phase to apply, those that run beside the old code, beside the new one, or once the new
        release was verified.
      - Without it, what the plan takes back is taken back, then all its migrations are applied.
    type: str
    choices: [before_deploy, after_deploy, after_verified]
"""

EXAMPLES = r"""
- name: Migrate the database
  benevoclic.updates.mongodb_migrate:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
migrations:
  description: What was applied or, in check mode, would be, in order.
  returned: success
  type: list
  elements: dict
  contains:
    version: {description: Version of the migration., type: str, returned: always}
    description: {description: What it does., type: str, returned: always}
    file: {description: Name of its file., type: str, returned: always}
    sha256: {description: Digest of its file., type: str, returned: always}
    reversible: {description: Whether a rollback can undo it., type: bool, returned: always}
    seconds: {description: How long it took., type: float, returned: not in check mode}
    done: {description: Documents that it said it had done., type: int, returned: not in check mode}
    outcome: {description: "V(applied) or V(taken_back).", type: str, returned: not in check mode}
  sample: [{version: "20240815_001", seconds: 0.4, reversible: true}]
documents:
  description: Documents that the migrations said they had done.
  returned: success
  type: int
seconds:
  description: How long the migrations took.
  returned: success
  type: float
"""

from typing import Any

from ..module_utils._migrations import planned
from ..module_utils._migrations.operations import OPERATIONS
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._policy.migration import PHASE_STAGES

TOTALS = {"documents": "done", "seconds": "seconds"}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Apply what is pending, or list it."""
    if tools.check_mode:
        migrations = planned.describe(planned.pending(tools.read_run(params), params["phase"]))
        text_id = "migrations.pending"
    else:
        stage = PHASE_STAGES[params["phase"]] if params["phase"] else "migrate"
        with tools.hold_run(params, registry=OPERATIONS) as run, run.stage(stage):
            migrations = planned.apply(run, params["phase"])
        text_id = "migrations.applied"
    lines = []
    for migration in migrations:
        told = "migrations.taken_back" if migration.get("outcome") == "taken_back" else text_id
        lines.append(tools.line("info" if tools.check_mode else "ok", told, **migration))
        if not migration["reversible"]:
            lines.append(tools.line("warning", "migrations.is_irreversible", **migration))
    none = [tools.line("ok", "migrations.none")]
    totals = {key: sum(migration.get(name) or 0 for migration in migrations) for key, name in TOTALS.items()}
    return {"stage": "migrate", "changed": bool(migrations), "migrations": migrations, **totals, "lines": lines or none}


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "phase": {"type": "str", "choices": list(PHASE_STAGES)},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
