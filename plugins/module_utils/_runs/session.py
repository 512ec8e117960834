# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run in the hands of this process: the lock is held, the fencing token was checked, the journal is open."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .._core.clock import Clock, iso
from .._core.errors import EngineError, Failed, LockHeld, Refused
from .._core.files import make_folder, read_json, write_atomic, write_json
from .._core.http import Transport
from .._core.redaction import Redactor
from .._core.runner import Runner, SubprocessRunner
from .context import HostContext
from .journal import Chain
from .layout import StackPaths
from .ledger import Ledger, refuse_latched
from .lock import HeldLock, Owner, describe, hold
from .operations import Registry, find
from .passing import Passing
from .report import conclude
from .unsettled import read_plan, read_view, unfinished_run, unsettled
from .view import OperationView, RunView, fold

WAIT_FOR_ORPHANS_SECONDS = 60.0
"""A killed module may leave a command that still holds the lock; ``docker compose up -d`` ends within this."""

RunnerFactory = Callable[[tuple[int, ...]], Runner]


def inheriting_runner(descriptors: tuple[int, ...]) -> Runner:
    """The real runner, whose commands keep the lock's descriptor."""
    return SubprocessRunner(inherit=descriptors)


@dataclass(frozen=True)
class Host:
    """The outside world of this process, handed in."""

    clock: Clock
    transport: Transport
    runner_with: RunnerFactory = inheriting_runner


