# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three inventories load without a vault, and what they describe is what the engine takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.ground import read_pace
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.audiences import read_audiences
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.channels import KINDS, read_channels
from ansible_collections.benevoclic.updates.plugins.module_utils._notify.timing import read_timing
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.edge import check_edge
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.fencing import closing
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.services import config_paths, parse_services

ROOT = Path(__file__).parents[3]
EXAMPLES = ("staging", "production")
SECRETS = {
    "BENEVOCLIC_MONGODB_ADMIN_URI": "mongodb://benevoclic_updates:from-environment@127.0.0.1:27017/",
    "DISCORD_WEBHOOK": "https://discord.example/api/webhooks/1/from-environment",
}
SETTINGS = """DEMO_VARIANT={variant}
PROJECT=benevoclic-demo
EDGE_PORT=8080
API_PORT=3000
MONGO_PORT=27027
REGISTRY_PORT=5055
"""
# Depending on the shared role validates every variable against its specification, as each playbook does.
PLAYBOOK = """
- hosts: benevoclic
  gather_facts: false
  roles: [benevoclic.updates.benevoclic]
  tasks:
    - name: Write down what the modules would be given
      delegate_to: localhost
      ansible.builtin.copy:
        content: "{{ {'definition': benevoclic_definition, 'uri': benevoclic_mongodb_admin_uri,
          'channels': benevoclic_notification_channels, 'releases': benevoclic_releases_dir,
          'audiences': benevoclic_notification_audiences, 'routes': benevoclic_notification_routes,
          'timing': benevoclic_notification_timing} | to_json }}"
        dest: "{{ seen }}"
        mode: "0600"
      vars:
        ansible_connection: local
        ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""


def run(argv: list[str], **more: str) -> str:
    removed = ("DISCORD_", "BENEVOCLIC_", "DEMO_", "ANSIBLE_VAULT", "ANSIBLE_STDOUT")
    env = {name: value for name, value in os.environ.items() if not name.startswith(removed)}
    env |= {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal", **more}
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def listed(inventory: str) -> str:
    return run(["ansible-inventory", "-i", f"inventories/{inventory}", "--list"])


def seen_by_modules(inventory: str, folder: Path, vault: dict[str, str] | None = None, **more: str) -> dict[str, Any]:
    playbook, seen = folder / "look.yml", folder / "seen.json"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    variables = json.dumps({"seen": str(seen), **(vault or {})})
    run(["ansible-playbook", "-i", f"inventories/{inventory}", str(playbook), "-e", variables], **more)
    return dict(json.loads(seen.read_text(encoding="utf-8")))


@pytest.mark.parametrize("inventory", EXAMPLES)
def test_examples_are_listed_without_vault_environment_or_secret(inventory: str) -> None:
    shown = listed(inventory)
    hosts = json.loads(shown)["_meta"]["hostvars"]
    assert list(hosts) == [inventory]
    assert hosts[inventory]["benevoclic_environment"] == inventory
    assert hosts[inventory]["ansible_user"] not in ("", "root")
    assert not re.search(r"mongodb(\+srv)?://[^<\s]+:[^<\s]+@", shown)
    assert "/api/webhooks/" not in shown


@pytest.mark.parametrize("inventory", EXAMPLES)
def test_examples_describe_the_real_shape(inventory: str, tmp_path: Path) -> None:
    seen = seen_by_modules(inventory, tmp_path, **SECRETS)
    definition = seen["definition"]
    services = parse_services(definition["services"], definition["service_defaults"])
    assert services["api"].directory != services["web"].directory
    assert services["api"].project != services["web"].project
    assert {spec.kind for name, spec in services.items() if name in ("api", "web")} == {"tag"}
    assert "mongodb" not in services or services["mongodb"].kind is None
    assert all(path.startswith("/srv/benevoclic/") for path in config_paths(definition))
    check_edge(definition)
    assert definition["edge"]["url"].startswith("https://")
    assert read_pace(definition) == (20000 if inventory == "production" else None)
    assert closing(definition) == {
        "directory": "/srv/benevoclic/maintenance",
        "url": definition["edge"]["url"] + "/",
    }
    assert definition["tests"]["service"] in services
    assert seen["uri"] == SECRETS["BENEVOCLIC_MONGODB_ADMIN_URI"]
    channels = read_channels(seen["channels"], {})
    assert [channel.entry.name for channel in channels][:1] == ["#updates"]
    assert channels[0].entry.text("url") == SECRETS["DISCORD_WEBHOOK"]


def test_production_carries_the_manuals_configuration_of_notifications(tmp_path: Path) -> None:
    seen = seen_by_modules("production", tmp_path)
    channels = read_channels(seen["channels"], {})
    by_kind = {kind: [channel.entry for channel in channels if channel.entry.kind == kind] for kind in KINDS}
    assert [entry.name for entry in by_kind["discord"]] == ["#updates", "#alerts"]
    assert [entry.name for entry in by_kind["slack"]] == ["slack #tech", "slack #alerts"]
    assert by_kind["email"][0].many("to") == ["tech@benevoclic.fr", "admin@benevoclic.fr"]
    assert by_kind["sms"][0].many("to") == ["+33123456789"]
    audiences = read_audiences(seen["audiences"], seen["routes"], [channel.entry.name for channel in channels])
    assert audiences.enabled == ("users", "partners")
    assert audiences.empty() == []
    assert seen["audiences"]["public"]["enabled"] is False
    timing = read_timing(seen["timing"])
    assert (timing.reminder_hours, timing.off) == (24.0, ())


def test_staging_tells_nobody_outside(tmp_path: Path) -> None:
    assert read_audiences(seen_by_modules("staging", tmp_path)["audiences"], {}, []).enabled == ()


def test_a_vault_file_wins_over_the_environment(tmp_path: Path) -> None:
    vault = {"vault_benevoclic_mongodb_admin_uri": "mongodb://from-vault/"}
    seen = seen_by_modules("production", tmp_path, vault, **SECRETS)
    assert seen["uri"] == "mongodb://from-vault/"
    assert seen["channels"][0]["url"] == SECRETS["DISCORD_WEBHOOK"]


def test_staging_and_production_differ_in_every_address() -> None:
    variables = {name: json.loads(listed(name))["_meta"]["hostvars"][name] for name in EXAMPLES}
    for name in ("ansible_host", "benevoclic_stack", "benevoclic_edge", "benevoclic_mongodb_database"):
        assert variables["staging"][name] != variables["production"][name], name


@pytest.mark.parametrize("variant", ["stack", "two-projects"])
def test_dev_describes_both_shapes_of_the_demo(variant: str, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "settings.env").write_text(SETTINGS.format(variant=variant), encoding="utf-8")
    (tmp_path / "secrets" / "database.env").write_text("MONGODB_UPDATES_PASSWORD=from-file\n", encoding="utf-8")
    seen = seen_by_modules("dev", tmp_path, DEMO_DIR=str(tmp_path))
    definition = seen["definition"]
    services = parse_services(definition["services"], definition["service_defaults"])
    assert list(services) == ["mongo", "api", "web", "edge"]
    assert services["mongo"].kind is None
    check_edge(definition)
    kinds = {services[name].kind for name in ("api", "web", "edge")}
    assert kinds == {"variable" if variant == "stack" else "tag"}
    assert all(path.startswith(str(tmp_path)) for path in config_paths(definition))
    assert "from-file@127.0.0.1:27027" in seen["uri"]
    assert Path(seen["releases"], "1.1.0.yml").is_file()
    read_channels(seen["channels"], {})


@pytest.mark.parametrize("inventory", ["dev", *EXAMPLES])
def test_every_variable_is_one_that_a_role_or_playbook_knows(inventory: str) -> None:
    known: set[str] = set()
    for defaults in ROOT.glob("roles/*/defaults/main.yml"):
        known |= set(yaml.safe_load(defaults.read_text(encoding="utf-8")) or {})
    for playbook in ROOT.glob("playbooks/*.yml"):
        known |= set(re.findall(r"\bbenevoclic_\w+", playbook.read_text(encoding="utf-8")))
    for variables in ROOT.glob(f"inventories/{inventory}/group_vars/benevoclic/*.yml"):
        given = set(yaml.safe_load(variables.read_text(encoding="utf-8")))
        unknown = {name for name in given - known if not name.startswith("demo_")}
        assert not unknown, f"{variables.relative_to(ROOT)}: {sorted(unknown)}"
