# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a stack's migrations are run, read strictly from ``migrations`` of its definition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput
from .._migrations.files import Migration
from .._stack.services import ServiceSpec, read_services
from .._stack.strict import check, mapping, shown

FILES, COMMAND = "files", "command"
CONTAINER, HOST = "container", "host"
SECONDS = 3600.0
"""How long a script may take unless the stack says otherwise."""
NONE = "none"
"""The state before the first migration."""
UP, DOWN, DRY_RUN, VERIFY = "migrate:up", "migrate:down", "migrate:dry-run", "migrate:verify"
TOLD = f"npm run {UP}"
_KEYS: dict[str, type] = {
    "engine": str,
    "service": str,
    "runner": str,
    "directory": str,
    "timeout_seconds": object,
    "reversible": bool,
    "compatible": bool,
    "baseline": str,
}
_CHOICES = {"engine": (FILES, COMMAND), "runner": (CONTAINER, HOST)}
_VERSION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")


@dataclass(frozen=True)
class Settings:
    """``service``: whose package has the scripts. ``runner``: in its image, or on the host in ``directory``.

    ``reversible``: ``migrate:down`` takes back what ``migrate:up`` did. ``compatible``: the release served before can live
    with the new schema. ``baseline``: the state before the first migration that the updates ran; None: nobody said.
    """

    service: ServiceSpec
    runner: str = CONTAINER
    directory: str = ""
    seconds: float = SECONDS
    reversible: bool = True
    compatible: bool = True
    baseline: str | None = None

    def scripts(self, *, rehearsal: bool) -> tuple[str, ...]:
        """The npm scripts that a run may need."""
        if rehearsal:
            return (DRY_RUN,)
        return (UP, VERIFY, DOWN) if self.reversible else (UP, VERIFY)

    def migrations(self, versions: Sequence[str]) -> list[Migration]:
        """The team's versions as migrations. Raises BadInput ``migrations.command_version``."""
        return [self._migration(version) for version in versions]

    def _migration(self, version: str) -> Migration:
        if version == NONE or not _VERSION.fullmatch(version):
            raise BadInput("migrations.command_version", version=version)
        return Migration(
            version=version,
            description=TOLD,
            dependencies=(),
            reversible=self.reversible,
            file=f"{version} ({TOLD})",
            sha256="",
            deadline_seconds=self.seconds,
            compatible=self.compatible,
        )


def read_settings(definition: Mapping[str, Any]) -> Settings | None:
    """The settings of the engine ``command``; None where migrations are files. Raises BadInput ``stack.*`` naming the path."""
    block = mapping(definition.get("migrations") or {}, "migrations")
    check(block, _KEYS, "migrations")
    for key, allowed in _CHOICES.items():
        if block.get(key) and block[key] not in allowed:
            expected, found = " | ".join(allowed), shown(block[key])
            raise BadInput("stack.wrong_type", path=f"migrations.{key}", expected=expected, found=found)
    if (block.get("engine") or FILES) == FILES:
        return None
    services, name = read_services(definition), block.get("service") or "api"
    if name not in services:
        raise BadInput("suite.no_service", name=name, known=", ".join(services))
    reversible = block.get("reversible", True)
    return Settings(
        service=services[name],
        runner=block.get("runner") or CONTAINER,
        directory=_directory(block.get("directory") or services[name].directory),
        seconds=_seconds(block.get("timeout_seconds", SECONDS)),
        reversible=reversible,
        compatible=block.get("compatible", reversible),
        baseline=_baseline(block.get("baseline") or None),
    )


def _directory(value: str) -> str:
    if not value.startswith("/"):
        raise BadInput("stack.wrong_type", path="migrations.directory", expected="absolute path", found=shown(value))
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise BadInput("stack.wrong_type", path="migrations.timeout_seconds", expected="> 0", found=shown(value))
    return float(value)


def _baseline(value: str | None) -> str | None:
    if value is not None and not _VERSION.fullmatch(value):
        raise BadInput("stack.wrong_type", path="migrations.baseline", expected="version | none", found=shown(value))
    return value
