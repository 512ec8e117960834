# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people look up works: ansible-doc for every module, callback and role; that options match is ansible-test's to say."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
SHARED = {"stack", "state_dir", "run_id", "locale"}


@cache
def documented(kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    argv = ["ansible-doc", "--json", "-t", kind, *(f"benevoclic.updates.{name}" for name in names)]
    env = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_documented(module: str) -> None:
    found = documented("module", tuple(MODULES))[f"benevoclic.updates.{module}"]
    doc = found["doc"]
    assert doc["version_added"]
    assert set(doc["attributes"]) >= {"check_mode", "diff_mode", "idempotent"}
    assert set(doc["options"]) >= SHARED
    examples = yaml.safe_load(found["examples"])
    assert any(f"benevoclic.updates.{module}" in task for task in examples)
    assert found["return"], "RETURN"


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert sorted(runtime["action_groups"]["benevoclic"]) == MODULES


def test_the_callback_is_documented() -> None:
    assert documented("callback", ("timeline",))["benevoclic.updates.timeline"]["doc"]["options"]


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "roles").iterdir()))
def test_a_role_is_documented(role: str) -> None:
    roles = tuple(sorted(path.name for path in (ROOT / "roles").iterdir()))
    assert documented("role", roles)[f"benevoclic.updates.{role}"]["entry_points"]["main"]["short_description"]
