# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers of Compose projects, found by label and inspected in one call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core.errors import Failed
from .._core.runner import Runner, failure_of
from .services import ServiceSpec

PROJECT_LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"
ONE_OFF_LABEL = "com.docker.compose.oneoff"
CALL_SECONDS = 30.0
STOP_SECONDS = 120.0
TEMPORARY = re.compile(r"^[0-9a-f]{12}_")
"""How Compose names the new container until the old one is gone."""


@dataclass(frozen=True)
class Container:
    """What a container is and how it does. ``reference`` is the image name it was created from."""

    id: str
    name: str
    project: str
    service: str
    image_id: str
    reference: str
    status: str
    exit_code: int
    restart_count: int
    started_at: str
    health: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    binds: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        return self.status == "running"


def find(runner: Runner, projects: Iterable[str]) -> list[Container]:
    """The containers of ``projects``, one-off ones left out."""
    ids: list[str] = []
    for project in dict.fromkeys(projects):
        filters = [f"label={PROJECT_LABEL}={project}", f"label={ONE_OFF_LABEL}=False"]
        argv = ["docker", "ps", "--all", "--quiet", "--no-trunc"]
        for text in filters:
            argv += ["--filter", text]
        ids += runner.run(argv, timeout=CALL_SECONDS).stdout.split()
    return inspect(runner, ids)


def serving(runner: Runner, specs: Mapping[str, ServiceSpec]) -> dict[str, Container]:
    """The containers that serve ``specs``, by service; one without a container is absent."""
    found = find(runner, [spec.project for spec in specs.values()])
    by_name = {name: current(found, spec.project, spec.service) for name, spec in specs.items()}
    return {name: item for name, item in by_name.items() if item is not None}


def inspect(runner: Runner, ids: Iterable[str]) -> list[Container]:
    """The containers ``ids`` that still exist, in one call."""
    wanted = list(ids)
    if not wanted:
        return []
    done = runner.run(["docker", "container", "inspect", *wanted], timeout=CALL_SECONDS, check=False)
    if done.status != 0 and "No such container" not in done.stderr:
        raise failure_of(done)
    try:
        return [_container(entry) for entry in json.loads(done.stdout)]
    except (ValueError, KeyError, TypeError) as error:
        raise Failed("stack.unreadable_inspect", kind="container", found=f"{type(error).__name__}: {error}") from error


def current(containers: Iterable[Container], project: str, service: str) -> Container | None:
    """The container that serves: a running one first, then the newest (an interrupted swap can leave two)."""
    mine = [item for item in containers if item.project == project and item.service == service]
    return max(mine, key=lambda item: (item.running, item.started_at), default=None)


def clear_interrupted(runner: Runner, spec: ServiceSpec) -> Container | None:
    """Tidy up after a swap that was killed: two containers of one service make the next ``up`` fail.

    Returns the container that is left, if any. The new one never ran. The old one is stopped, since the engine may still
    be about to do that; ``up`` starts it again.
    """
    mine = [item for item in find(runner, [spec.project]) if item.service == spec.service]
    left = [item.id for item in mine if TEMPORARY.match(item.name)]
    proper = [item.id for item in mine if item.id not in left]
    if left and proper:
        runner.run(["docker", "rm", "--force", *left], timeout=CALL_SECONDS)
        runner.run(["docker", "stop", *proper], timeout=STOP_SECONDS)
        mine = [item for item in mine if item.id in proper]
    return current(mine, spec.project, spec.service)


def _container(entry: Mapping[str, Any]) -> Container:
    state, config = entry["State"], entry["Config"]
    labels = config.get("Labels") or {}
    return Container(
        id=entry["Id"],
        name=entry["Name"].lstrip("/"),
        project=labels.get(PROJECT_LABEL, ""),
        service=labels.get(SERVICE_LABEL, ""),
        image_id=entry["Image"],
        reference=config["Image"],
        status=state["Status"],
        exit_code=state["ExitCode"],
        restart_count=entry.get("RestartCount", 0),
        started_at=state["StartedAt"],
        health=(state.get("Health") or {}).get("Status"),
        labels=labels,
        binds=tuple(mount["Source"] for mount in entry.get("Mounts") or [] if mount.get("Type") == "bind"),
    )
