# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""npm scripts as suites: in a one-off container of the stack, or on the host; each with a deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.clock import Clock
from .._core.errors import CommandFailed, Failed
from .._core.plain_text import plain
from .._core.redaction import without_credentials
from .._core.runner import Completed, Runner
from .._runs.context import HostContext
from .._stack.compose import Compose
from .._stack.one_off import container_name
from .._stack.services import ServiceSpec

LAST_LINES = 12
LINE_LIMIT = 200
SECONDS = 600.0
"""How long a suite may take unless the stack says otherwise."""
_PASSED = "passed"

Execute = Callable[[str, float], Completed]
"""(suite, seconds) → its end, whatever the status. Raises CommandFailed when it cannot start or takes too long."""
Record = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class SuiteResult:
    """``outcome``: passed, failed, or timeout."""

    suite: str
    outcome: str
    seconds: float
    status: int | None = None
    last_lines: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {
            "suite": self.suite,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 3),
            "status": self.status,
            "last_lines": list(self.last_lines),
        }

    def require(self, limit: float) -> None:
        """Raises Failed ``suite.failed`` with the last lines, or ``suite.timeout``."""
        if self.outcome == "timeout":
            raise Failed("suite.timeout", suite=self.suite, seconds=f"{limit:g}")
        if self.outcome != _PASSED:
            said = " | ".join(self.last_lines) or "-"
            raise Failed("suite.failed", suite=self.suite, status=self.status, output=said)


def on_host(runner: Runner, directory: str, env: Mapping[str, str] | None = None) -> Execute:
    """``npm run`` in ``directory``."""

    def execute(suite: str, seconds: float) -> Completed:
        return runner.run(["npm", "--prefix", directory, "run", suite], timeout=seconds, env=env, check=False)

    return execute


def in_container(context: HostContext, spec: ServiceSpec) -> Execute:
    """``npm run`` in a container of its own, which is removed whatever ends it."""
    compose = Compose(context.runner, spec)

    def execute(suite: str, seconds: float) -> Completed:
        name = container_name(context.definition, context.run_id, suite)
        return compose.run_once(spec.service, ["npm", "run", suite], name, seconds)

    return execute


def run_suites(
    suites: Sequence[str], execute: Execute, clock: Clock, record: Record, seconds: float = SECONDS
) -> list[SuiteResult]:
    """Run ``suites`` in order up to the first that fails; each result goes to ``record`` (kind ``suite``) at once."""
    results: list[SuiteResult] = []
    for suite in suites:
        result = _one(suite, execute, clock, seconds)
        record("suite", result.data())
        result.require(seconds)
        results.append(result)
    return results


def _one(suite: str, execute: Execute, clock: Clock, seconds: float) -> SuiteResult:
    started = clock.monotonic()
    try:
        done = execute(suite, seconds)
    except CommandFailed as error:
        if error.text_id != "command.timeout":
            raise
        return SuiteResult(suite, "timeout", clock.monotonic() - started)
    outcome = _PASSED if done.status == 0 else "failed"
    return SuiteResult(suite, outcome, clock.monotonic() - started, done.status, last_lines(done))


def last_lines(done: Completed) -> tuple[str, ...]:
    """What it said last: its standard output, then its errors, without colours, empty lines and credentials in addresses."""
    text = without_credentials(plain(f"{done.stdout}\n{done.stderr}"))
    return tuple(line.rstrip()[:LINE_LIMIT] for line in text.splitlines() if line.strip())[-LAST_LINES:]
