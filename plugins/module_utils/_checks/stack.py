# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack as it stands: its files, what Compose would do, whether the application answers, its npm scripts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._commanded.settings import CONTAINER, HOST, read_settings
from .._core.clock import Clock
from .._core.errors import Failed
from .._core.files import read_bytes
from .._core.http import Transport
from .._core.runner import Runner, last_words
from .._probes.gate import GateSettings, wait_for_gate
from .._probes.verify import gate_checks
from .._stack import compose, deploy, envfile
from .._stack.services import VARIABLE, ServiceSpec, config_paths, read_services, select
from .._suites.package import scripts_in_folder, scripts_in_image, suite_directory, suite_service
from .outcome import CheckResult, bad, good, warn

APPLICATION_SECONDS = 6.0
"""How long the application has to answer before the update; it is expected to run already."""


def check_files(plan: Mapping[str, Any]) -> list[CheckResult]:
    """Compose files, env files and declared files are there and can be read; each image variable has its line.

    An env file is replaced as a whole, so its folder must be this account's to write in.
    """
    definition = plan["definition"]
    paths = config_paths(definition)
    problems = []
    for path in paths:
        if not os.path.isfile(path):
            problems.append(bad("files", "file_missing", path=path))
        elif not os.access(path, os.R_OK):
            problems.append(bad("files", "file_unreadable", path=path))
    lost = {str(problem.details["path"]) for problem in problems}
    for spec in touched(plan):
        if spec.kind != VARIABLE or spec.env_path in lost:
            continue
        if envfile.read(read_bytes(Path(spec.env_path)), spec.target) is None:
            problems.append(bad("files", "variable_missing", path=spec.env_path, name=spec.target))
    for path in sorted({spec.env_path for spec in touched(plan) if spec.kind == VARIABLE} - lost):
        folder = Path(path).resolve().parent
        if not os.access(folder, os.W_OK):
            problems.append(bad("files", "folder_unwritable", path=path, folder=str(folder)))
    return problems or [good("files", "files", count=len(paths))]


def check_compose(runner: Runner, plan: Mapping[str, Any]) -> list[CheckResult]:
    """Each project's files are valid; the result is bad only, :func:`check_files` says the good news."""
    found = []
    for calls, _specs in compose.projects(runner, read_services(plan["definition"]).values()):
        try:
            calls.check()
        except Failed as error:
            found.append(bad("files", "compose_invalid", project=calls.spec.project, found=last_words(error)))
    return found


def check_recreate(runner: Runner, plan: Mapping[str, Any]) -> list[CheckResult]:
    """The deployment's own look: ``up`` of the plan's services would touch nothing else. Raises Refused ``stack.*``."""
    steps = deploy.look(runner, plan, require=False)
    changes = deploy.changes(runner, plan["definition"], steps)
    if not changes:
        return [good("recreate", "recreate_none")]
    return [good("recreate", "recreate", services=", ".join(change.service for change in changes))]


def check_application(plan: Mapping[str, Any], transport: Transport, clock: Clock) -> list[CheckResult]:
    """The probes of all services and of the edge answer; a warning where the policy lets a broken site be mended."""
    definition = plan["definition"]
    checks = gate_checks(definition, list(definition["services"]))
    if not checks:
        return [bad("application", "application_unknown")]
    given = GateSettings.parse(definition.get("gate"))
    settings = GateSettings(1, given.interval_seconds, given.timeout_seconds, APPLICATION_SECONDS)
    result = wait_for_gate(checks, settings, transport, clock)
    if result.reached:
        return [good("application", "application", checks=", ".join(check.name for check in checks))]
    silent = "; ".join(f"{name}: {seen.found}" for name, seen in result.last.items() if not seen.ok) or "?"
    if plan["policy"].get("application_must_answer", True):
        return [bad("application", "application_silent", found=silent)]
    return [warn("application", "application_silent_accepted", found=silent)]


def check_scripts(runner: Runner, plan: Mapping[str, Any], run_id: str | None) -> list[CheckResult]:
    """The npm scripts of the plan's migrations and suites exist where they will run."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for place, scripts in (_scripts_of_migrations(plan), _scripts_of_suites(plan)):
        wanted.setdefault(place, []).extend(scripts)
    results = []
    for (where, name), scripts in wanted.items():
        if scripts:
            services = read_services(plan["definition"])
            in_image = where == CONTAINER
            found = (
                scripts_in_image(runner, plan, services[name], run_id) if in_image else scripts_in_folder(runner, name)
            )
            results.append(_required(scripts, *found))
    return results


def _scripts_of_migrations(plan: Mapping[str, Any]) -> tuple[tuple[str, str], Sequence[str]]:
    settings = read_settings(plan["definition"])
    if settings is None or not (plan.get("migrations") or plan.get("undo")):
        return ("", ""), ()
    name = settings.service.name if settings.runner == CONTAINER else settings.directory
    return (settings.runner, name), settings.scripts(rehearsal=bool(plan.get("dry_run")))


def _scripts_of_suites(plan: Mapping[str, Any]) -> tuple[tuple[str, str], Sequence[str]]:
    definition, suites = plan["definition"], plan.get("suites") or []
    where = (definition.get("tests") or {}).get("runner", HOST)
    if not suites or where not in (CONTAINER, HOST):
        return ("", ""), ()
    return (where, suite_service(definition).name if where == CONTAINER else suite_directory(definition)), suites


def _required(scripts: Sequence[str], known: Mapping[str, Any], place: str) -> CheckResult:
    missing = ", ".join(script for script in scripts if script not in known)
    if missing:
        return bad("scripts", "scripts_missing", missing=missing, place=place, known=", ".join(sorted(known)) or "-")
    return good("scripts", "scripts", suites=", ".join(scripts), place=place)


def touched(plan: Mapping[str, Any]) -> list[ServiceSpec]:
    """The services of the plan."""
    return select(read_services(plan["definition"]), plan["services"])
