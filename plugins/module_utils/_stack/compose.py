# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Docker Compose by argument lists: one project, as its own team would call it from its folder.

Never ``--yes``, ``--no-deps`` for a service that stays, ``--renew-anon-volumes`` or ``down -v``. The resolved
configuration holds secrets: it is only looked at in memory, for the image and the name of each service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import Failed, Refused
from .._core.plain_text import plain
from .._core.redaction import without_credentials
from .._core.runner import Completed, Runner
from . import containers
from .services import ServiceSpec

CALL_SECONDS = 60.0
STOP_MARGIN_SECONDS = 120.0
"""What ``up`` may take beside the wait: creation, and the old container's own time to stop."""
LINE_LIMIT = 400
_ENTRY = re.compile(r'\s*DRY-RUN MODE -\s+(Container|Volume)\s+"?([^"\s]+)"?\s+(\w+)')
_DATA_LOST = re.compile(r'Volume\s+"?([^"\s]+)"?\s.*?(?:Recreat|Remov|data will be lost)', re.IGNORECASE)
_ACTIONS = {
    "Recreate": "recreate",
    "Recreated": "recreate",
    "Creating": "create",
    "Starting": "start",
    "Removed": "remove",
}
_WEIGHT = {"none": 0, "start": 1, "create": 2, "recreate": 3, "remove": 4}


@dataclass(frozen=True)
class Change:
    """What ``up`` would do to one container: ``recreate``, ``create``, ``start`` or ``remove``."""

    service: str
    container: str
    action: str


def version(runner: Runner) -> tuple[int, ...]:
    """Compose's version. Raises CommandFailed when there is no Compose v2."""
    text = runner.run(["docker", "compose", "version", "--short"], timeout=CALL_SECONDS).stdout.strip()
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text)
    if match is None:
        raise Failed("compose.version_unreadable", found=text or "-")
    return tuple(int(part) for part in match.groups())


