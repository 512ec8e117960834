# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose: the argument lists, and what its dry run says (outputs captured from Compose 2.26.1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from stack_fakes import FakeEngine, definition, make_site

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.compose import (
    Change,
    Compose,
    projects,
    read_dry_run,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.services import read_services

NAMES = {"b1-lab-api-1": "api", "b1-lab-web-1": "web", "b1-lab-mongo-1": "mongo", "shop": "front"}
RECREATE = """\
 DRY-RUN MODE -  Container b1-lab-mongo-1  Running
 DRY-RUN MODE -  Container b1-lab-api-1  Recreate
 DRY-RUN MODE -  Container b1-lab-api-1  Recreated
 DRY-RUN MODE -  Container b584c03073d7_b1-lab-api-1  Starting
 DRY-RUN MODE -  Container b584c03073d7_b1-lab-api-1  Started
"""
NOTHING = """\
 DRY-RUN MODE -  Container b1-lab-mongo-1  Running
 DRY-RUN MODE -  Container b1-lab-api-1  Running
"""
NEW = """\
 DRY-RUN MODE -  Network b1-lab_default  Creating
 DRY-RUN MODE -  Network b1-lab_default  Created
 DRY-RUN MODE -  Volume "my-recreated-data"  Creating
 DRY-RUN MODE -  Volume "my-recreated-data"  Created
 DRY-RUN MODE -  Container b1-lab-worker-a-1  Creating
 DRY-RUN MODE -  Container b1-lab-worker-a-1  Created
 DRY-RUN MODE -  Container b1-lab-worker-a-1  Starting
"""
STOPPED = """\
time="2026-11-23T15:05:34Z" level=warning msg="The \\"X\\" variable is not set. Defaulting to a blank string."
 DRY-RUN MODE -  Container b1-lab-mongo-1  Created
 DRY-RUN MODE -  Container b1-lab-api-1  Running
 DRY-RUN MODE -  Container b1-lab-mongo-1  Starting
 DRY-RUN MODE -  Container b1-lab-mongo-1  Started
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RECREATE, [Change("api", "b1-lab-api-1", "recreate")]),
        (NOTHING, []),
        (NEW, [Change("worker-a", "b1-lab-worker-a-1", "create")]),
        (STOPPED, [Change("mongo", "b1-lab-mongo-1", "start")]),
        (" DRY-RUN MODE -  Container shop  Recreate\n", [Change("front", "shop", "recreate")]),
    ],
)
def test_dry_run_is_read(text: str, expected: list[Change]) -> None:
    assert read_dry_run(text, "b1-lab", NAMES) == expected


def test_dry_run_that_says_nothing_known_is_an_error_not_a_clean_bill() -> None:
    with pytest.raises(Failed) as caught:
        read_dry_run("all good\n", "b1-lab", NAMES)
    assert caught.value.text_id == "compose.dry_run_unreadable"


@pytest.mark.parametrize(
    "line",
    [
        'Volume "b1-lab_data" exists but doesn\'t match configuration in compose file. Recreate (data will be lost)?',
        ' DRY-RUN MODE -  Volume "b1-lab_data"  Recreated',
        ' DRY-RUN MODE -  Volume "b1-lab_data"  Removed',
    ],
)
def test_volume_at_stake_is_refused(line: str) -> None:
    with pytest.raises(Refused) as caught:
        read_dry_run(f"{NOTHING}{line}\n", "b1-lab", NAMES)
    assert caught.value.details["volume"] == "b1-lab_data"


def compose_of(folder: Path, engine: FakeEngine) -> Compose:
    return Compose(engine, read_services(definition(folder))["api"])


def test_up_never_pulls_builds_detaches_from_dependencies_or_confirms(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    compose_of(tmp_path, engine).up("api", 20, {"API_IMAGE": "api:1.1.0"})
    base = (
        "docker",
        "compose",
        "--ansi",
        "never",
        "--project-name",
        "demo",
        "--file",
        "compose.yml",
        "--env-file",
        ".env",
    )
    assert engine.calls == [(*base, "up", "--detach", "--pull", "never", "--no-build", "api")]
    assert engine.envs == [{"API_IMAGE": "api:1.1.0"}]


def test_users_of_a_variable_are_found_whatever_its_value(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.config["services"] |= {"cron": {"image": "${API_IMAGE}"}, "same": {"image": "api:1.0.0"}, "built": {}}
    compose = compose_of(tmp_path, engine)
    assert compose.users(["API_IMAGE"], ["web:latest"]) == {"API_IMAGE": ["api", "cron"], "web:latest": ["web"]}


def test_container_that_is_not_there_yet_is_known_by_its_fixed_name(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.config["services"]["front"] = {"image": "x", "container_name": "benevoclic-front"}
    engine.dry_run = " DRY-RUN MODE -  Container benevoclic-front  Creating\n"
    changes = compose_of(tmp_path, engine).would_recreate(["front"])
    assert changes == [Change("front", "benevoclic-front", "create")]


def test_log_lines_are_bounded_and_carry_no_credentials(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.logs = "\x1b[2Kold\n" * 50 + f"mongodb://app:s3cret@db/x refused {'x' * 900}\n"
    lines = compose_of(tmp_path, engine).logs("api", 3)
    assert lines[:2] == ["old", "old"]
    assert len(lines) == 3
    assert lines[2].startswith("mongodb://********@db/x refused")
    assert len(lines[2]) == 400


def test_one_off_container_is_removed_whatever_happens(tmp_path: Path) -> None:
    engine = make_site(tmp_path)
    engine.failures["run"] = (1, "boom")
    assert compose_of(tmp_path, engine).run_once("api", ["npm", "test"], "run-1-test", 5).status == 1
    assert engine.calls[-1] == ("docker", "rm", "--force", "run-1-test")


def test_services_of_one_folder_share_one_call(tmp_path: Path) -> None:
    table = definition(tmp_path)
    table["services"]["other"] = {"image_tag": "o:latest", "directory": "/srv/o"}
    found = projects(FakeEngine(), read_services(table).values())
    assert [[spec.name for spec in specs] for _compose, specs in found] == [["api", "web", "mongo"], ["other"]]
