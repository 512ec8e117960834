# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is typed at migration_records.yml: a mistake is told in the reader's language, with what to type instead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.action.mongodb_migrate_records import ActionModule

VERSION = "20240815_001"


def acted(monkeypatch: pytest.MonkeyPatch, **options: Any) -> dict[str, Any]:
    task = SimpleNamespace(
        args=options, action="benevoclic.updates.mongodb_migrate_records", async_val=0, check_mode=False, diff=False
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), always_pipeline_modules=False)
    action = ActionModule(task, connection, SimpleNamespace(), None, SimpleNamespace(), None)
    monkeypatch.setattr(action, "_execute_module", lambda **_arguments: {"changed": False, "reached": True})
    return action.run(task_vars={})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"operation": ""}, "operation : l'une de baseline, import, repair"),
        ({"operation": "baselin", "version": VERSION}, "« baselin »"),
        ({"operation": "baseline"}, "version, pour operation=baseline"),
        ({"operation": "repair", "version": VERSION}, "how, pour operation=repair"),
        ({"operation": "repair", "how": "rehash"}, "version, pour operation=repair"),
        ({"operation": "repair", "version": VERSION, "how": "rehassh"}, "how : l'une de rehash, forget, applied"),
    ],
)
def test_a_mistake_is_told_before_anything_is_reached(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], said: str
) -> None:
    result = acted(monkeypatch, **options)
    assert result["failed"]
    assert "reached" not in result
    assert said in result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"operation": "import"},
        {"operation": "baseline", "version": VERSION},
        {"operation": "repair", "version": VERSION, "how": "applied"},
    ],
)
def test_what_is_whole_goes_to_the_module(monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]) -> None:
    assert acted(monkeypatch, **options)["reached"]
