# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the running services say of themselves, each asked once: enough to record, not to judge (``_probes`` does)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from .._core.errors import BadInput, CommandFailed, TransportFailed
from .._core.versions import Version
from .._runs.context import HostContext
from .containers import Container
from .images import Image
from .services import ServiceSpec

ASK_SECONDS = 3.0


def service_version(context: HostContext, spec: ServiceSpec, now: Container, image: Image | None) -> str | None:
    """The version by the service's own sources (URL, command, label), else by its image's standard label."""
    sources = spec.version
    found = None
    if sources.get("url"):
        found = _by_url(context, str(sources["url"]), str(sources.get("field") or "version"))
    if found is None and sources.get("command") and now.running:
        found = _by_command(context, now, sources["command"])
    if found is None and sources.get("label"):
        found = now.labels.get(str(sources["label"]))
    return found or (image.version if image else None)


def release_version(context: HostContext, versions: Iterable[str | None]) -> str | None:
    """The release: what the edge's version URL says, else the highest version among the services."""
    edge = (context.plan["definition"].get("edge") or {}).get("version") or {}
    if edge.get("url"):
        found = _by_url(context, str(edge["url"]), str(edge.get("field") or "version"))
        if found is not None:
            return found
    known = [version for version in map(_semantic, versions) if version is not None]
    return str(max(known)) if known else None


def healthy(context: HostContext, specs: Sequence[ServiceSpec], serving: Sequence[Container | None]) -> bool:
    """Whether every updatable service runs, is not called unhealthy, and answers its probe."""
    for spec, now in zip(specs, serving, strict=True):
        if now is None or not now.running or now.health == "unhealthy":
            return False
        if spec.probe and not _answers(context, spec.probe):
            return False
    return True


def _answers(context: HostContext, url: str) -> bool:
    try:
        return 200 <= context.transport.request("GET", url, timeout=ASK_SECONDS).status <= 299
    except TransportFailed:
        return False


def _by_url(context: HostContext, url: str, field: str) -> str | None:
    try:
        answer = context.transport.request("GET", url, timeout=ASK_SECONDS)
        value: Any = json.loads(answer.body) if answer.status == 200 else None
    except (TransportFailed, ValueError):
        return None
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) and value else None


def _by_command(context: HostContext, now: Container, command: Sequence[str]) -> str | None:
    try:
        lines = context.runner.run(["docker", "exec", now.id, *command], timeout=ASK_SECONDS * 3).stdout.split()
    except CommandFailed:
        return None
    return lines[0] if len(lines) == 1 else None


def _semantic(text: str | None) -> Version | None:
    try:
        return Version.parse(text)
    except BadInput:
        return None
