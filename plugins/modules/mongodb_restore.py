#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_restore
short_description: Brings a backup of a stack's database back, beside the live data
version_added: 0.1.0
description:
  - Checks the backup set (manifest, SHA-256 of every file, every document), whether it fits the stack, and how many writes there
    were since. A set that does not fit is refused unless that is accepted by name, and so is putting writes aside unless their
    number is confirmed.
  - Then loads the set into collections beside those in service, compares them with it, and swaps them by renames, each an
    operation of the run. What was in service is kept as C(benevoclic_updates.aside.RUN/NAME).
  - Until the first swap the old data goes on serving, whatever happens. A restore that was killed is taken back by
    M(benevoclic.updates.run_rollback).
  - Time series cannot be renamed and are copied; views are made anew at the end. Accounts of the database and configuration files
    stay as they are.
  - Without O(run_id) nothing is restored - the set is checked and what does not fit is refused.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.mongodb
  - benevoclic.updates.definition.of_run
  - benevoclic.updates.progress
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
    details: Checks the set and tells what would be replaced, and what would have to be confirmed or accepted.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: Each call restores again.
options:
  backup_id:
    description: Id of the backup set, a folder in the backup folder of the stack.
    type: str
    required: true
  collections:
    description: Collections to restore; all of the set when there is none. Then collections that the set does not have go aside.
    type: list
    elements: str
    default: []
  confirm:
    description:
      - Number of writes since the backup that may be put aside, exactly as the check told it; V(unknown) where it cannot be
        counted (no replica set, an oplog that does not reach back, no right to read it).
      - Not needed when there were none.
    type: str
  accept:
    description:
      - What the set may differ in - V(stack) (another stack, environment or database), V(server_version) (written by a newer
        server), V(release) (another release of the application, or other migrations).
    type: list
    elements: str
    default: []
  served_version:
    description: Release that serves now, without O(run_id); in a run the plan says it.
    type: str
seealso:
  - module: benevoclic.updates.mongodb_backup
  - module: benevoclic.updates.run_rollback
"""

EXAMPLES = r"""
- name: See what would be replaced
  benevoclic.updates.mongodb_restore:
    stack: benevoclic
    backup_id: 20261122T071500Z-pre_update-1.1.0
    definition: "{{ benevoclic_definition }}"
    served_version: 1.0.0
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
  check_mode: true

- name: Bring two collections back, 42 writes go aside
  benevoclic.updates.mongodb_restore:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    backup_id: 20261122T071500Z-pre_update-1.1.0
    collections: [users, events]
    confirm: "42"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
restore:
  description: The set beside what is there; after a restore also where the old collections are and how long it took.
  returned: success
  type: dict
  contains:
    backup_id: {description: Id of the set., type: str, returned: always}
    created_at: {description: When the set was made., type: str, returned: always}
    served_version: {description: Release that served then., type: str, returned: always}
    collections:
      description:
        - Each with C(name), C(type), C(action) (replaced, created, set_aside) and its documents C(live) and C(restored), which of
          a time series are buckets.
      returned: always
      type: list
      elements: dict
    writes_since: {description: Writes since the backup; null where it cannot be told., type: int, returned: always}
    writes_unknown:
      description: "Why it cannot be told - no_moment, standalone, no_right or rolled_over."
      returned: always
      type: str
    confirm: {description: What O(confirm) has to be; null when nothing is to be confirmed., type: str, returned: always}
    misfits:
      description: What does not fit, each with C(name), C(expected) and C(found).
      returned: always
      type: list
      elements: dict
    accounts: {description: Users and roles in the set; they are not restored., type: dict, returned: always}
    bytes: {description: Size of the documents in the set., type: int, returned: always}
    restore_seconds: {description: How long its rehearsal took., type: float, returned: always}
    aside: {description: How the names of the old collections begin., type: str, returned: after a restore}
    load_seconds: {description: Seconds for loading and comparing beside., type: float, returned: after a restore}
    swap_seconds: {description: Seconds of the swap., type: float, returned: after a restore}
    seconds: {description: Seconds of all., type: float, returned: after a restore}
  sample: {backup_id: 20261122T071500Z-pre_update-1.1.0, writes_since: 42, confirm: "42"}
"""

from typing import Any

from ..module_utils._core.errors import BadInput, Refused
from ..module_utils._core.progress import FileProgress, Progress, Silent
from ..module_utils._migrations.state import applied
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._mongo import restore, restore_lines
from ..module_utils._mongo.backup import target
from ..module_utils._registry import OPERATIONS


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Check the set; in a run, bring it back."""
    wish = restore.Wish(
        params["backup_id"], tuple(params["collections"]), params["confirm"], frozenset(params["accept"])
    )
    if params["run_id"] and not tools.check_mode:
        with tools.hold_run(params, registry=OPERATIONS) as run, run.stage("restore"):
            definition = run.context.plan["definition"]
            serving = _serving(definition, run.context.plan["from_version"], tools)
            done = restore.carry_out(run, wish, serving)
        return {"stage": "restore", "changed": True, "restore": done, "lines": restore_lines.of_done(done, tools.line)}
    definition, version = _asked(params, tools)
    progress = _progress(params, tools)
    try:
        seen = restore.inspect(definition, wish, _serving(definition, version, tools), _uri(tools), progress)
    finally:
        progress.end()
    if not tools.check_mode:
        restore.refuse(seen, wish)
    found = seen.data()
    lines = restore_lines.of_seen(found, wish.accept, wish.confirm, tools.line)
    return {"stage": "preflight", "changed": tools.check_mode, "restore": found, "lines": lines}


def _asked(params: Params, tools: Tools) -> tuple[dict[str, Any], str | None]:
    """The stack definition and the version served, of the run or as given."""
    if params["run_id"]:
        plan = tools.read_run(params).plan
        return dict(plan["definition"]), plan["from_version"]
    for key in ("stack", "environment"):
        if not (params["definition"] or {}).get(key):
            raise BadInput("mongo.definition_missing", key=key)
    return dict(params["definition"]), params["served_version"] or None


def _progress(params: Params, tools: Tools) -> Progress:
    """Check mode writes nothing, not even how far it has come."""
    return (
        Silent() if tools.check_mode or not params["stack"] else FileProgress(tools.paths(params).progress, tools.clock)
    )


def _serving(definition: dict[str, Any], version: str | None, tools: Tools) -> restore.Serving:
    return restore.Serving(version, applied(_uri(tools), target(definition)[0]))


def _uri(tools: Tools) -> str:
    uri = tools.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    return uri


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "backup_id": {"type": "str", "required": True},
            "collections": {"type": "list", "elements": "str", "default": []},
            "confirm": {"type": "str"},
            "accept": {"type": "list", "elements": "str", "default": []},
            "served_version": {"type": "str"},
            "definition": {"type": "dict"},
            "progress_seconds": {"type": "float", "default": 10},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
