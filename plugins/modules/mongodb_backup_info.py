#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_backup_info
short_description: Tells what backups a stack has, and checks one
version_added: 0.1.0
description:
  - Reads the manifests in the backup folder of the host, and tells of each set how old, how big and how proven it is, what it
    protects, how long a restore takes, and whether retention would keep it.
  - The database is not contacted. Without O(verify) the files are looked at by name and size only, which takes no time.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.definition
  - benevoclic.updates.progress
  - benevoclic.updates.run
options:
  backup_id:
    description: Only this set; the module fails where there is none of that name.
    type: str
  verify:
    description:
      - Reads the set O(backup_id) again. V(checksum) compares the SHA-256 of every file, V(structure) also reads every document
        of the archive and compares counts and sizes. The module fails when the set is not what it was.
      - That a set restores is shown by the proof V(rehearsal) when it is made, and by a restore.
    type: str
    choices: [none, checksum, structure]
    default: none
requirements:
  - pymongo, with O(verify=structure) (the playbook C(bootstrap) brings it to the host)
seealso:
  - module: benevoclic.updates.mongodb_backup
"""

EXAMPLES = r"""
- name: Look at the backups
  benevoclic.updates.mongodb_backup_info:
    definition: "{{ benevoclic_definition }}"
  register: backups

- name: A good one of the last day is there
  ansible.builtin.assert:
    that: backups.sets | selectattr('state', 'eq', 'good') | selectattr('age_seconds', 'lt', 86400) | length > 0

- name: Read the newest one again
  benevoclic.updates.mongodb_backup_info:
    definition: "{{ benevoclic_definition }}"
    backup_id: "{{ backups.sets[0].id }}"
    verify: structure
"""

RETURN = r"""
sets:
  description: The sets of the stack, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id: {description: Name of the set; names sort by time., type: str, returned: always}
    state:
      description: >-
        C(good), its proof is not C(none) and its manifest reads; C(unproven); C(damaged), manifest or files are not what they
        were; C(partial), it is being written or was cut off.
      type: str
      returned: always
    path: {description: Folder of the set., type: str, returned: always}
    kind: {description: Why it was made., type: str, returned: always}
    created_at: {description: When it was begun., type: str, returned: always}
    age_seconds: {description: How long ago that was., type: int, returned: always}
    bytes: {description: Size of its files., type: int, returned: always}
    proof: {description: "How it was proven, C(none), C(checksum), C(structure) or C(rehearsal).", type: str, returned: always}
    proven_at: {description: When., type: str, returned: always}
    restore_seconds: {description: "Seconds that a restore takes, as its rehearsal measured.", type: float, returned: always}
    protects:
      description: >-
        C(served_version), the release whose data it holds; C(release), the one that was to come; C(run_id), the run that made it.
      type: dict
      returned: always
    consistency: {description: "Whether it is of one moment, and what is not.", type: dict, returned: always}
    database: {description: Name of the database., type: str, returned: always}
    server_version: {description: Version of the MongoDB that it is of., type: str, returned: always}
    environment: {description: Environment of the stack., type: str, returned: always}
    engine: {description: What read the database., type: str, returned: always}
    documents: {description: Documents in it., type: int, returned: always}
    collections: {description: "Collections, views and time series in it.", type: int, returned: always}
    seconds: {description: How long it took., type: float, returned: always}
    requested_by: {description: Who asked for it., type: str, returned: always}
    reason: {description: "Why it was asked for, in words.", type: str, returned: always}
    keep: {description: Whether retention would keep it; null where it does not judge., type: bool, returned: always}
    keep_why: {description: "Why, in words.", type: str, returned: always}
    damage: {description: "What is wrong with it, in words.", type: str, returned: always}
foreign:
  description: Folders in the backup folder that are no sets of this stack.
  returned: success
  type: list
  elements: str
totals:
  description: Number of sets by state, and C(bytes) of those that can be used.
  returned: success
  type: dict
  sample: {good: 7, unproven: 0, damaged: 0, partial: 0, bytes: 73400320}
table:
  description: What a person reads of it.
  returned: success
  type: dict
"""

from pathlib import Path
from typing import Any

from ..module_utils._core.errors import BadInput, EngineError
from ..module_utils._core.progress import FileProgress
from ..module_utils._locale import explain
from ..module_utils._module import backup_table
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._module.old_backups import why_of
from ..module_utils._mongo import backup, backup_list, sets
from ..module_utils._mongo.backup_list import Facts
from ..module_utils._runs.layout import StackPaths


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Look, and say it in a table."""
    definition = backup.whole(params["definition"])
    if params["verify"] != backup_list.VERIFY[0] and not params["backup_id"]:
        raise BadInput("backup_set.verify_which", verify=params["verify"])
    folder, stack = Path(definition["backup_dir"]), str(definition["stack"])
    paths = StackPaths.of(params["state_dir"], stack)
    every = sets.inventory(folder, stack)
    chosen = [one for one in every if one.state != sets.FOREIGN]
    if params["backup_id"]:
        found = sets.find(folder, stack, params["backup_id"])
        progress = FileProgress(paths.progress, tools.clock)
        chosen = [backup_list.verified(found, params["verify"], tools.clock, progress)]
    facts = [_facts(one, tools) for one in chosen]
    warnings = _judge(facts, definition, paths, every, tools)
    totals = backup_list.totals(chosen)
    result: dict[str, Any] = {
        "sets": facts,
        "foreign": [one.id for one in every if one.state == sets.FOREIGN],
        "totals": totals,
        "stage": "status",
        "lines": [*backup_table.lines(facts, totals, tools), *warnings],
        "table": backup_table.table(facts, tools),
    }
    damage = next((one.damage for one in chosen if one.damage), None)
    if params["verify"] != backup_list.VERIFY[0] and damage:
        return {**result, "failed": True, "msg": explain(damage, tools.locale)["text"], "error_id": damage.text_id}
    return result


def _facts(one: sets.BackupSet, tools: Tools) -> Facts:
    damage = explain(one.damage, tools.locale)["text"] if one.damage else None
    return {**backup_list.describe(one, tools.clock), "damage": damage, "keep": None, "keep_why": None}


def _judge(
    facts: list[Facts], definition: dict[str, Any], paths: StackPaths, every: list[sets.BackupSet], tools: Tools
) -> list[dict[str, str]]:
    """Add what retention would say; a line where it cannot judge."""
    try:
        verdicts = backup_list.verdicts(definition, paths, tools.clock, every)
    except EngineError as error:
        return [tools.line("warning", "backups.not_judged", cause=explain(error, tools.locale)["text"])]
    for one in facts:
        verdict = verdicts.get(one["id"])
        if verdict:
            one.update(keep=verdict.keep, keep_why=why_of(verdict.reason, verdict.details, tools))
    return []


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "definition": {"type": "dict", "required": True},
            "backup_id": {"type": "str"},
            "verify": {"type": "str", "choices": list(backup_list.VERIFY), "default": backup_list.VERIFY[0]},
            "progress_seconds": {"type": "float", "default": 10},
        },
    )


if __name__ == "__main__":
    main()
