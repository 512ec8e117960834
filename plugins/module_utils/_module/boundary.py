# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that turns an AnsibleModule into engine values, and engine errors into one clean line.

This file alone in ``module_utils`` imports Ansible.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .._core.clock import Clock, SystemClock
from .._core.errors import EngineError, Failed, Refused
from .._core.files import read_json
from .._core.http import DirectTransport, Transport
from .._core.libraries import offer
from .._core.redaction import Redactor
from .._core.runner import Runner, SubprocessRunner
from .._locale import DEFAULT, LOCALES, explain, text
from .._runs.context import HostContext
from .._runs.layout import StackPaths
from .._runs.operations import Registry
from .._runs.session import Host, Run, hold_run

SHARED_OPTIONS: dict[str, dict[str, Any]] = {
    "stack": {"type": "str"},
    "state_dir": {"type": "path", "default": "/var/lib/benevoclic-updates"},
    "run_id": {"type": "str"},
    "locale": {"type": "str", "choices": list(LOCALES), "default": DEFAULT},
}
"""Every module of the action group accepts these; the doc fragment ``benevoclic.updates.run`` documents them."""

Params = dict[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True)
class Tools:
    """What a module's work is handed: the outside world, the reader's language, and the way to the run."""

    locale: str
    check_mode: bool
    clock: Clock
    runner: Runner
    transport: Transport
    redactor: Redactor
    secrets: Mapping[str, str]

    def say(self, text_id: str, **details: object) -> str:
        """A sentence of the catalogue."""
        return text(self.locale, text_id, **details)

    def line(self, mark: str, text_id: str, **details: object) -> dict[str, str]:
        """A line for the timeline; ``mark`` is ok, info, notice (an info that always has room), warning or failed."""
        return {"mark": mark, "text": self.say(text_id, **details)}

    @property
    def host(self) -> Host:
        return Host(clock=self.clock, transport=self.transport)

    def paths(self, params: Params) -> StackPaths:
        """Where the stack's state lies. Raises Refused ``stack.none`` without a stack."""
        if not params.get("stack"):
            raise Refused("stack.none")
        return StackPaths.of(params["state_dir"], params["stack"])

    def hold_run(
        self, params: Params, registry: Registry | None = None, *, rolling_back: bool = False
    ) -> AbstractContextManager[Run]:
        """The run ``run_id``, held by this process. Raises Refused when it does not own the lock."""
        if not params.get("run_id"):
            raise Refused("run.none")
        paths = self.paths(params)
        return hold_run(paths, params["run_id"], self.host, self.secrets, registry=registry, rolling_back=rolling_back)

    def read_run(self, params: Params) -> HostContext:
        """The run ``run_id`` for a reader: nothing is locked or journaled."""
        if not params.get("run_id"):
            raise Refused("run.none")
        folder = self.paths(params).run(params["run_id"])
        if not (folder / "plan.json").is_file():
            raise Refused("run.unknown", run_id=params["run_id"], path=str(folder.parent))
        return HostContext(
            run_id=params["run_id"],
            run_folder=folder,
            plan=read_json(folder / "plan.json"),
            runner=self.runner,
            clock=self.clock,
            transport=self.transport,
            secrets=self.secrets,
        )


def run_module(
    work: Callable[[Params, Tools], Result],
    options: Mapping[str, Any],
    *,
    secrets: Iterable[str] = (),
    supports_check_mode: bool = True,
    **rules: Any,
) -> None:
    """Run ``work`` as an Ansible module.

    ``options`` are added to the shared ones; ``secrets`` names those that hold one (they must be ``no_log``);
    ``rules`` go to AnsibleModule (``required_if`` and the like).
    """
    module = AnsibleModule(
        argument_spec={**SHARED_OPTIONS, **options}, supports_check_mode=supports_check_mode, **rules
    )
    params: Params = module.params
    offer(params["state_dir"])
    clock = SystemClock()
    known = {name: params[name] for name in secrets if params.get(name)}
    redactor = Redactor(known.values())
    tools = Tools(
        locale=params["locale"],
        check_mode=module.check_mode,
        clock=clock,
        runner=SubprocessRunner(clock),
        transport=DirectTransport(clock),
        redactor=redactor,
        secrets=known,
    )
    try:
        answer = {"changed": False, **redactor.data(work(params, tools))}
        module.jsonify(answer)
    except EngineError as error:
        module.fail_json(**redactor.data(failure(error, params["locale"])))
    except Exception as error:
        module.fail_json(**redactor.data(failure(unexpected(module._name, error), params["locale"])))
    if answer.pop("failed", False):
        module.fail_json(**answer)
    module.exit_json(**answer)


def failure(error: EngineError, locale: str) -> Result:
    """What a failing module returns: one line for people, the parts and the identifier for programs."""
    explanation = explain(error, locale)
    return {"msg": explanation["text"], "error": explanation, "error_id": error.text_id}


def unexpected(name: str, error: Exception) -> Failed:
    """An error that nobody foresaw, as one that can be told in a line."""
    return Failed("module.unexpected", module=name, found=_where(error))


def _where(error: Exception) -> str:
    """An unforeseen error in one line: what, and where in the code, without values that could be secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__}, {place}: {str(error).splitlines()[0] if str(error) else '-'}"
