# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slip with ``-e`` is refused: Ansible would ignore the name, or take the value for false, and do the thing for real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible import context
from ansible.module_utils.common.collections import ImmutableDict
from ansible.utils import vars as ansible_vars
from jinja2 import Environment, meta

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.plugin_utils import extra_variables

PLAYBOOKS = Path(__file__).parents[4] / "playbooks"


@pytest.mark.parametrize(
    ("playbook", "name"),
    [
        ("database_migration", "dryrun"),
        ("database_migration", "dry-run"),
        ("database_migration", "DRY_RUN"),
        ("database_migration", "traget"),
        ("feature_update", "dry_run"),
        ("feature_update", "versoin"),
        ("announce", "AT"),
        ("rollback", "backup_id"),
        ("rollback", "rolback_database"),
    ],
)
def test_a_name_that_would_be_ignored_is_refused_with_those_that_are_read(playbook: str, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        extra_variables.check({name: "true"}, [playbook])
    assert caught.value.text_id == "request.variable"
    assert caught.value.details["name"] == name
    assert "reason" in caught.value.details["known"]


@pytest.mark.parametrize("name", ["region", "app_version", "services", "vault_token", "benevoclic_locale", "state"])
def test_variables_of_an_inventory_pass(name: str) -> None:
    extra_variables.check({name: "x", "reason": "two words", "version": "1.1.0"}, ["feature_update"])


@pytest.mark.parametrize("playbook", ["backup", "status", "feature_update"])
def test_what_a_workflow_hands_on_from_node_to_node_passes(playbook: str) -> None:
    extra_variables.check({"version": "1.1.1", "severity": "HIGH", "update_type": "security"}, [playbook])


@pytest.mark.parametrize("value", ["maybe", "oui", "ture", "", "2", None, []])
def test_a_flag_that_is_neither_true_nor_false_is_refused(value: object) -> None:
    with pytest.raises(BadInput) as caught:
        extra_variables.check({"dry_run": value}, ["database_migration"])
    assert caught.value.text_id == "request.flag"


@pytest.mark.parametrize("value", ["true", "True", "yes", "no", "false", "1", True, False])
def test_a_flag_as_ansible_reads_them_passes(value: object) -> None:
    extra_variables.check({"dry_run": value}, ["database_migration"])


@pytest.mark.parametrize(
    ("playbook", "refused"),
    [
        ("playbooks/database_migration.yml", True),
        ("benevoclic.updates.database_migration", True),
        ("site.yml", False),
        ("acme.tools.database_migration", False),
    ],
)
def test_what_is_on_the_command_line_counts_for_playbooks_of_this_collection(
    playbook: str, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ImmutableDict(args=(playbook,), extra_vars=("dryrun=true",))
    monkeypatch.setattr(context, "CLIARGS", arguments)
    monkeypatch.setattr(ansible_vars.context, "CLIARGS", arguments)
    monkeypatch.delattr(ansible_vars.load_extra_vars, "extra_vars", raising=False)
    if refused:
        with pytest.raises(BadInput):
            extra_variables.refuse_slips()
    else:
        extra_variables.refuse_slips()
    monkeypatch.delattr(ansible_vars.load_extra_vars, "extra_vars", raising=False)


def test_every_playbook_reads_what_the_table_says() -> None:
    own = re.compile(r"(benevoclic|ansible)_|(playbook_dir|lookup)$")
    found = {}
    for path in PLAYBOOKS.glob("*.yml"):
        expressions = re.findall(r"\{\{.*?\}\}", path.read_text(encoding="utf-8"), re.DOTALL)
        parser = Environment(extensions=[])  # noqa: S701  (nothing is rendered)
        parser.filters.update(dict.fromkeys(("bool",), str))
        names = meta.find_undeclared_variables(parser.parse("\n".join(expressions)))
        found[path.stem] = {name for name in names if not own.match(name)} - set(extra_variables.ANYWHERE)
    assert found == {playbook: set(names) for playbook, names in extra_variables.ACCEPTED.items()}
