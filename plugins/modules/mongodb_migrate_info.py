#!/usr/bin/python
# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: mongodb_migrate_info
short_description: Tells which migrations are applied, pending, changed, risky
version_added: 0.1.0
description:
  - Compares the migration files of the controller with the database, and says what a target would apply and undo, which
    files were changed since they were applied, what is risky with the number of documents concerned, which attempts
    failed, and who holds the lock of the database.
  - Where the stack says that migrations are the application's own (C(migrations.engine=command) in O(definition)), the
    versions are those that manifests name and those that are recorded; what the scripts do cannot be looked at.
  - Reads files as data. No code of a migration runs, nothing is locked, and it works while a migration is running.
author: Benevoclic contributors (@Benevo-clic)
extends_documentation_fragment:
  - benevoclic.updates.attributes.reader
  - benevoclic.updates.mongodb
  - benevoclic.updates.run
options:
  definition:
    description: The stack, as the role C(benevoclic) defines it; only its database and its C(migrations) are used.
    type: dict
    required: true
  migrations_dir:
    description:
      - Folder of the controller with the migration files.
      - Without it only the database is looked at.
    type: path
  releases_dir:
    description:
      - Folder of the controller with one manifest a release.
      - With it, V(latest) means the migrations that the served release can live with, and a target that only a newer
        release may bring is refused.
    type: path
  served_version:
    description: The release that is served, for O(releases_dir).
    type: str
  sources:
    description: Content of the migration files by name. Set by the action from O(migrations_dir).
    type: dict
  ahead:
    description: Version of a migration to the release that alone may bring it. Set by the action from O(releases_dir).
    type: dict
    default: {}
  named:
    description:
      - Every migration that a manifest names, in order, where migrations are the application's own. Set by the action from
        O(releases_dir); without it O(versions) is all that is known.
    type: list
    elements: str
  image:
    description: What the application's own scripts would run in, for the preview.
    type: str
    default: ''
  versions:
    description: The migrations to which V(latest) is limited, such as those that a manifest names.
    type: list
    elements: str
  target:
    description:
      - Version after which nothing more is to be applied; what is applied beyond it would be undone.
      - V(latest) is everything, V(none) is the state before the first migration.
    type: str
    default: latest
  out_of_order:
    description: What becomes of a migration that turns up with a version below one that is applied.
    type: str
    choices: [error, run, skip]
    default: error
  lint:
    description: Whether to look for risky operations in what would be applied, which counts documents.
    type: bool
    default: true
  strict:
    description:
      - Whether to fail when the database cannot be read, when the set of files is spoiled, or when what would be applied
        destroys data or is bound to fail without being allowed in its file.
    type: bool
    default: false
seealso:
  - module: benevoclic.updates.mongodb_migrate
  - module: benevoclic.updates.mongodb_migrate_records
"""

EXAMPLES = r"""
- name: See what the newest migrations would do
  benevoclic.updates.mongodb_migrate_info:
    definition: "{{ benevoclic_definition }}"
    migrations_dir: migrations
    mongodb_admin_uri: "{{ vaulted_mongodb_admin_uri }}"
  register: outlook

- name: Refuse a spoiled set of files
  ansible.builtin.assert:
    that: outlook.problems | length == 0
"""

RETURN = r"""
applied:
  description: What is applied, in the order in which it was.
  returned: success
  type: list
  elements: dict
  contains:
    version: {description: Version of the migration., type: str, returned: always}
    file: {description: "Its file, where there was one.", type: str, returned: always}
    order: {description: Place in the order in which they were applied., type: int, returned: always}
    started_at: {description: When it was begun., type: str, returned: always}
    seconds: {description: How long it took., type: float, returned: always}
    run_id: {description: The run that applied it., type: str, returned: always}
    release: {description: The release that brought it., type: str, returned: always}
    checksum: {description: SHA-256 of its file., type: str, returned: always}
    origin:
      description: "V(baseline) or V(migrate-mongo), where it was not run; V(command), where the application's own scripts ran."
      type: str
      returned: always
pending:
  description: Files that are not applied, by version.
  returned: success
  type: list
  elements: dict
apply:
  description: What the target applies, in order.
  returned: success
  type: list
  elements: dict
undo:
  description: What the target takes back, in order.
  returned: success
  type: list
  elements: dict
skipped:
  description: Late ones that O(out_of_order=skip) leaves out.
  returned: success
  type: list
  elements: dict
irreversible:
  description: Versions among RV(apply) that cannot be undone.
  returned: success
  type: list
  elements: str
rehearsals:
  description:
    - By version of RV(apply) what the newest rehearsal of this very file found, where there was one, with C(started_at),
      C(seconds), C(down_seconds), C(done), C(round_trip), C(backup_id).
  returned: success
  type: dict
