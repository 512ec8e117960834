# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifest + policy + what is there → the plan: the stages that will run, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import BadInput
from .._core.versions import Version
from .policy import PRODUCTION, as_data, backup_proof, policy_for, suites_of, tightened_level

SCHEMA = 1
UNKNOWN_VERSION = "unknown"
"""Of a release that nobody can tell: a restore does not need to."""


@dataclass(frozen=True)
class Request:
    """What a person asked for."""

    flow: str
    update_type: str
    requested_by: str
    severity: str | None = None
    vulnerability_id: str | None = None
    reason: str | None = None
    backup_enabled: bool = True
    backup_reason: str | None = None
    rollback_enabled: bool = True
    rollback_reason: str | None = None
    rollback_database: str | None = None
    """``restore``: the consent to a restore that loses writes."""


@dataclass(frozen=True)
class Observed:
    """What is there: the proved version, references and whether images match by service, the last verified release."""

    version: str | None
    references: Mapping[str, str | None] = field(default_factory=dict)
    last_verified: str | None = None


def check_request(request: Request, environment: str) -> None:
    """Raises BadInput ``request.*`` or ``policy.*`` before anything is looked at."""
    policy_for(request.update_type, request.severity)
    if request.update_type == "security" and not request.vulnerability_id:
        raise BadInput("request.vulnerability_id")
    check_switches(request, environment)


def check_switches(request: Request, environment: str) -> None:
    """Backup and rollback stay on in production, and are off elsewhere only for a reason. Raises BadInput ``request.*``."""
    switches = {
        "benevoclic_backup_enabled": (request.backup_enabled, request.backup_reason),
        "benevoclic_rollback_enabled": (request.rollback_enabled, request.rollback_reason),
    }
    for name, (enabled, reason) in switches.items():
        if enabled:
            continue
        if environment == PRODUCTION:
            raise BadInput("request.switch_in_production", name=name)
        if not reason:
            raise BadInput("request.switch_reason", name=name, reason=name.replace("_enabled", "_disabled_reason"))


def build_plan(
    request: Request,
    manifest: Mapping[str, Any],
    definition: Mapping[str, Any],
    observed: Observed,
    registry: str = "",
) -> dict[str, Any]:
    """The plan of an update to ``manifest``.

    ``unchanged`` is true when that release is already there and was verified. Its migrations are the versions that the
    manifest names; what their files say adds their stages. Raises BadInput ``plan.*``.
    """
    policy = policy_for(request.update_type, request.severity)
    level = tightened_level(policy, manifest.get("test_level"))
    images = _images(manifest, definition, registry)
    unchanged = observed.version == manifest["version"] == observed.last_verified and all(
        observed.references.get(name) == reference for name, reference in images.items()
    )
    if not unchanged:
        _check_direction(request, manifest, observed)
    migrations = list(manifest["migrations"])
    return {
        **headline(request, observed, manifest["version"]),
        "severity": request.severity,
        "vulnerability_id": request.vulnerability_id,
        "unchanged": unchanged,
        "images": images,
        "services": [name for name in definition["services"] if name in images],
        "migrations": migrations,
        "downtime": bool(manifest.get("downtime")),
        "stages": _stages(request, unchanged),
        "test_level": level,
        "suites": suites_of(policy, level, migrates=bool(migrations)),
        "policy": as_data(policy),
        "backup_proof": _proof(definition, bool(migrations)) if request.backup_enabled else None,
        "switches": switches(request, rollback=request.rollback_enabled),
        "manifest": dict(manifest),
        "definition": dict(definition),
    }


def _proof(definition: Mapping[str, Any], migrates: bool) -> str:
    wished = (definition.get("backup") or {}).get("proof")
    return backup_proof("pre_update", wished, definition.get("environment", ""), migrates=migrates)


def _check_direction(request: Request, manifest: Mapping[str, Any], observed: Observed) -> None:
    version = manifest["version"]
    if manifest["type"] != request.update_type:
        raise BadInput("plan.other_type", version=version, found=manifest["type"], expected=request.update_type)
    current = observed.version or observed.last_verified
    if current is not None and Version.parse(version) < Version.parse(current):
        raise BadInput("plan.downgrade", version=version, current=current)


def _images(manifest: Mapping[str, Any], definition: Mapping[str, Any], registry: str) -> dict[str, str]:
    """Full references by service; the registry's host goes before those of the manifest."""
    images: dict[str, str] = {}
    services = definition["services"]
    for name, reference in manifest["images"].items():
        if name not in services or services[name].get("updatable") is False:
            raise BadInput("plan.unknown_service", name=name, version=manifest["version"], known=", ".join(services))
        images[name] = f"{registry.rstrip('/')}/{reference}" if registry else reference
    return images


def _stages(request: Request, unchanged: bool) -> list[str]:
    if unchanged:
        return ["verify", "conclude"]
    wanted = {
        "preflight": True,
        "announce": True,
        "backup": request.backup_enabled,
        "deploy": True,
        "verify": True,
        "test": True,
        "watch": True,
        "conclude": True,
    }
    return [name for name, included in wanted.items() if included]


def headline(request: Request, observed: Observed, version: str) -> dict[str, Any]:
    """What every plan says of itself."""
    return {
        "schema": SCHEMA,
        "flow": request.flow,
        "update_type": request.update_type,
        "from_version": observed.version or observed.last_verified,
        "to_version": version,
        "reason": request.reason,
        "requested_by": request.requested_by,
        "consents": {"rollback_database": request.rollback_database},
    }


def switches(request: Request, *, rollback: bool) -> dict[str, Any]:
    """What was switched off, and why."""
    return {
        "backup": request.backup_enabled,
        "backup_reason": request.backup_reason,
        "rollback": rollback,
        "rollback_reason": request.rollback_reason,
    }


def rollback_plan(
    request: Request, definition: Mapping[str, Any], observed: Observed, target: Mapping[str, str]
) -> dict[str, Any]:
    """The plan of a return to a verified release; ``target`` has ``version``, ``run_id`` and ``which`` of its tuple.

    A rollback is itself never rolled back.
    """
    return {
        **headline(request, observed, target["version"]),
        "target": dict(target),
        "unchanged": False,
        "images": {},
        "services": [name for name, spec in definition["services"].items() if spec.get("updatable", True)],
        "migrations": [],
        "stages": ["backup", "deploy", "verify", "conclude"]
        if request.backup_enabled
        else ["deploy", "verify", "conclude"],
        "test_level": None,
        "suites": [],
        "policy": {"application_must_answer": False},
        "switches": switches(request, rollback=False),
        "definition": dict(definition),
    }


def restore_plan(
    request: Request, definition: Mapping[str, Any], observed: Observed, restore: Mapping[str, Any]
) -> dict[str, Any]:
    """The plan of a restore; ``restore`` has ``backup_id`` and ``collections`` (none: all). The release that serves stays.

    A restore that fails gives the old data back whatever the switch for updates says: nothing else keeps what was there.
    """
    version = observed.version or observed.last_verified or UNKNOWN_VERSION
    return {
        **headline(request, observed, version),
        "target": {"run_id": None, "which": "before"},
        "restore": dict(restore),
        "unchanged": False,
        "images": {},
        "services": [name for name, spec in definition["services"].items() if spec.get("updatable", True)],
        "migrations": [],
        "stages": ["backup", "restore", "verify", "conclude"]
        if request.backup_enabled
        else ["restore", "verify", "conclude"],
        "test_level": None,
        "suites": [],
        "policy": {"application_must_answer": False},
        "switches": switches(request, rollback=True),
        "definition": dict(definition),
    }
