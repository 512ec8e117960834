#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_migrate_records
short_description: Changes the records of migrations without running any
version_added: 0.1.0
description:
  - Takes over a database that was migrated by other means, or puts right a record that does not fit its file any more.
  - Each change is made under the lock of the database and noted with its reason in the history of attempts.
  - Changes records only. What the migrations did, or did not do, to the data stays as it is.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes
  - benevoclic.updates.mongodb
  - benevoclic.updates.run
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The records before and after.
  idempotent:
    support: full
options:
  definition:
    description: The stack, as the role C(benevoclic) defines it; only its database is used.
    type: dict
    required: true
  operation:
    description:
      - V(baseline) marks the migrations up to O(version) as applied, without running them.
      - V(import) marks those as applied that migrate-mongo wrote into its changelog. A migration that says
        C(REPLACES = ("20240101-name.js",)) takes that entry's place, the others keep a record without a file.
      - V(repair) puts the record of O(version) right, as O(how) says.
    type: str
    choices: [baseline, import, repair]
    required: true
  version:
    description: Version of the migration, for O(operation=baseline) and O(operation=repair).
    type: str
  how:
    description:
      - V(rehash) takes the file as it is now for the one that was applied, with its name and dependencies.
      - V(forget) takes the record away; what the migration did stays.
      - V(applied) lets what was begun and cut off count as applied.
    type: str
    choices: [rehash, forget, applied]
  collection:
    description: Collection of migrate-mongo's changelog, for O(operation=import).
    type: str
    default: changelog
  reason:
    description: Why, for the history.
    type: str
    required: true
  requested_by:
    description: Who asked for it, for the history.
    type: str
    default: '-'
  migrations_dir:
    description: Folder of the controller with the migration files.
    type: path
  sources:
    description: Content of the migration files by name. Set by the action from O(migrations_dir).
    type: dict
seealso:
  - module: benevoclic.updates.mongodb_migrate_info
"""

EXAMPLES = r"""
- name: Take over a database that has all migrations up to this one
  benevoclic.updates.mongodb_migrate_records:
    definition: "{{ benevoclic_definition }}"
    migrations_dir: migrations
    operation: baseline
    version: "20240815_001"
    reason: made by hand before the collection was used
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"

- name: Accept a comment that was added to an applied file
  benevoclic.updates.mongodb_migrate_records:
    definition: "{{ benevoclic_definition }}"
    migrations_dir: migrations
    operation: repair
    how: rehash
    version: "20240815_001"
    reason: a comment was added
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
"""

RETURN = r"""
changes:
  description: What was changed or, in check mode, would be, in order.
  returned: success
  type: list
  elements: dict
  contains:
    version: {description: Version of the migration., type: str, returned: always}
    change: {description: "V(added), V(changed) or V(removed).", type: str, returned: always}
  sample: [{version: "20240815_001", change: added}]
"""

import getpass
import json
from typing import Any

from ..module_utils._core.errors import BadInput, Refused
from ..module_utils._migrations import files, records
from ..module_utils._migrations.history import Act
from ..module_utils._migrations.records import Change, Foresee
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._mongo.backup import target
from ..module_utils._runs.status import refuse_if_taken

KINDS = {(False, True): "added", (True, True): "changed", (True, False): "removed"}


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Foresee, then change unless in check mode."""
    uri = tools.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    if not params["reason"].strip():
        raise BadInput("migrations.reason")
    database, _folder = target(params["definition"])
    if params["stack"]:
        refuse_if_taken(tools.paths(params), {"flow": "rollback"}, tools.clock)
    by = params["requested_by"] if params["requested_by"] != "-" else getpass.getuser()
    act = Act(params["operation"], by, params["reason"])
    foresee = _foresee(params, act)
    if tools.check_mode:
        changes = records.foreseen(uri, database, foresee)
    else:
        changes = records.carry_out(uri, database, foresee, act, tools.clock)
    told = [{"version": item.version, "change": _kind(item)} for item in changes]
    lines = [tools.line("ok", f"migrations.record_{item['change']}", **item) for item in told]
    return {
        "stage": "migrations",
        "changed": bool(changes),
        "changes": told,
        "diff": {"before": _shown(changes, "before"), "after": _shown(changes, "after")},
        "lines": lines or [tools.line("ok", "migrations.records_right")],
    }


def _foresee(params: Params, act: Act) -> Foresee:
    contents = {name: str(text).encode() for name, text in (params["sources"] or {}).items()}
    migrations = files.described(contents)
    if act.kind == "import":
        return records.imported(migrations, params["collection"], act)
    if act.kind == "baseline":
        return records.baseline(migrations, params["version"], act)
    return records.repaired(migrations, params["version"], params["how"])


def _kind(change: Change) -> str:
    return KINDS[change.before is not None, change.after is not None]


def _shown(changes: list[Change], side: str) -> str:
    shown = [{"_id": change.version, **record} for change in changes if (record := getattr(change, side))]
    return "".join(
        json.dumps(record, indent=2, sort_keys=True, default=str, ensure_ascii=False) + "\n" for record in shown
    )


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "definition": {"type": "dict", "required": True},
            "operation": {"type": "str", "choices": ["baseline", "import", "repair"], "required": True},
            "version": {"type": "str"},
            "how": {"type": "str", "choices": list(records.REPAIRS)},
            "collection": {"type": "str", "default": "changelog"},
            "reason": {"type": "str", "required": True},
            "requested_by": {"type": "str", "default": "-"},
            "migrations_dir": {"type": "path"},
            "sources": {"type": "dict"},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
        required_if=[("operation", "baseline", ["version"]), ("operation", "repair", ["version", "how"])],
    )


if __name__ == "__main__":
    main()
