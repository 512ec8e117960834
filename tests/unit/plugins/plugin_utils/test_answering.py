# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action that answers on the controller: whatever goes wrong, its user reads one line and a program reads the rest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Refused
from ansible_collections.benevoclic.updates.plugins.plugin_utils.answering import AnsweringAction


class Asking(AnsweringAction):
    OPTIONS = {"name": {"type": "str", "required": True}}
    STAGE = "plan"
    error: Exception | None = None

    def answer(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        if self.error:
            raise self.error
        return {"name": options["name"], "locale": locale}


def asked(error: Exception | None = None, variables: dict[str, Any] | None = None, **arguments: Any) -> dict[str, Any]:
    task = SimpleNamespace(
        args=arguments, action="benevoclic.updates.update_plan", async_val=0, check_mode=False, diff=False
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), always_pipeline_modules=False)
    action = Asking(task, connection, SimpleNamespace(), None, SimpleNamespace(), None)
    action.error = error
    return action.run(task_vars=variables)


def test_the_answer_says_its_stage_and_that_nothing_changed() -> None:
    result = asked(name="x", locale="en")
    assert {key: result[key] for key in ("name", "locale", "stage", "changed")} == {
        "name": "x",
        "locale": "en",
        "stage": "plan",
        "changed": False,
    }


def test_an_error_is_told_in_the_language_that_was_asked_for() -> None:
    told = {locale: asked(Refused("mongo.secret_missing"), name="x", locale=locale) for locale in ("en", "fr")}
    assert {result["error_id"] for result in told.values()} == {"mongo.secret_missing"}
    assert told["en"]["msg"] != told["fr"]["msg"]
    assert all(result["failed"] and result["stage"] == "plan" and not result["changed"] for result in told.values())


def test_what_nobody_foresaw_is_one_line_without_a_traceback() -> None:
    result = asked(ZeroDivisionError("division by zero"), name="x")
    assert result["error_id"] == "module.unexpected"
    assert "update_plan" in result["msg"]
    assert "ZeroDivisionError" in result["msg"]
    assert "Traceback" not in result["msg"]
    assert "\n" not in result["msg"]


def test_words_that_the_shell_split_off_are_refused() -> None:
    result = asked(variables={"_raw_params": "deploy today"}, name="x")
    assert result["error_id"] == "request.leftovers"
    assert "deploy today" in result["msg"]


def test_an_option_that_is_wrong_is_ansibles_to_tell() -> None:
    with pytest.raises(AnsibleError, match="name"):
        asked()