findings:
  description: Risky operations in what would be applied.
  returned: success
  type: list
  elements: dict
  contains:
    version: {description: Version of the migration., type: str, returned: always}
    file: {description: Its file., type: str, returned: always}
    line: {description: Line in the file., type: int, returned: always}
    rule: {description: "What is risky, such as V(drop_collection).", type: str, returned: always}
    collection: {description: "The collection, where the source says it.", type: str, returned: always}
    documents: {description: "Documents concerned now, where they can be counted.", type: int, returned: always}
    level: {description: "V(refused), V(shown) or V(allowed).", type: str, returned: always}
    reason: {description: Why the file allows it., type: str, returned: always}
  sample: [{version: "20240815_001", rule: remove_field, collection: users, documents: 1200, level: refused}]
problems:
  description: What is wrong with the set of files, or why the database cannot be read.
  returned: success
  type: list
  elements: dict
unfinished:
  description: Migrations that were begun and are not applied.
  returned: success
  type: list
  elements: dict
failed_attempts:
  description: The newest failed attempts.
  returned: success
  type: list
  elements: dict
holder:
  description: Who holds the lock of the database, with C(expired), or none.
  returned: success
  type: dict
progress:
  description: How far the work on the stack is that runs now, or none.
  returned: success
  type: dict
