# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the plan: reads manifests and migration files here, where the team's repository is."""

from __future__ import annotations

import getpass
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..module_utils._commanded.settings import read_settings
from ..module_utils._core.errors import BadInput, LockHeld
from ..module_utils._migrations import files
from ..module_utils._migrations.files import summaries
from ..module_utils._policy.fence import with_fence
from ..module_utils._policy.manifest import choose_version
from ..module_utils._policy.migration import FLOW, check_swap, migration_plan, stages_with
from ..module_utils._policy.plan import (
    Observed,
    Request,
    build_plan,
    check_request,
    check_switches,
    restore_plan,
    rollback_plan,
)
from ..module_utils._runs.ledger import Landing, rollback_target
from ..module_utils._stack.edge import check_edge
from ..module_utils._stack.services import parse_services
from ..plugin_utils import plan_lines
from ..plugin_utils.answering import AnsweringAction
from ..plugin_utils.releases import known, manifest, read_text

OPTIONS: dict[str, dict[str, Any]] = {
    "flow": {"type": "str", "required": True},
    "update_type": {"type": "str", "required": True},
    "version": {"type": "raw"},
    "severity": {"type": "str"},
    "vulnerability_id": {"type": "str"},
    "reason": {"type": "str"},
    "releases_dir": {"type": "path", "required": True},
    "migrations_dir": {"type": "path"},
    "registry": {"type": "str", "default": ""},
    "definition": {"type": "dict", "required": True},
    "observed": {"type": "dict", "required": True},
    "runs": {"type": "dict", "default": {}},
    "restore": {"type": "dict", "default": {}},
    "backup_enabled": {"type": "bool", "default": True},
    "backup_disabled_reason": {"type": "str", "default": ""},
    "rollback_enabled": {"type": "bool", "default": True},
    "rollback_disabled_reason": {"type": "str", "default": ""},
    "rollback_database": {"type": "str", "choices": ["", "restore"], "default": ""},
    "target": {"type": "str"},
    "outlook": {"type": "dict", "default": {}},
    "rehearsal": {"type": "bool", "default": False},
}


