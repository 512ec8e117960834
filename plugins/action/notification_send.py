# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends from the controller, where the secrets are; no module process on the host."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._core.clock import SystemClock
from ..module_utils._core.errors import BadInput, EngineError
from ..module_utils._core.http import DirectTransport
from ..module_utils._core.redaction import Redactor
from ..module_utils._locale import DEFAULT, LOCALES, explain, text
from ..module_utils._notify.channels import ENVIRONMENT, read_channels
from ..module_utils._notify.delivery import BUDGET, Delivery, Result, lines_of
from ..module_utils._notify.messages import FACTS, compose

SHARED = ("state_dir", "locale")
OPTIONS = (*FACTS, *SHARED, "channels", "status", "message", "fields", "budget_seconds")
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
        redactor = Redactor(secrets_in(options.get("channels"), os.environ))
        # Ansible shows a failing action's message and exception even under no_log: nothing may leave here unscrubbed
        try:
            result = self._send(options, locale)
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
        event = compose(options, clock.now(), locale)
        channels = read_channels(options.get("channels"), os.environ)
        delivery = Delivery(DirectTransport(clock), clock, locale, float(options.get("budget_seconds") or BUDGET))
        part_of_update = "run_id" in event.facts or "to_version" in event.facts
        stage = event.status.stage if part_of_update else "notify"
        found: dict[str, Any] = {"stage": stage, "status": event.status.name}
        results: list[Result]
        if self._task.check_mode:
            preview = delivery.preview(channels, event)
            results = [result for result, _payloads in preview]
            found["preview"] = {result.name: payloads for result, payloads in preview if payloads}
        else:
            results = delivery.send(channels, event)
        sent = any(result.outcome in ("sent", "would_send") for result in results)
        return {
            **found,
            "changed": sent,
            "results": [result.as_dict() for result in results],
            "lines": lines_of(results, locale),
        }


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


def secrets_in(channels: Any, environment: Mapping[str, str]) -> list[str]:
    """Every address that was given, valid or not, and its last part, which is the token."""
    found = [environment.get(variable, "") for variable in ENVIRONMENT.values()]
    for item in channels if isinstance(channels, list) else []:
        if isinstance(item, dict):
            found.append(str(item.get("url") or ""))
    return [part for url in found for part in (url, url.partition("?")[0].rstrip("/").rpartition("/")[2])]


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