"""

from typing import Any

from ..module_utils._commanded import preview
from ..module_utils._commanded.settings import read_settings
from ..module_utils._core.errors import EngineError, Refused
from ..module_utils._core.files import read_json
from ..module_utils._locale import explain
from ..module_utils._migrations import outlook
from ..module_utils._migrations.files import summaries
from ..module_utils._migrations.ground import read_pace
from ..module_utils._migrations.outlook import Outlook
from ..module_utils._migrations.selection import LATEST, Wish
from ..module_utils._migrations.validation import OUT_OF_ORDER
from ..module_utils._module.boundary import Params, Tools, run_module
from ..module_utils._mongo.backup import target


def work(params: Params, tools: Tools) -> dict[str, Any]:
    """Look, refuse when asked to, and say it in lines."""
    uri = tools.secrets.get("mongodb_admin_uri")
    if not uri:
        raise Refused("mongo.secret_missing")
    database, _folder = target(params["definition"])
    read_pace(params["definition"])  # what is wrong is refused when it is planned, not after the backup
    sources = params["sources"]
    contents = None if sources is None else {name: str(text).encode() for name, text in sources.items()}
    wish = Wish(params["target"], params["out_of_order"], params["versions"], params["ahead"])
    settings, commanded = read_settings(params["definition"]), None
    try:
        if settings:
            known = params["named"] or params["versions"] or []
            found, commanded = preview.look(uri, database, known, wish, settings)
        else:
            found = outlook.look(uri, database, contents, wish, lint=params["lint"])
    except EngineError as error:
        if params["strict"]:
            raise
        found = Outlook(problems=[error], unreadable=True)  # a server that does not answer is something to tell, too
    if params["strict"]:
        found.refuse()
    problems = [{"id": problem.text_id, **explain(problem, tools.locale)} for problem in found.problems]
    progress = _progress(params, tools)
    state = [] if found.unreadable else [_state(database, found, tools)]
    shown = _preview(found, tools)
    if settings and commanded and params["strict"]:
        told = preview.told(commanded, settings, params["image"])
        shown += [tools.line("info", text_id, **details) for text_id, details in told]
    by_release = params["releases_dir"] and params["target"] == LATEST and not settings
    waiting = _waiting(found, params["ahead"], tools) if by_release else []
    lines = [*state, *shown, *_history(found, progress, tools)]
    return {
        "stage": "plan" if params["strict"] else "migrations",
        "applied": found.applied,
        "pending": found.pending,
        "apply": summaries(found.selection.up),
        "undo": summaries(found.selection.down),
        "skipped": summaries(found.selection.skipped),
        "irreversible": [migration.version for migration in found.selection.irreversible],
        "rehearsals": found.rehearsals,
        "findings": found.findings,
        "problems": problems,
        "unfinished": found.unfinished,
        "failed_attempts": found.failed,
        "holder": found.holder,
        "progress": progress,
        "lines": [*(shown or lines), *waiting] if params["strict"] else lines,
    }


def _progress(params: Params, tools: Tools) -> dict[str, Any] | None:
    """What the work under way has written; None when there is none, or it cannot be read just now."""
    if not params["stack"]:
        return None
    try:
        found = read_json(tools.paths(params).progress)
    except EngineError:
        return None
    return dict(found) if isinstance(found, dict) and found.get("state") == "running" else None


def _state(database: str, found: Outlook, tools: Tools) -> dict[str, str]:
    last = found.applied[-1]["version"] if found.applied else "-"
    counts = {"applied": len(found.applied), "pending": len(found.pending), "last": last}
    return tools.line("info", "migrations.state", database=database, **counts)


def _preview(found: Outlook, tools: Tools) -> list[dict[str, str]]:
    """What the target would do, and what is wrong or risky about it."""
    lines = [{"mark": "failed", "text": explain(problem, tools.locale)["text"]} for problem in found.problems]
    for entry in summaries(found.selection.down):
        lines.append(tools.line("info", "migrations.to_undo", **entry))
    for entry in summaries(found.selection.up):
        lines.append(tools.line("info", "migrations.pending", **entry))
        if not entry["reversible"]:
            lines.append(tools.line("warning", "migrations.is_irreversible", **entry))
        if entry["sha256"]:  # the application's own scripts have no rehearsal on a copy
            lines.append(_rehearsal(found.rehearsals.get(entry["version"]), tools))
    lines += [tools.line("warning", "migrations.left", **entry) for entry in summaries(found.selection.skipped)]
    for finding in found.findings:
        shown = {key: "?" if value is None else value for key, value in finding.items()}
        mark = {"refused": "failed", "shown": "warning", "allowed": "info"}[finding["level"]]
        text_id = "migrations.concern_allowed" if finding["reason"] else "migrations.concern"
        lines.append(tools.line(mark, text_id, **shown))
    return lines


def _waiting(found: Outlook, ahead: dict[str, str], tools: Tools) -> list[dict[str, str]]:
    """Why ``latest`` leaves a pending migration alone."""
    chosen = {migration.version for migration in (*found.selection.up, *found.selection.skipped)}
    newest = max((migration.version for migration in found.selection.up), default="")
    lines = []
    for entry in found.pending:
        if entry["version"] in ahead:
            # What runs now would make it a late one: its release would be refused by the policy "error".
            late = entry["version"] < newest
            mark, text_id = ("warning", "migrations.waits_late") if late else ("info", "migrations.waits")
            lines.append(tools.line(mark, text_id, **entry, release=ahead[entry["version"]], newest=newest))
        elif entry["version"] not in chosen:
            lines.append(tools.line("info", "migrations.not_latest", **entry))
    return lines


def _rehearsal(rehearsal: dict[str, Any] | None, tools: Tools) -> dict[str, str]:
    if rehearsal is None:
        return tools.line("info", "migrations.not_rehearsed")
    text_id = "migrations.was_rehearsed" if rehearsal["round_trip"] == "identical" else "migrations.was_rehearsed_up"
    return tools.line("info", text_id, **rehearsal)


def _history(found: Outlook, progress: dict[str, Any] | None, tools: Tools) -> list[dict[str, str]]:
    lines = []
    if found.holder:
        text_id = "migrations.holder_expired" if found.holder["expired"] else "migrations.holder"
        lines.append(tools.line("info", text_id, **{**found.holder, "run_id": found.holder["run_id"] or "-"}))
    if progress:
        percent = progress.get("percent")
        lines.append(
            tools.line("info", "migrations.progress", **{**progress, "percent": "?" if percent is None else percent})
        )
    at_work = found.holder["run_id"] if found.holder and not found.holder["expired"] else None
    for record in found.unfinished:
        if at_work and record["run_id"] == at_work:
            continue
        lines.append(tools.line("warning", "migrations.cut_off", **record))
    for attempt in found.failed[:1]:
        error = (attempt.get("error") or {}).get("id", "?")
        lines.append(tools.line("info", "migrations.failed_attempt", **{**attempt, "error": error}))
    return lines


def main() -> None:
    """Wire the module."""
    run_module(
        work,
        {
            "definition": {"type": "dict", "required": True},
            "migrations_dir": {"type": "path"},
            "releases_dir": {"type": "path"},
            "served_version": {"type": "str"},
            "sources": {"type": "dict"},
            "ahead": {"type": "dict", "default": {}},
            "versions": {"type": "list", "elements": "str"},
            "named": {"type": "list", "elements": "str"},
            "image": {"type": "str", "default": ""},
            "target": {"type": "str", "default": "latest"},
            "out_of_order": {"type": "str", "choices": list(OUT_OF_ORDER), "default": "error"},
            "lint": {"type": "bool", "default": True},
            "strict": {"type": "bool", "default": False},
            "mongodb_admin_uri": {"type": "str", "no_log": True},
        },
        secrets=("mongodb_admin_uri",),
    )


if __name__ == "__main__":
    main()
