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
  - Where the stack says that migrations are the application's own (C(migrations.engine=command) in its definition), they are npm
    scripts instead, run out of the release's image. C(migrate:up -- --target), then C(migrate:verify), are one operation,
    undone by C(migrate:down -- --target) where the stack says that there is a way back.
  - Files are checked against the plan before anything runs. A file that was changed after it had been applied is refused.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.mongodb
  - benevoclic.updates.progress
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
      - Of the application's own migrations a rehearsal is C(migrate:dry-run) on the real database, the script's own word.
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
    backup_id:
      description: The backup whose copy was used.
      type: str
      returned: engine files
    place: {description: "V(container) or V(database).", type: str, returned: engine files}
    target: {description: What C(migrate:dry-run) was asked about., type: str, returned: engine command}
    output: {description: "Its last lines.", type: list, elements: str, returned: engine command}
    load_seconds: {description: How long the restore took., type: float, returned: engine files}
    estimate_seconds:
      description: What the real migrations will take, by what was measured.
      type: float
      returned: engine files
    undo:
      description: "What was taken back on the copy: C(version), C(seconds), C(done)."
      type: list
      elements: dict
      returned: engine files
    migrations:
      description:
        - "For each migration: C(version), C(seconds), C(down_seconds), C(again_seconds), C(done), C(collections) with the
          documents before and after, C(round_trip) (V(identical) or V(irreversible)), C(scheme)."
        - "C(fingerprints) is what the real database will be: C(before), where C(down) ends, and C(after), of everything but
          our own records; of the collections in C(varying), which came out otherwise the second time, such as those with
          times in them, only number of documents, indexes and options."
      type: list
      elements: dict
      returned: engine files
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
    seconds:
      description: How long it took; of the application's own scripts, how long all of them took, with the last version.
      type: float
      returned: not in check mode
    target: {description: "The state that was asked for, with the last version.", type: str, returned: engine command}
    said: {description: What the script said last., type: list, elements: str, returned: engine command}
    verified: {description: What C(migrate:verify) said last., type: list, elements: str, returned: engine command}
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

from ..module_utils._commanded import planned as commanded
from ..module_utils._commanded.settings import Settings, read_settings
from ..module_utils._migrations import planned, rehearsal
from ..module_utils._migrations.batches import DERIVED
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._policy.migration import PHASE_STAGES
from ..module_utils._registry import OPERATIONS

TOTALS = {"documents": "done", "seconds": "seconds"}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Apply what is pending, list it, or rehearse it."""
    settings = read_settings(tools.read_run(params).definition)
    if settings:
        return _by_command(params, tools, settings)
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


def _by_command(params: Params, tools: Tools, settings: Settings) -> dict[str, Any]:
    """The same by the application's own scripts."""
    if tools.check_mode:
        pending = commanded.pending(tools.read_run(params), settings, params["phase"])
        lines = [tools.line("info", "migrations.pending", **migration) for migration in pending]
        none = [tools.line("ok", "migrations.none")]
        return {"stage": "migrate", "changed": bool(pending), "migrations": pending, "lines": lines or none}
    with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("migrate"):
        if params["mode"] == "rehearsal":
            found = commanded.dry_run(run, settings)
            run.record("migration", {**found, "outcome": "rehearsed"})
            lines = [{"mark": "info", "text": line} for line in found["output"]]
            lines.append(tools.line("warning", "migrations.commanded_dry_run", **found))
            return {"stage": "migrate", "rehearsal": found, "migrations": [], "lines": lines}
        migrations = commanded.apply(run, settings, params["phase"])
    lines = [_commanded_line(migration, tools) for migration in migrations if "target" in migration]
    return {
        "stage": "migrate",
        "changed": bool(migrations),
        "migrations": migrations,
        "documents": 0,
        "seconds": sum(migration.get("seconds") or 0 for migration in migrations),
        "lines": lines or [tools.line("ok", "migrations.none")],
    }


def _commanded_line(migration: dict[str, Any], tools: Tools) -> dict[str, str]:
    text_id = "migrations.commanded_back" if migration["outcome"] == "taken_back" else "migrations.commanded"
    said = [*migration.get("said", []), *migration.get("verified", [])]
    return tools.line("ok", text_id, **{"seconds": 0, **migration, "said": "; ".join(said) or "-"})


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
    return {"stage": "rehearsal", "rehearsal": found, "migrations": planned.describe(wanted), "lines": lines}


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
