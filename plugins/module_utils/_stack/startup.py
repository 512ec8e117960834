# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From ``up`` to a container that has started: by what the engine says of it, until a deadline.

Compose's own ``--wait`` takes a container that crashes in a loop for a ready one, and waits for a loop with a health
check to its very end; so the container itself is asked.
"""

from __future__ import annotations

from .._core.errors import CommandFailed, Failed
from .._core.runner import last_words
from .._runs.context import HostContext
from . import containers
from .compose import Compose
from .containers import Container
from .services import ServiceSpec

DEFAULT_WAIT_SECONDS = 120.0
POLL_SECONDS = 0.25
STEADY_SECONDS = 1.0
"""How long a container without a health check runs before it counts as started."""
MAX_CRASHES = 3
LOG_LINES = 12


def wait_seconds(context: HostContext) -> int:
    """How long a service may take to start: the stack's ``gate.deadline_seconds``."""
    gate = context.plan["definition"].get("gate") or {}
    return max(1, round(float(gate.get("deadline_seconds", DEFAULT_WAIT_SECONDS))))


def wait_started(
    context: HostContext, spec: ServiceSpec, compose: Compose, env: dict[str, str], before: Container | None
) -> Container:
    """Bring the service up and return its container once it has started. Raises Failed ``service.*``."""
    try:
        compose.up(spec.service, wait_seconds(context), env)
    except CommandFailed as error:
        now = _look(context, spec)
        raise _failure(context, spec, compose, "service.not_up", last_words(error), now) from error
    return _settled(context, spec, compose, before)


def _settled(context: HostContext, spec: ServiceSpec, compose: Compose, before: Container | None) -> Container:
    """Only crashes from now on count: a container that stayed may have had some in its life."""
    deadline = context.clock.monotonic() + wait_seconds(context)
    first: tuple[str, float] | None = None
    now: Container | None = None
    while True:
        now, moment = _look_again(context, spec, now), context.clock.monotonic()
        if (
            now is None
            or now.status in ("exited", "dead")
            or (not now.running and _crashes(now, before) >= MAX_CRASHES)
        ):
            raise _failure(context, spec, compose, "service.crashed", "-", now)
        if not now.running or now.health not in (None, "healthy"):
            first = None
        elif now.health == "healthy":
            return now
        elif first is None or first[0] != now.started_at:
            first = (now.started_at, moment)
        elif moment - first[1] >= STEADY_SECONDS:
            return now
        if moment >= deadline:
            raise _failure(context, spec, compose, "service.not_up", f"{now.status}, {now.health or '-'}", now)
        context.clock.sleep(POLL_SECONDS)


def _crashes(now: Container, before: Container | None) -> int:
    return now.restart_count - (before.restart_count if before is not None and before.id == now.id else 0)


def _look(context: HostContext, spec: ServiceSpec) -> Container | None:
    return containers.current(containers.find(context.runner, [spec.project]), spec.project, spec.service)


def _look_again(context: HostContext, spec: ServiceSpec, last: Container | None) -> Container | None:
    """The container seen last, asked by its id; looked for when there is none, or not any more."""
    found = containers.inspect(context.runner, [last.id]) if last else []
    return next((item for item in found if last and item.id == last.id), None) or _look(context, spec)


def _failure(
    context: HostContext, spec: ServiceSpec, compose: Compose, text_id: str, said: str, now: Container | None
) -> Failed:
    """The error with all that helps: status, exit code, restarts, last lines of the log."""
    return Failed(
        text_id,
        service=spec.name,
        container=now.name if now else "-",
        status=now.status if now else "-",
        exit_code=now.exit_code if now else "-",
        restarts=now.restart_count if now else "-",
        said=said,
        seconds=wait_seconds(context),
        log="\n".join(compose.logs(spec.service, LOG_LINES)) or "-",
    )
