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
from ..module_utils._core.errors import EngineError
from ..module_utils._core.http import DirectTransport
from ..module_utils._core.redaction import Redactor
from ..module_utils._locale import DEFAULT, LOCALES, explain, text
from ..module_utils._notify.channel import Channel, Wires
from ..module_utils._notify.channels import read_channels, secrets_of
from ..module_utils._notify.delivery import BUDGET, Delivery, Result, lines_of
from ..module_utils._notify.dispatch import Dispatch, prepare
from ..module_utils._notify.options import check
from ..module_utils._notify.preview import write_preview
from ..module_utils._notify.sent import SentLedger, ledger_path
from ..module_utils._notify.smtp import SmtpWire
from ..plugin_utils.answering import refuse_leftovers

HOST_NAMES = ("inventory_hostname", "inventory_hostname_short", "ansible_host", "ansible_hostname", "ansible_fqdn")
"""Variables that name our hosts, which outsiders do not read."""


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
            refuse_leftovers(task_vars or {})
            told = redactor.data({name: value for name, value in options.items() if name != "channels"})
            hosts = [str(value) for name in HOST_NAMES if (value := (task_vars or {}).get(name))]
            result = self._send({**told, "channels": options.get("channels")}, locale, hosts)
        except EngineError as error:
            explanation = explain(error, locale)
            result = {"failed": True, "msg": explanation["text"], "error": explanation, "error_id": error.text_id}
        except Exception as error:
            line = {"mark": "warning", "text": text(locale, "notify.internal", cause=type(error).__name__)}
            result = {"changed": False, "results": [], "lines": [line], "stage": "announce"}
        return dict(redactor.data(result))

    def _send(self, options: dict[str, Any], locale: str, hosts: list[str]) -> dict[str, Any]:
        check(options)
        clock = SystemClock()
        channels = read_channels(options.get("channels"), os.environ)
        dispatch = prepare(options, channels, clock.now(), locale, hosts)
        event = dispatch.event
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
        found: dict[str, Any] = {"status": event.status.name, **({"stage": stage} if stage else {})}
        results: list[Result]
        written: list[dict[str, str]] = []
        if self._task.check_mode:
            preview = delivery.preview(dispatch.posts)
            results = [result for result, _payloads in preview]
            found["preview"] = {result.name: payloads for result, payloads in preview if payloads}
            if options.get("preview_dir"):
                files = write_preview(Path(options["preview_dir"]), preview, dispatch, locale)
                found["preview_files"] = [str(path) for path in files]
                written = [{"mark": "ok", "text": text(locale, "notify.previewed", path=path)} for path in files]
        else:
            results = delivery.send(dispatch.posts)
        lines = [*lines_of(results, locale), *dispatch.lines, *written]
        if ledger.trouble:
            lines.append({"mark": "warning", "text": text(locale, "notify.ledger", cause=ledger.trouble)})
        return {
            **found,
            "changed": any(result.outcome in ("sent", "would_send") or result.delivered > 0 for result in results),
            "results": [result.as_dict() for result in in_order(channels, results, dispatch)],
            "lines": lines,
        }

    def _ledger(self, options: Mapping[str, Any], scope: str, clock: SystemClock) -> SentLedger:
        known = [message for result in options.get("already") or [] for message in result.get("messages") or []]
        if not scope or self._task.check_mode:
            return SentLedger(None, clock, known)
        folder = options.get("ledger_dir") or ledger_folder(os.environ)
        return SentLedger(ledger_path(Path(folder), str(options.get("stack") or ""), scope), clock, known)


def in_order(channels: list[Channel], results: list[Result], dispatch: Dispatch) -> list[Result]:
    """One result a channel in the inventory's order, those that were not addressed among them."""
    found = {result.name: result for result in results}
    for channel in channels:
        name = channel.entry.name
        if name in dispatch.held:
            found[name] = Result(name, channel.entry.kind, "skipped", reason=dispatch.held[name])
    return [found[channel.entry.name] for channel in channels]


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
