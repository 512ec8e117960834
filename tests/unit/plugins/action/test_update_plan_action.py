# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as Ansible asks for it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.template import Templar
from update_plans import DEFINITION, VERSION, options, refused

from ansible_collections.benevoclic.updates.plugins.action import update_plan


def acted(args, **task_vars):
    """What the real action returns for a task with ``args``."""
    loader = DataLoader()
    task = Task()
    task.args, task.action = args, "benevoclic.updates.update_plan"
    templar = Templar(loader=loader)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    action = update_plan.ActionModule(task, connection, PlayContext(), loader, templar, None)
    return action.run(task_vars=task_vars)


def arguments(releases, **changes):
    return {name: value for name, value in options(releases, **changes).items() if value is not None}


def test_the_action_returns_the_plan_and_changes_nothing(releases):
    result = acted(arguments(releases, version="1.1.0", backup_enabled="yes"))
    assert (result["changed"], result.get("failed", False), result["stage"]) == (False, False, "plan")
    assert result["plan"]["switches"]["backup"] is True


@pytest.mark.parametrize(
    ("locale", "word"), [("fr", "attendu"), ("en", "expected"), ("de", "attendu"), (["x"], "attendu")]
)
def test_the_action_refuses_in_one_line_of_the_readers_language(releases, locale, word):
    result = acted(arguments(releases, version="1.1.0", locale=locale), _raw_params="deploy today")
    assert (result["failed"], result["changed"], result["error_id"]) == (True, False, "request.leftovers")
    assert word in result["msg"]
    assert "deploy today" in result["msg"]


def test_a_defect_of_ours_is_one_line_too(releases):
    definition = {key: value for key, value in DEFINITION.items() if key != "environment"}
    result = acted(arguments(releases, version="1.1.0", definition=definition))
    assert (result["failed"], result["error_id"]) == (True, "module.unexpected")
    assert "KeyError" in result["msg"]


def test_an_option_of_the_wrong_kind_is_ansibles_own_refusal(releases):
    with pytest.raises(AnsibleError, match="typo"):
        acted({**arguments(releases), "typo": 1})


def test_a_migration_file_that_is_no_migration_is_refused_while_planning(releases):
    path = releases.parent / "migrations" / f"{VERSION}_add_preferences.py"
    path.write_text("def up(db, step: ...")
    assert refused(releases, version="1.1.0").text_id == "migrations.syntax"
    path.write_text(f"VERSION = '{VERSION}'\nDESCRIPTION = 'x'\ndef up(db, step): ...")
    assert refused(releases, version="1.1.0").details["field"] == "down"
