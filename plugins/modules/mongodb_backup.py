#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_backup
short_description: Backs up a stack's database and configuration files
version_added: 0.1.0
description:
  - Writes a backup set into the backup folder of the host, with the database in an archive of C(mongodump), the configuration
    files of the stack, its release tuple, and a manifest with sizes, counts, SHA-256 sums and a fingerprint of the content.
    C(mongorestore --gzip --archive=SET/database.archive.gz) restores it.
  - What reads the database is the definition's C(backup.engine). It is streamed at constant memory; the native engine reads a
    replica set as of one moment. Where that is not so, the manifest says it.
  - The set is proven as C(backup.proof) of the definition or the policy says, and has its name only once it is whole and proven.
  - Restores, migrations and other backups of the same database are kept away meanwhile.
  - With O(run_id) it is the C(backup) stage of that run. Without, it stands alone and O(definition) is required.
  - A backup that stands alone is followed by retention, as C(backup.keep) of the definition says. It keeps the best proven
    set of each of the last days, weeks and months (UTC) that have one, those of the last verified releases, the newest good one,
    and whatever a run that is not over needs. What is damaged, cut off or of another stack is left alone. After an update
    M(benevoclic.updates.run_close) does the same.
  - A backup that stands alone also drops what restores put aside in the database more than C(backup.keep_days_aside) days ago.
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
    details: Nothing is written. The sets and the collections put aside that would go are told.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: Each call makes a backup set.
options:
  kind:
    description: Why the backup is made.
    type: str
    choices: [pre_update, pre_migration, before_rollback, before_restore, manual]
    default: manual
  requested_by:
    description: Who asked for a backup outside a run.
    type: str
  reason:
    description: Why a backup outside a run was asked for, in words.
    type: str
"""

EXAMPLES = r"""
- name: Back up before the update
  benevoclic.updates.mongodb_backup:
    stack: benevoclic
    run_id: "{{ opened.run_id }}"
    kind: pre_update
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"

- name: Back up by hand
  benevoclic.updates.mongodb_backup:
    definition: "{{ benevoclic_definition }}"
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
backup:
  description: The backup set.
  returned: success, not in check mode
  type: dict
  contains:
    id: {description: Name of the set; names sort by time., type: str, returned: always}
    kind: {description: Why it was made., type: str, returned: always}
    path: {description: Folder of the set., type: str, returned: always}
    database: {description: Name of the database., type: str, returned: always}
    engine: {description: What read the database., type: str, returned: always}
    engine_why: {description: "Why that one, C(asked_for) or C(first) of those there are.", type: str, returned: always}
    users:
      description: Users and roles of the database in it; none when the account may not read them.
      returned: always
      type: dict
    proof:
      description: Level, when, seconds; of a rehearsal also where it was, and the seconds that a restore takes.
      returned: always
      type: dict
    bytes: {description: Size of the set's files., type: int, returned: always}
    sha256: {description: "Digest over paths, sizes and digests of the set's files.", type: str, returned: always}
    documents: {description: Documents in it., type: int, returned: always}
    collections: {description: "Collections, views and time series in it.", type: int, returned: always}
    config_files: {description: Configuration files in it., type: int, returned: always}
    fingerprint: {description: "Digest of the database's content, where it is of the same moment.", type: str, returned: always}
    consistency: {description: "Whether it is of one moment, and what is not.", type: dict, returned: always}
    seconds: {description: How long it took., type: float, returned: always}
    created_at: {description: When it was begun., type: str, returned: always}
    verified: {description: Whether it was restored and compared., type: bool, returned: always}
  sample: {id: 20261122T071500Z-pre_update-1.1.0, bytes: 1048576, documents: 6000, verified: true}
retention:
  description: The older sets, in check mode as they would be; null when they could not be judged.
  returned: success, outside a run, when the definition has C(backup.keep)
  type: dict
  contains:
    removed:
      description: Those that went, newest first.
      returned: always
      type: list
      elements: dict
      contains:
        id: {description: Name of the set., type: str, returned: always}
        bytes: {description: Size of its files., type: int, returned: always}
        reason: {description: "Why, as an identifier.", type: str, returned: always, sample: superseded}
        why: {description: "Why, in words.", type: str, returned: always}
    kept: {description: "Those that stay, in the same form.", returned: always, type: list, elements: dict}
    left_alone: {description: "C(id) and C(state) of what is damaged or cut off.", returned: always, type: list, elements: dict}
    bytes: {description: Bytes that went., returned: always, type: int}
aside:
  description:
    - Collections that restores had put aside and that were dropped, in check mode those that would be.
    - Each with C(name), C(collection) (what it was), C(since) and C(run_id).
  returned: success, outside a run
  type: list
  elements: dict
"""

from typing import Any

from ..module_utils._core.errors import BadInput
from ..module_utils._core.progress import FileProgress
from ..module_utils._module import old_backups
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._mongo import backup, lines
from ..module_utils._mongo.backup_set import KINDS
from ..module_utils._runs.layout import StackPaths


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Make the backup, in a run or alone."""
    result: dict[str, Any] = {"stage": "backup", "changed": True}
    if tools.check_mode:
        return {**result, **_foreseen(params, tools)}
    if params["run_id"]:
        with tools.hold_run(params) as run, run.stage("backup"):
            made = backup.take_backup(run.context, params["kind"])
            run.record("backup", made)
        return {**result, "backup": made, "lines": lines.of_backup(made, tools.line)}
    definition = _definition(params)
    paths, hands = _by_hand(params, tools, definition)
    made = backup.take_by_hand(definition, params["kind"], hands, params["requested_by"], params["reason"])
    retention, told = old_backups.remove(definition, paths, tools)
    aside, dropped = old_backups.drop_aside(definition, paths, tools)
    said = [*lines.of_backup(made, tools.line), *told, *dropped]
    return {**result, "backup": made, "retention": retention, "aside": aside, "lines": said}


def _foreseen(params: Params, tools: Tools) -> dict[str, Any]:
    definition = dict(tools.read_run(params).definition) if params["run_id"] else _definition(params)
    database, folder = backup.target(definition)
    would = tools.line("info", "mongo.backup_would", kind=params["kind"], database=database, path=folder)
    if params["run_id"]:
        return {"lines": [would]}
    paths, hands = _by_hand(params, tools, definition)
    coming = backup.foresee_by_hand(definition, params["kind"], hands)
    retention, told = old_backups.foresee(definition, paths, tools, coming)
    aside, dropped = old_backups.drop_aside(definition, paths, tools)
    return {"retention": retention, "aside": aside, "lines": [would, *told, *dropped]}


def _by_hand(params: Params, tools: Tools, definition: dict[str, Any]) -> tuple[StackPaths, backup.Hands]:
    paths = StackPaths.of(params["state_dir"], str(definition.get("stack")))
    progress = FileProgress(paths.progress, tools.clock)
    secret = tools.secrets.get("mongodb_admin_uri")
    return paths, backup.Hands(secret, tools.runner, tools.transport, tools.clock, progress)


def _definition(params: Params) -> dict[str, Any]:
    if not params["definition"]:
        raise BadInput("mongo.option_missing", option="definition")
    return backup.whole(params["definition"])


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "kind": {"type": "str", "choices": list(KINDS), "default": "manual"},
            "definition": {"type": "dict"},
            "requested_by": {"type": "str"},
            "reason": {"type": "str"},
            "progress_seconds": {"type": "float", "default": 10},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
