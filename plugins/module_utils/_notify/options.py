# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a message, looked at before anything is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import BadInput
from .._locale import LOCALES
from .dispatch import SETTINGS
from .facts import FACTS, NUMBERS

VERSIONS = ("from_version", "to_version")
TEXTS = (*FACTS, "message", "log")
PLAIN = ("once_per", "ledger_dir", "preview_dir", "templates_dir", "product", "support")
"""Options that are text and nothing else."""
LONGEST_BUDGET = 300
OPTIONS = (
    *TEXTS,
    *NUMBERS,
    *SETTINGS,
    *("state_dir", "locale", "channels", "status", "reminder", "communication", "progress", "fields", "links"),
    *("budget_seconds", "once_per", "ledger_dir", "already", "preview_dir"),
)


def check(options: Mapping[str, Any]) -> None:
    """Raises BadInput for an option that does not exist or has the wrong type."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise _invalid(unknown[0], ", ".join(OPTIONS), unknown[0])
    for name in VERSIONS:
        if options.get(name) is not None and not isinstance(options[name], str):
            raise BadInput("version.not_text", value=options[name], kind=type(options[name]).__name__)
    for name in (*TEXTS, *PLAIN):
        value = options.get(name)
        if isinstance(value, (dict, list)) or (name in PLAIN and not isinstance(value, (str, type(None)))):
            raise _invalid(name, "text", type(value).__name__)
    for name, good, expected in (
        ("reminder", isinstance(options.get("reminder", False), bool), "true, false"),
        ("locale", options.get("locale") in (None, *LOCALES), ", ".join(LOCALES)),
        ("already", _is_list_of_results(options.get("already")), "[{messages: []}]"),
        ("budget_seconds", _is_budget(options.get("budget_seconds")), f"0 < s <= {LONGEST_BUDGET}"),
    ):
        if not good:
            raise _invalid(name, expected, options[name])


def _is_list_of_results(value: Any) -> bool:
    return not value or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _invalid(name: str, expected: str, found: object) -> BadInput:
    return BadInput("notify.option_invalid", name=name, expected=expected, found=found)


def _is_budget(value: Any) -> bool:
    try:
        return value is None or 0 < float(value) <= LONGEST_BUDGET
    except (TypeError, ValueError):
        return False
