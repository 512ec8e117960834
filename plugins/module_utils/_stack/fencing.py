# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of a fence: the edge answers with its maintenance page, services that can write are stopped.

The edge looks for the file ``closed`` in ``edge.maintenance.directory``, and lets a request through whose header
``X-Benevoclic-Pass`` names a file ``pass-<token>`` beside it: so this run's own probes reach what users do not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.errors import BadInput, Failed, TransportFailed
from .._core.files import read_bytes, write_atomic
from .._runs.context import HostContext
from .._runs.operations import UNDO_EDGE, UNDO_STOPPED, Arguments, Registry
from .._runs.passing import PASS_FILE, PASS_HEADER, pass_of
from . import containers
from .compose import Compose
from .operations import environment_of, serving_container, spec_of
from .services import read_services
from .startup import wait_started

CLOSED = "closed"
PASS = "pass-"
OURS = "benevoclic.updates "
"""How the content of ``closed`` begins when a run wrote it; what a person wrote there is put back."""
FOLDER_MODE = 0o005
"""nginx runs under another account and must find the files."""
UNAVAILABLE = 503
ATTEMPTS = 20
PAUSE_SECONDS = 0.25


class EdgeClose:
    """Closes the edge to users and makes sure that it is. Arguments: ``directory``, ``url`` (what a user would ask)."""

    name = "edge.close"
    undo_phase = UNDO_EDGE

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        token = pass_of(context.run_folder)
        folder = Path(arguments["directory"])
        return bool(token) and _said(folder) == OURS + context.run_id and (folder / f"{PASS}{token}").is_file()

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        said = _said(Path(arguments["directory"]))
        return {"closed_by_hand": None if said is None or said.startswith(OURS) else said}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        folder, token = Path(arguments["directory"]), secrets.token_hex(16)
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            if folder.stat().st_mode & FOLDER_MODE != FOLDER_MODE:
                folder.chmod(0o755)
            _remove_passes(folder)
            write_atomic(folder / f"{PASS}{token}", b"", 0o644)
            write_atomic(context.run_folder / PASS_FILE, token.encode(), 0o600)
            write_atomic(folder / CLOSED, (OURS + context.run_id).encode(), 0o644)
        except OSError as error:
            raise Failed("fence.directory", path=str(folder), found=error.strerror or str(error)) from error
        _require_closed(arguments["url"], context)
        return {}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        folder = Path(arguments["directory"])
        by_hand = undo["closed_by_hand"]
        try:
            if by_hand is None:
                (folder / CLOSED).unlink(missing_ok=True)
            else:
                write_atomic(folder / CLOSED, by_hand.encode(), 0o644)
            _remove_passes(folder)
            (context.run_folder / PASS_FILE).unlink(missing_ok=True)
        except OSError as error:
            raise Failed("fence.directory", path=str(folder), found=error.strerror or str(error)) from error
        return {"open": by_hand is None}


class ServiceStop:
    """Stops one service; its undo brings it up as the files say then. Arguments: ``service``."""

    name = "service.stop"
    undo_phase = UNDO_STOPPED

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        now = serving_container(spec_of(arguments, context), context)
        return now is None or now.status in ("created", "exited", "dead")

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        return {}

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        Compose(context.runner, spec).stop(spec.service)
        return {}

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        spec = spec_of(arguments, context)
        before = containers.clear_interrupted(context.runner, spec)
        now = wait_started(context, spec, Compose(context.runner, spec), environment_of(spec, context, {}), before)
        return {"container_id": now.id}


def writers(definition: Mapping[str, Any]) -> list[str]:
    """The services that may write to the database: those that are updated, except the edge (``edge.service``).

    Raises BadInput ``stack.unknown_service`` for an edge that is no service of the stack.
    """
    edge, services = (definition.get("edge") or {}).get("service"), read_services(definition)
    if edge and edge not in services:
        raise BadInput("stack.unknown_service", name=edge, known=", ".join(services))
    return [name for name, spec in services.items() if spec.kind is not None and name != edge]


def closing(definition: Mapping[str, Any]) -> dict[str, str] | None:
    """Arguments of ``edge.close``; None where the edge cannot be closed."""
    edge = definition.get("edge") or {}
    directory = (edge.get("maintenance") or {}).get("directory")
    if not directory or not edge.get("url"):
        return None
    return {"directory": directory, "url": edge["url"].rstrip("/") + "/"}


def closed_by_a_run(directory: str) -> bool:
    """Whether the edge is closed, and not by hand."""
    return (_said(Path(directory)) or "").startswith(OURS)


def _require_closed(url: str, context: HostContext) -> None:
    """A user gets the maintenance page. Raises Failed ``fence.edge_open``."""
    found = "-"
    for _attempt in range(ATTEMPTS):
        try:
            # Asked as a user: the run's own transport would have the pass.
            answer = context.transport.request("GET", url, headers={PASS_HEADER: "none"})
        except TransportFailed as error:
            found = str(error.details.get("found"))
        else:
            if answer.status == UNAVAILABLE:
                return
            found = str(answer.status)
        context.clock.sleep(PAUSE_SECONDS)
    raise Failed("fence.edge_open", url=url, found=found)


def _said(folder: Path) -> str | None:
    path = folder / CLOSED
    return read_bytes(path).decode("utf-8", "replace") if path.is_file() else None


def _remove_passes(folder: Path) -> None:
    for path in folder.glob(f"{PASS}*"):
        path.unlink(missing_ok=True)


OPERATIONS: Registry = {EdgeClose.name: EdgeClose(), ServiceStop.name: ServiceStop()}
"""For the registry of the run."""
