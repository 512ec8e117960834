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
  mode:
    description:
      - V(apply) changes the database. V(rehearsal) restores the run's newest backup into a throwaway MongoDB (or, where
        MongoDB runs in no container of this engine, into a database of its own beside), and there runs each pending migration
        up, verifies it, takes it back, compares with what was before to the bit, and runs it up again. The real database
        is not touched; a body that raises fails the task.
    type: str
    choices: [apply, rehearsal]
    default: apply
  phase:
    description:
      - The migrations of which phase to apply, those that run beside the old code, beside the new one, or once the new
        release was verified.
      - Without it, what the plan takes back is taken back, then all its migrations are applied.
    type: str
    choices: [before_deploy, after_deploy, after_verified]
  progress_seconds:
    description: How often progress is shown where the output is not a terminal.
    type: float
    default: 10
"""

EXAMPLES = r"""
- name: Rehearse the migrations on the backup of the run
  benevoclic.updates.mongodb_migrate:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mode: rehearsal
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"

- name: Migrate the database
  benevoclic.updates.mongodb_migrate:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
rehearsal:
  description: What the rehearsal found.
  returned: O(mode=rehearsal), not in check mode
  type: dict
  contains:
    backup_id: {description: The backup whose copy was used., type: str, returned: always}
    place: {description: "V(container) or V(database).", type: str, returned: always}
    load_seconds: {description: How long the restore took., type: float, returned: always}
    estimate_seconds: {description: "What the real migrations will take, by what was measured.", type: float, returned: always}
    undo:
      description: "What was taken back on the copy: C(version), C(seconds), C(done)."
      type: list
      elements: dict
      returned: always
    migrations:
      description:
        - "For each migration: C(version), C(seconds), C(down_seconds), C(again_seconds), C(done), C(collections) with the
          documents before and after, C(round_trip) (V(identical) or V(irreversible)), C(scheme)."
        - "C(fingerprints) is what the real database will be: C(before), where C(down) ends, and C(after), of everything but
          our own records; of the collections in C(varying), which came out otherwise the second time, such as those with
          times in them, only number of documents, indexes and options."
      type: list
      elements: dict
      returned: always
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
    scheme:
      description:
        - "What made it resumable: V(transaction) for all of it in one, V(batches in transactions), V(derived identifiers), both,
          or V(repeated as a whole) when it went over no documents in batches."
      type: str
      returned: not in check mode
    transactions: {description: Whether the server has transactions., type: bool, returned: not in check mode}
    resumed: {description: Documents that an attempt before had done., type: int, returned: not in check mode}
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

from ..module_utils._migrations import planned, rehearsal
from ..module_utils._migrations.batches import DERIVED
from ..module_utils._migrations.operations import OPERATIONS
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._policy.migration import PHASE_STAGES

TOTALS = {"documents": "done", "seconds": "seconds"}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Apply what is pending, list it, or rehearse it."""
    if params["mode"] == "rehearsal" and not tools.check_mode:
        return _rehearse(params, tools)
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
        if migration.get("transactions") is False and DERIVED in migration["scheme"]:
            lines.append(tools.line("info", "migrations.no_transactions", **migration))
        if not migration["reversible"]:
            lines.append(tools.line("warning", "migrations.is_irreversible", **migration))
    none = [tools.line("ok", "migrations.none")]
    totals = {key: sum(migration.get(name) or 0 for migration in migrations) for key, name in TOTALS.items()}
    return {"stage": "migrate", "changed": bool(migrations), "migrations": migrations, **totals, "lines": lines or none}


def _rehearse(params: Params, tools: Tools) -> dict[str, Any]:
    with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("migrate"):
        wanted = planned.pending(run.context, params["phase"])
        folder = rehearsal.backup_of_run(run.context, run.view.evidence["backup"])
        found = rehearsal.rehearse(run.context, wanted, folder, planned.to_undo(run.context))
        for result in found["migrations"]:
            run.record("migration", {**result, "outcome": "rehearsed"})
    lines = [tools.line("ok", "migrations.rehearsed_back", **result) for result in found["undo"]]
    for result in found["migrations"]:
        told = "migrations.rehearsed" if result["reversible"] else "migrations.rehearsed_irreversible"
        lines.append(tools.line("ok", told, **result))
        for name, counts in result["collections"].items():
            lines.append(tools.line("info", "migrations.rehearsed_counts", collection=name, **counts))
    lines.append(tools.line("info", "migrations.rehearsal_estimate", **found))
    return {"stage": "migrate", "rehearsal": found, "migrations": planned.describe(wanted), "lines": lines}


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "mode": {"type": "str", "choices": ["apply", "rehearsal"], "default": "apply"},
            "phase": {"type": "str", "choices": list(PHASE_STAGES)},
            "progress_seconds": {"type": "float", "default": 10},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