class ActionModule(AnsweringAction):
    """``update_plan``: nothing is changed anywhere."""

    OPTIONS = OPTIONS
    STAGE = "plan"

    def answer(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        return plan_of(options, locale)


def plan_of(options: dict[str, Any], locale: str) -> dict[str, Any]:
    """The module's result: ``plan``, ``files`` (relative name → text, for the run's folder), ``lines``."""
    definition = options["definition"]
    parse_services(definition.get("services"), definition.get("service_defaults"))
    check_edge(definition)
    read_settings(definition)
    request = Request(
        flow=options["flow"],
        update_type=options["update_type"],
        requested_by=f"{getpass.getuser()}@{socket.gethostname()}",
        severity=options["severity"] or None,
        vulnerability_id=options["vulnerability_id"] or None,
        reason=options["reason"] or None,
        backup_enabled=options["backup_enabled"],
        backup_reason=options["backup_disabled_reason"] or None,
        rollback_enabled=options["rollback_enabled"],
        rollback_reason=options["rollback_disabled_reason"] or None,
        rollback_database=options["rollback_database"] or None,
    )
    _refuse_beside(options["runs"].get("unfinished"))
    observed = _observed(options)
    if request.flow == "rollback":
        return _rollback(request, options, observed, locale)
    if request.flow == "restore":
        return _restore(request, options, observed, locale)
    if request.flow == FLOW:
        return _migration(request, options, observed, locale)
    check_request(request, definition["environment"])
    releases = Path(options["releases_dir"])
    version = choose_version(options["version"], observed.version, known(releases), request.update_type, str(releases))
    wanted = manifest(releases, version)
    plan = build_plan(request, wanted, definition, observed, options["registry"])
    texts = {"manifest.yml": read_text(releases / f"{version}.yml")}
    plan["migrations"], sources = _migrations(definition, options["migrations_dir"], plan["migrations"])
    if not plan["unchanged"]:
        check_swap(wanted, plan["migrations"])
        plan["stages"] = stages_with(plan["stages"], plan["migrations"])
    plan = with_fence(plan)
    return {"plan": plan, "files": {**texts, **sources}, "lines": plan_lines.of_update(plan, locale)}


def _refuse_beside(unfinished: dict[str, Any] | None) -> None:
    """What is there while another run is at work is no ground for a plan."""
    if unfinished:
        raise LockHeld("lock.run_unfinished", **unfinished)


def _observed(options: dict[str, Any]) -> Observed:
    seen, landings = options["observed"], options["runs"].get("landings") or []
    services = seen.get("services") or {}
    return Observed(
        version=seen.get("version"),
        references={name: (service or {}).get("reference") for name, service in services.items()},
        last_verified=landings[-1]["version"] if landings else None,
    )


def _rollback(request: Request, options: dict[str, Any], observed: Observed, locale: str) -> dict[str, Any]:
    check_switches(request, options["definition"]["environment"])
    wished, latched = options["version"], bool(options["runs"].get("latched"))
    stack = [Landing(**landing) for landing in options["runs"].get("landings") or []]
    target = asdict(rollback_target(stack, None if wished in (None, "") else str(wished), latched=latched))
    plan = rollback_plan(request, options["definition"], observed, target)
    lines = [plan_lines.headline(plan, locale), plan_lines.line("plan.rollback", locale, **target)]
    return {"plan": plan, "files": {}, "lines": lines}


def _restore(request: Request, options: dict[str, Any], observed: Observed, locale: str) -> dict[str, Any]:
    check_switches(request, options["definition"]["environment"])
    names = options["restore"].get("collections") or []
    wished = {
        "backup_id": options["restore"].get("backup_id"),
        "collections": names.split(",") if isinstance(names, str) else list(names),
    }
    plan = restore_plan(request, options["definition"], observed, wished)
    lines = [
        plan_lines.headline(plan, locale),
        plan_lines.line("plan.restore", locale, backup_id=plan["restore"]["backup_id"]),
    ]
    return {"plan": plan, "files": {}, "lines": lines}


def _migration(request: Request, options: dict[str, Any], observed: Observed, locale: str) -> dict[str, Any]:
    """A migration alone, whose target was looked at on the host."""
    check_switches(request, options["definition"]["environment"])
    outlook, target, rehearsal = options["outlook"], options["target"], options["rehearsal"]
    if options["version"]:
        manifest(Path(options["releases_dir"]), str(options["version"]))
        if not rehearsal or read_settings(options["definition"]):
            raise BadInput("plan.version_alone", version=options["version"])
        target = f"{options['version']}, {target}"
    plan = migration_plan(request, options["definition"], observed, target, outlook, rehearsal=rehearsal)
    folder = Path(str(options["migrations_dir"]))
    entries = [] if read_settings(options["definition"]) else [*plan["undo"], *plan["migrations"]]
    names = [entry["file"] for entry in entries]
    texts = _entries({name: read_text(folder / name) for name in names})[1]
    return {"plan": plan, "files": texts, "lines": plan_lines.of_migration(plan, locale)}


def _migrations(
    definition: dict[str, Any], folder: str | None, versions: list[str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The migrations that ``versions`` name: their entries in the plan, and the sources of files for the run's folder."""
    settings = read_settings(definition)
    if settings:
        return summaries(settings.migrations(versions)), {}
    found = files.sources(Path(folder)) if folder else []
    chosen = []
    for version in versions:
        named = [path for path in found if path.name.startswith(f"{version}_")]
        if len(named) != 1:
            names = ", ".join(path.name for path in named) or "-"
            raise BadInput("migration_file.missing", version=version, path=folder or "-", found=names)
        chosen.append(named[0])
    return _entries({path.name: read_text(path) for path in chosen})


def _entries(contents: dict[str, str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What the plan says of each file, in the order given, and where its text goes in the run's folder."""
    described = [files.describe_source(name, source.encode()) for name, source in contents.items()]
    return summaries(described), {f"migrations/{name}": source for name, source in contents.items()}
