# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the running services say of themselves, each asked once: enough to record, not to judge (``_probes`` does)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput, CommandFailed, TransportFailed
from .._core.http import Transport
from .._core.runner import Runner
from .._core.versions import Version
from .containers import Container
from .images import Image
from .services import ServiceSpec

ASK_SECONDS = 3.0


@dataclass(frozen=True)
class Witness:
    """The outside world that is asked."""

    runner: Runner
    transport: Transport


def service_version(host: Witness, spec: ServiceSpec, now: Container, image: Image | None) -> str | None:
    """The version by the service's own sources (URL, command, label), else by its image's standard label."""
    sources = spec.version
    found = None
    if sources.get("url"):
        found = _by_url(host, str(sources["url"]), str(sources.get("field") or "version"))
    if found is None and sources.get("command") and now.running:
        found = _by_command(host, now, sources["command"])
    if found is None and sources.get("label"):
        found = now.labels.get(str(sources["label"]))
    return found or (image.version if image else None)


def release_version(host: Witness, definition: Mapping[str, Any], versions: Iterable[str | None]) -> str | None:
    """The release: what the edge's version URL says, else the highest version among the services."""
    edge = (definition.get("edge") or {}).get("version") or {}
    if edge.get("url"):
        found = _by_url(host, str(edge["url"]), str(edge.get("field") or "version"))
        if found is not None:
            return found
    known = [version for version in map(_semantic, versions) if version is not None]
    return str(max(known)) if known else None


def healthy(host: Witness, specs: Mapping[str, ServiceSpec], serving: Mapping[str, Container]) -> bool:
    """Whether every updatable service runs, is not called unhealthy, and answers its probe."""
    for name, spec in specs.items():
        now = serving.get(name)
        if now is None or not now.running or now.health == "unhealthy":
            return False
        if spec.probe and not _answers(host, spec.probe):
            return False
    return True


def _answers(host: Witness, url: str) -> bool:
    try:
        return 200 <= host.transport.request("GET", url, timeout=ASK_SECONDS).status <= 299
    except TransportFailed:
        return False


def _by_url(host: Witness, url: str, field: str) -> str | None:
    try:
        answer = host.transport.request("GET", url, timeout=ASK_SECONDS)
        value: Any = json.loads(answer.body) if answer.status == 200 else None
    except (TransportFailed, ValueError):
        return None
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value else None


def _by_command(host: Witness, now: Container, command: Sequence[str]) -> str | None:
    try:
        lines = host.runner.run(["docker", "exec", now.id, *command], timeout=ASK_SECONDS * 3).stdout.split()
    except CommandFailed:
        return None
    return lines[0] if len(lines) == 1 else None


def _semantic(text: str | None) -> Version | None:
    try:
        return Version.parse(text)
    except BadInput:
        return None