class Run:
    """An open run, held."""

    def __init__(
        self,
        paths: StackPaths,
        run_id: str,
        lock: HeldLock,
        host: Host,
        secrets: Mapping[str, str],
        registry: Registry,
    ) -> None:
        self.paths = paths
        self.folder = paths.run(run_id)
        self.journal = Chain(self.folder / "journal.jsonl", host.clock)
        self.lock = lock
        self.registry = registry
        self._host = host
        self._redactor = Redactor(secrets.values())
        self.context = HostContext(
            run_id=run_id,
            run_folder=self.folder,
            plan=read_json(self.folder / "plan.json"),
            runner=host.runner_with((lock.descriptor,)),
            clock=host.clock,
            transport=Passing(host.transport, self.folder),
            secrets=secrets,
        )

    @property
    def view(self) -> RunView:
        """What the journal says now."""
        return fold(self.journal.records)

    def record(self, kind: str, data: Mapping[str, Any]) -> None:
        """Journal a piece of evidence, without the run's secrets."""
        self.journal.append(kind, self._redactor.data(dict(data)))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Journal a stage from begin to end; an error ends it as failed, without the run's secrets, and goes on up."""
        started = self._host.clock.monotonic()
        self.journal.append("stage_begin", {"name": name})
        error: dict[str, Any] | None = None
        outcome = "failed"
        try:
            yield
            outcome = "ok"
        except EngineError as raised:
            details = self._redactor.data(_plain(raised.details))
            error = {"stage": name, "id": raised.text_id, "details": details}
            raise
        except Exception as raised:
            details = {"module": name, "found": type(raised).__name__}
            error = {"stage": name, "id": "module.unexpected", "details": details}
            raise
        finally:
            seconds = round(self._host.clock.monotonic() - started, 3)
            self.journal.append(
                "stage_end", {"name": name, "outcome": outcome, "duration_seconds": seconds, "error": error}
            )

    def operate(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do one operation, journaled before and after; one that has happened already is left alone."""
        operation = find(self.registry, name)
        if operation.probe(arguments, self.context):
            return {"already": True}
        undo = operation.prepare(arguments, self.context)
        begun = self.journal.append("operation_begin", {"name": name, "arguments": arguments, "undo": undo})
        result = operation.do(arguments, undo, self.context)
        self.journal.append("operation_end", {"seq": begun["seq"], "result": result})
        return result

    def take_back(self, operation: OperationView) -> None:
        """Undo one operation of this run's journal. Raises EngineError, also for a defect of the operation."""
        try:
            result = find(self.registry, operation.name).undo(operation.arguments, operation.undo, self.context)
        except EngineError:
            raise
        except Exception as error:
            raise Failed("module.unexpected", module=operation.name, found=type(error).__name__) from error
        self.journal.append("operation_undone", {"seq": operation.seq, "result": result})

    def close(self, outcome: str) -> dict[str, Any]:
        """End the run: journal, ledger, report, then the lock. Returns the report."""
        if not self.view.closed:
            self.journal.append("run_closed", {"outcome": outcome})
        report = conclude(self.paths, self.view, self.context.plan, self._host.clock)
        self.lock.write_owner(None)
        return report


def _plain(details: Mapping[str, object]) -> dict[str, Any]:
    return {key: value if isinstance(value, (int, float, bool)) else str(value) for key, value in details.items()}


@contextmanager
def open_run(
    paths: StackPaths,
    plan: Mapping[str, Any],
    files: Mapping[str, bytes],
    host: Host,
    secrets: Mapping[str, str] | None = None,
) -> Iterator[Run]:
    """Begin a run of ``plan``; ``files`` (relative name → content) are what it needs later on this host.

    Raises LockHeld while another run owns the stack, Refused ``run.latched`` after a failed rollback (a plan whose
    flow is ``rollback`` passes). A run that was closed but not cleared away is cleared away first.
    """
    paths.prepare()
    with hold(paths.lock, host.clock, wait_seconds=0.0) as lock:
        _settle(paths, lock, host)
        refuse_latched(plan["flow"], Ledger(paths.ledger, host.clock).entries)
        run_id = paths.new_run(host.clock.now(), plan["update_type"], plan["to_version"])
        folder = paths.run(run_id)
        for name, content in files.items():
            make_folder((folder / name).parent)
            write_atomic(folder / name, content)
        write_json(folder / "plan.json", {**plan, "run_id": run_id})
        Chain(folder / "journal.jsonl", host.clock).append("run_opened", {"run_id": run_id, **_headline(plan)})
        lock.write_owner(_owner(run_id, plan, host.clock))
        yield Run(paths, run_id, lock, host, secrets or {}, {})


def _headline(plan: Mapping[str, Any]) -> dict[str, Any]:
    keys = (
        "flow",
        "update_type",
        "from_version",
        "to_version",
        "severity",
        "vulnerability_id",
        "requested_by",
        "reason",
    )
    return {key: plan.get(key) for key in keys} | {"host": socket.gethostname()}


def _owner(run_id: str, plan: Mapping[str, Any], clock: Clock) -> Owner:
    return {
        "run_id": run_id,
        "owner": plan.get("requested_by", "?"),
        "host": socket.gethostname(),
        "since": iso(clock.now()),
        "flow": plan["flow"],
        "reason": plan.get("reason"),
        "version": plan["to_version"],
    }


def _settle(paths: StackPaths, lock: HeldLock, host: Host) -> None:
    """Refuse while a run is unfinished; finish the clearing away of one that died after its last journal record."""
    owner = unfinished_run(paths, host.clock)
    views = unsettled(paths, host.clock)
    if owner is not None and all(view.run_id != owner["run_id"] for view in views):
        views.append(read_view(paths, owner["run_id"], host.clock))
    for view in views:
        if not view.closed:
            raise LockHeld("lock.run_unfinished", **describe(owner, host.clock), state=view.state)
        conclude(paths, view, read_plan(paths, view.run_id), host.clock)
    if owner is not None:
        lock.write_owner(None)


@contextmanager
def hold_run(
    paths: StackPaths,
    run_id: str,
    host: Host,
    secrets: Mapping[str, str] | None = None,
    *,
    registry: Registry | None = None,
    rolling_back: bool = False,
) -> Iterator[Run]:
    """Go on with a run: its id is the fencing token, refused unless it owns the lock and its state allows it."""
    folder = paths.run(run_id)
    if not folder.is_dir():
        raise Refused("run.unknown", run_id=run_id, path=str(paths.runs))
    with hold(paths.lock, host.clock, WAIT_FOR_ORPHANS_SECONDS) as lock:
        owner = unfinished_run(paths, host.clock)
        if owner is None or owner["run_id"] != run_id:
            raise Refused("run.not_holder", run_id=run_id, holder=(owner or {}).get("run_id", "-"))
        run = Run(paths, run_id, lock, host, secrets or {}, registry or {})
        state = run.view.state
        if run.view.closed or (state == "rolling_back" and not rolling_back):
            raise Refused("run.wrong_state", run_id=run_id, state=state)
        lock.write_owner(owner)
        yield run
