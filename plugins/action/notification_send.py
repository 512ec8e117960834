# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends from the controller, where the secrets are; no module process on the host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._core.clock import SystemClock
from ..module_utils._core.errors import BadInput, EngineError
from ..module_utils._core.http import DirectTransport
from ..module_utils._core.redaction import Redactor
from ..module_utils._locale import DEFAULT, LOCALES, explain, text
from ..module_utils._notify.channel import Wires
from ..module_utils._notify.channels import read_channels, secrets_of
from ..module_utils._notify.delivery import BUDGET, Delivery, Post, Result, lines_of
from ..module_utils._notify.messages import FACTS, compose
from ..module_utils._notify.sent import SentLedger, ledger_path
from ..module_utils._notify.smtp import SmtpWire

SHARED = ("state_dir", "locale")
OPTIONS = (
    *FACTS,
    *SHARED,
    "channels",
    "status",
    "message",
    "fields",
    "budget_seconds",
    "once_per",
    "ledger_dir",
    "already",
)
VERSIONS = ("from_version", "to_version")


class ActionModule(ActionBase):
    """See the documentation beside the modules."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        options = plain(dict(self._task.args))
        locale = options.get("locale") if options.get("locale") in LOCALES else DEFAULT
        redactor = Redactor(secrets_of(options.get("channels"), os.environ))
        # Ansible shows a failing action's message and exception even under no_log: nothing may leave here unscrubbed
        try:
            told = redactor.data({name: value for name, value in options.items() if name != "channels"})
            result = self._send({**told, "channels": options.get("channels")}, locale)
        except EngineError as error:
            explanation = explain(error, locale)
            result = {"failed": True, "msg": explanation["text"], "error": explanation, "error_id": error.text_id}
        except Exception as error:
            line = {"mark": "warning", "text": text(locale, "notify.internal", cause=type(error).__name__)}
            result = {"changed": False, "results": [], "lines": [line], "stage": "announce"}
        return dict(redactor.data(result))

    def _send(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        check(options)
        clock = SystemClock()
        channels = read_channels(options.get("channels"), os.environ)
        event = compose(options, clock.now(), locale)
        posts: list[Post] = [(channel, event) for channel in channels]
        scope = str(options.get("once_per") or event.facts.get("run_id") or "")
        ledger = self._ledger(options, scope, clock)
        delivery = Delivery(
            lambda: Wires(DirectTransport(clock), SmtpWire(clock), clock),
            clock,
            locale,
            float(options.get("budget_seconds") or BUDGET),
            ledger=ledger,
            scope=scope,
        )
        part_of_update = "run_id" in event.facts or "to_version" in event.facts
        stage = event.status.stage if part_of_update else "notify"
        found: dict[str, Any] = {"stage": stage, "status": event.status.name}
        results: list[Result]
        if self._task.check_mode:
            preview = delivery.preview(posts)
            results = [result for result, _payloads in preview]
            found["preview"] = {result.name: payloads for result, payloads in preview if payloads}
        else:
            results = delivery.send(posts)
        lines = lines_of(results, locale)
        if ledger.trouble:
            lines.append({"mark": "warning", "text": text(locale, "notify.ledger", cause=ledger.trouble)})
        return {
            **found,
            "changed": any(result.outcome in ("sent", "would_send") or result.delivered > 0 for result in results),
            "results": [result.as_dict() for result in results],
            "lines": lines,
        }

    def _ledger(self, options: Mapping[str, Any], scope: str, clock: SystemClock) -> SentLedger:
        known = [message for result in options.get("already") or [] for message in result.get("messages") or []]
        if not scope or self._task.check_mode:
            return SentLedger(None, clock, known)
        folder = options.get("ledger_dir") or ledger_folder(os.environ)
        return SentLedger(ledger_path(Path(folder), str(options.get("stack") or ""), scope), clock, known)


def ledger_folder(environment: Mapping[str, str]) -> Path:
    """Where the controller remembers what it sent."""
    base = environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "benevoclic-updates" / "sent"


def plain(value: Any) -> Any:
    """Ansible's lazy and tagged containers as ordinary ones."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def check(options: Mapping[str, Any]) -> None:
    """Raises BadInput for an option that does not exist or has the wrong type."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise BadInput("notify.option_invalid", name=unknown[0], expected=", ".join(OPTIONS), found=unknown[0])
    for name in VERSIONS:
        if options.get(name) is not None and not isinstance(options[name], str):
            raise BadInput("version.not_text", value=options[name], kind=type(options[name]).__name__)
    for name in (*FACTS, "message"):
        if isinstance(options.get(name), (dict, list)):
            raise BadInput("notify.option_invalid", name=name, expected="text", found=type(options[name]).__name__)
    already = options.get("already") or []
    if not isinstance(already, list) or not all(isinstance(item, dict) for item in already):
        raise BadInput(
            "notify.option_invalid", name="already", expected="[{messages: []}]", found=type(already).__name__
        )
    for name in ("once_per", "ledger_dir"):
        if options.get(name) is not None and not isinstance(options[name], str):
            raise BadInput("notify.option_invalid", name=name, expected="text", found=type(options[name]).__name__)
    locale = options.get("locale")
    if locale is not None and locale not in LOCALES:
        raise BadInput("notify.option_invalid", name="locale", expected=", ".join(LOCALES), found=locale)
    _check_budget(options.get("budget_seconds"))


def _check_budget(value: Any) -> None:
    try:
        good = value is None or 0 < float(value) <= 300
    except (TypeError, ValueError):
        good = False
    if not good:
        raise BadInput("notify.option_invalid", name="budget_seconds", expected="0 < s <= 300", found=value)