class Compose:
    """One Compose project: folder, files, env file."""

    def __init__(self, runner: Runner, spec: ServiceSpec) -> None:
        self._runner = runner
        self.spec = spec
        self._base = ["docker", "compose", "--ansi", "never", "--project-name", spec.project]
        for name in spec.files:
            self._base += ["--file", name]
        if spec.env_file:
            self._base += ["--env-file", spec.env_file]

    def _run(
        self,
        argv: Sequence[str],
        timeout: float = CALL_SECONDS,
        env: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Completed:
        return self._runner.run([*self._base, *argv], timeout=timeout, cwd=self.spec.directory, env=env, check=check)

    def check(self) -> None:
        """Raises CommandFailed when the files are missing or not valid."""
        self._run(["config", "--quiet"])

    def users(self, variables: Iterable[str], tags: Iterable[str] = ()) -> dict[str, list[str]]:
        """The services whose image is made from each of ``variables``, whatever its value is now, or is one of ``tags``."""
        marks = {variable: f"benevoclic-updates/marker:look-{number}-" for number, variable in enumerate(variables)}
        images = {name: entry.get("image") or "" for name, entry in self._services(marks).items()}
        by_variable = {
            variable: [name for name, image in images.items() if mark in image] for variable, mark in marks.items()
        }
        return {**by_variable, **{tag: [name for name, image in images.items() if image == tag] for tag in tags}}

    def _services(self, env: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """The services as Compose resolves them. Holds secrets: never returned, shown or written."""
        text = self._run(["config", "--format", "json"], env=env).stdout
        try:
            return dict(json.loads(text)["services"])
        except (ValueError, KeyError, TypeError) as error:
            raise Failed("compose.config_unreadable", project=self.spec.project, found=type(error).__name__) from None

    def would_recreate(
        self,
        services: Sequence[str],
        env: Mapping[str, str] | None = None,
        found: Iterable[containers.Container] | None = None,
    ) -> list[Change]:
        """What ``up`` of ``services`` (all: none named) would change; ``env`` beats the env file.

        ``found``: the containers of the project, where the caller has them.

        Raises Refused ``compose.volume_at_stake`` when a volume would be recreated.
        """
        done = self._run(["--dry-run", "up", "--detach", "--pull", "never", *services], env=env)
        known = containers.find(self._runner, [self.spec.project]) if found is None else found
        names = {item.name: item.service for item in known}
        text = f"{done.stdout}\n{done.stderr}"
        seen = read_dry_run(text, self.spec.project, names)
        if any(change.service == change.container for change in seen):
            fixed = {entry.get("container_name", ""): name for name, entry in self._services(env or {}).items()}
            seen = read_dry_run(text, self.spec.project, {**fixed, **names})
        return seen

    def up(self, service: str, wait_seconds: int, env: Mapping[str, str] | None = None) -> None:
        """Bring ``service`` to what the files say; whether it has started is for the caller to see (``startup``)."""
        argv = ["up", "--detach", "--pull", "never", "--no-build", service]
        self._run(argv, timeout=wait_seconds + STOP_MARGIN_SECONDS, env=env)

    def restart(self, service: str, wait_seconds: int) -> None:
        """Restart the container as it is."""
        self._run(["restart", service], timeout=wait_seconds + STOP_MARGIN_SECONDS)

    def stop(self, service: str) -> None:
        """Stop the containers of ``service``; requests in flight have the time that its Compose file gives."""
        self._run(["stop", service], timeout=STOP_MARGIN_SECONDS)

    def remove(self, service: str) -> None:
        """Stop and remove the containers of ``service``; volumes stay."""
        self._run(["rm", "--stop", "--force", service], timeout=STOP_MARGIN_SECONDS)

    def run_once(
        self, service: str, argv: Sequence[str], name: str, timeout: float, env: Mapping[str, str] | None = None
    ) -> Completed:
        """One command in a container of its own called ``name``; whatever ends it, the container does not stay."""
        try:
            once = ["run", "--rm", "-T", "--no-deps", "--name", name, service, *argv]
            return self._run(once, timeout, env, check=False)
        finally:
            self._runner.run(["docker", "rm", "--force", name], timeout=CALL_SECONDS, check=False)

    def run_detached(
        self, service: str, argv: Sequence[str], name: str, variables: Mapping[str, str], timeout: float
    ) -> None:
        """Begin one command in a container of its own called ``name``, which stays until it is removed.

        ``variables`` are added to its environment; they are seen in argv, so none may be a secret.
        """
        added = [part for key, value in variables.items() for part in ("--env", f"{key}={value}")]
        self._run(["run", "--detach", "-T", "--no-deps", "--name", name, *added, service, *argv], timeout)

    def logs(self, service: str, lines: int = 20) -> list[str]:
        """The last lines that ``service`` wrote, each cut to a readable length, credentials in addresses masked."""
        argv = ["logs", "--no-color", "--no-log-prefix", "--tail", str(lines), service]
        done = self._run(argv, check=False)
        text = without_credentials(plain(done.stdout or done.stderr))
        return [line[:LINE_LIMIT] for line in text.splitlines() if line.strip()][-lines:]


def read_dry_run(text: str, project: str, names: Mapping[str, str]) -> list[Change]:
    """Read what ``up --dry-run`` printed; ``names`` maps containers to services (else the container's name stands for it)."""
    found: dict[str, str] = {}
    for line in plain(text).splitlines():
        if lost := _DATA_LOST.search(line):
            raise Refused("compose.volume_at_stake", project=project, volume=lost.group(1))
        entry = _ENTRY.match(line)
        if entry is None or entry.group(1) != "Container":
            continue
        name, action = containers.TEMPORARY.sub("", entry.group(2)), _ACTIONS.get(entry.group(3), "none")
        if _WEIGHT[action] >= _WEIGHT[found.get(name, "none")]:
            found[name] = action
    if not found:
        raise Failed("compose.dry_run_unreadable", project=project)
    changed = {name: action for name, action in found.items() if action != "none"}
    return [Change(_service_of(name, project, names), name, action) for name, action in changed.items()]


def _service_of(name: str, project: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    match = re.fullmatch(rf"{re.escape(project)}-(.+)-\d+", name)
    return match.group(1) if match else name


def projects(runner: Runner, specs: Iterable[ServiceSpec]) -> list[tuple[Compose, list[ServiceSpec]]]:
    """The specs by project (and its folder and files), in order: one :class:`Compose` for each."""
    found: dict[object, tuple[Compose, list[ServiceSpec]]] = {}
    for spec in specs:
        key = (spec.project, spec.directory, spec.files, spec.env_file)
        found.setdefault(key, (Compose(runner, spec), []))[1].append(spec)
    return list(found.values())
