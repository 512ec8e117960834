# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MongoDB modules as Ansible runs them: alone, in a run, in check mode, and without their secret anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import yaml
from mongod import Server

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files, state
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint, manifest
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.client import OWN_DATABASE
from ansible_collections.benevoclic.updates.plugins.module_utils._registry import OPERATIONS
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.rollback import RollbackTools, roll_back
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import Host, hold_run, open_run

ROOT = Path(__file__).parents[2]
DATABASE = "played"
GOOD = "20240815_001_add_user_preferences.py"
BAD = "20240901_001_add_volunteer_badges.py"


@pytest.fixture
def filled(replica_set: Server) -> Iterator[Server]:
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"n": number} for number in range(400)])
    yield replica_set
    replica_set.drop_database(DATABASE)


@pytest.fixture
def definition(tmp_path: Path) -> dict[str, Any]:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "compose.yml").write_text("services: {api: {image: '${API_IMAGE}'}}\n")
    (folder / ".env").write_text("API_IMAGE=api:1\n")
    return {
        "stack": "small",
        "environment": "dev",
        "service_defaults": {
            "project": "small",
            "directory": str(folder),
            "files": ["compose.yml"],
            "env_file": ".env",
        },
        "services": {"api": {"image_variable": "API_IMAGE"}},
        "mongodb": {"database": DATABASE},
        "backup_dir": str(tmp_path / "backups"),
    }


class Played:
    """Modules that one play ran: their results, and all that was printed at full verbosity."""

    def __init__(self, tmp_path: Path, *steps: tuple[str, dict[str, Any]]) -> None:
        report = tmp_path / "results.json"
        save = {"dest": str(report), "mode": "0600"}
        tasks: list[dict[str, Any]] = []
        for number, (module, options) in enumerate(steps):
            wanted = {"state_dir": str(tmp_path / "state"), **options}
            check = bool(wanted.pop("check", False))
            task = {"name": "Act", f"benevoclic.updates.{module}": wanted, "failed_when": False, "check_mode": check}
            tasks.append({**task, "register": f"result_{number}"})
        names = ", ".join(f"result_{number}" for number in range(len(steps)))
        save["content"] = "{{ [" + names + "] | to_json }}"
        tasks.append({"name": "Keep", "ansible.builtin.copy": save, "diff": False})
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
        environment = {**os.environ, "ANSIBLE_STDOUT_CALLBACK": "default", "ANSIBLE_PYTHON_INTERPRETER": sys.executable}
        program = str(Path(sys.executable).parent / "ansible-playbook")
        done = subprocess.run(
            [program, "-vvv", "-i", "localhost,", str(tmp_path / "play.yml")],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.printed = done.stdout + done.stderr
        assert report.exists(), self.printed
        self.results = json.loads(report.read_text())


@pytest.fixture
def run(tmp_path: Path, definition: dict[str, Any]):
    """An open run that plans one of the demo's migrations; its id."""

    def open_one(migration: str) -> str:
        source = (ROOT / "demo" / "migrations" / migration).read_bytes()
        described = files.describe(ROOT / "demo" / "migrations" / migration)
        plan = {
            "schema": 1, "flow": "feature_update", "update_type": "feature", "from_version": "1.0.0",
            "to_version": "1.1.0", "services": [], "images": {}, "stages": ["backup", "migrate"], "suites": [],
            "switches": {"backup": True, "rollback": True}, "requested_by": "tests", "definition": definition,
            "migrations": [{"version": described.version, "file": migration, "sha256": described.sha256}],
        }  # fmt: skip
        env = Path(definition["service_defaults"]["directory"]) / ".env"
        copied = {"path": str(env), "sha256": "-", "mode": "0o600", "copy": "files-before/env"}
        contents = {
            f"migrations/{migration}": source,
            "before.json": json.dumps({"files": [copied]}).encode(),
            "files-before/env": b"API_IMAGE=as-before\n",
        }
        (tmp_path / "state").mkdir()
        with open_run(StackPaths.of(str(tmp_path / "state"), "small"), plan, contents, host()) as opened:
            return str(opened.context.run_id)

    return open_one


def host() -> Host:
    clock = SystemClock()
    return Host(clock=clock, transport=DirectTransport(clock))


def assert_secret_nowhere(server: Server, played: Played, tmp_path: Path) -> None:
    """Not in what was printed, nor in any file but the play that the test itself wrote."""
    texts = {"printed": played.printed}
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "play.yml":
            texts[str(path)] = path.read_bytes().decode(errors="replace")
    for form in (server.password, quote_plus(server.password)):
        assert [name for name, text in texts.items() if form in text] == []


def test_by_hand(filled: Server, definition: dict[str, Any], tmp_path: Path) -> None:
    options = {"definition": definition, "mongodb_admin_uri": filled.uri}
    wrong = filled.uri.replace(quote_plus(filled.password), "not-the-password")
    played = Played(
        tmp_path,
        ("mongodb_backup", {**options, "locale": "en", "check": True}),
        ("mongodb_backup", {**options, "mongodb_admin_uri": wrong}),
        ("mongodb_backup", {"mongodb_admin_uri": filled.uri}),
        ("mongodb_backup", options),
    )
    foreseen, refused, incomplete, done = played.results
    assert "would be written" in foreseen["lines"][0]["text"]
    assert (refused["error_id"], incomplete["error_id"]) == ("mongo.credentials", "mongo.option_missing")
    made = done["backup"]
    assert (made["kind"], made["documents"], made["config_files"], made["verified"]) == ("manual", 400, 2, True)
    assert made["sha256"] == manifest.check_files(Path(made["path"]))["sha256"]
    assert [path.name for path in Path(definition["backup_dir"]).iterdir()] == [made["id"]]
    said = " / ".join(line["text"] for line in done["lines"])
    assert "restaurée à l'essai et comparée" in said
    assert "lue par native" in said
    assert "un seul instant" in said
    assert "Traceback" not in played.printed
    assert "not-the-password" not in played.printed
    assert_secret_nowhere(filled, played, tmp_path)


def test_backup_and_migration_of_a_run(filled: Server, run, tmp_path: Path) -> None:
    options = {"stack": "small", "run_id": run(GOOD), "mongodb_admin_uri": filled.uri}
    before = fingerprint.of_uri(filled.uri, DATABASE)["digest"]
    played = Played(
        tmp_path,
        ("mongodb_backup", {**options, "kind": "pre_update"}),
        ("mongodb_migrate", {**options, "check": True}),
        ("mongodb_migrate", options),
        ("mongodb_migrate", options),
    )
    backed_up, listed, migrated, again = played.results
    made = backed_up["backup"]
    assert made["fingerprint"] == before
    assert made["id"].endswith("-pre_update-1.1.0")
    assert "as-before" in archived_env(made)
    assert [migration["version"] for migration in listed["migrations"]] == ["20240815_001"]
    assert listed["changed"] is True
    assert (migrated["migrations"][0]["done"], migrated["stage"]) == (400, "migrate")
    assert state.applied(filled.uri, DATABASE) == ["20240815_001"]
    assert (again["changed"], again["migrations"]) == (False, [])
    assert_secret_nowhere(filled, played, tmp_path)
    evidence = rolled_back(tmp_path, options["run_id"], filled)
    assert evidence["backup"][0]["id"] == made["id"]
    assert [migration["version"] for migration in evidence["migration"]] == ["20240815_001"]
    assert fingerprint.of_uri(filled.uri, DATABASE)["digest"] == before


def test_a_failing_migration_is_rolled_back_by_the_run(filled: Server, run, tmp_path: Path) -> None:
    options = {"stack": "small", "run_id": run(BAD), "mongodb_admin_uri": filled.uri}
    before = fingerprint.of_uri(filled.uri, DATABASE)["digest"]
    played = Played(tmp_path, ("mongodb_migrate", options))
    assert played.results[0]["error_id"] == "migrations.up_failed"
    assert "200 of 400 users" in played.results[0]["msg"]
    assert fingerprint.of_uri(filled.uri, DATABASE)["digest"] != before
    assert_secret_nowhere(filled, played, tmp_path)
    rolled_back(tmp_path, options["run_id"], filled)
    assert fingerprint.of_uri(filled.uri, DATABASE)["digest"] == before


def rolled_back(tmp_path: Path, run_id: str, server: Server) -> dict[str, Any]:
    """Undo what the run did, as the module run_rollback does; the evidence in its journal."""
    paths = StackPaths.of(str(tmp_path / "state"), "small")
    with hold_run(paths, run_id, host(), {"mongodb_admin_uri": server.uri}, registry=OPERATIONS) as held:
        assert roll_back(held, "test", RollbackTools(None, lambda run: None)) == "rolled_back"
        return held.view.evidence


def archived_env(made: dict[str, Any]) -> str:
    with tarfile.open(Path(made["path"]) / "config.tar.gz") as archive:
        member = next(member for member in archive.getmembers() if member.name.endswith("/.env"))
        return archive.extractfile(member).read().decode()


def test_migrations_are_looked_at_from_the_controllers_files(
    filled: Server, definition: dict[str, Any], tmp_path: Path
) -> None:
    """Applied, pending and risky, for programs and in lines; a spoiled set is told, or refused when asked to."""
    with filled.client() as client:
        attempt = {"database": DATABASE, "version": "1", "status": "failed", "direction": "up", "error": {"id": "x"}}
        client[OWN_DATABASE]["migration_attempts"].insert_one({**attempt, "started_at": datetime.now(timezone.utc)})
    folder = tmp_path / "migrations"
    folder.mkdir()
    for name in (GOOD, BAD):
        (folder / name).write_bytes((ROOT / "demo" / "migrations" / name).read_bytes())
    spoiled = tmp_path / "spoiled"
    spoiled.mkdir()
    (spoiled / "bad-name.py").write_text("")
    options = {"definition": definition, "mongodb_admin_uri": filled.uri, "locale": "en", "migrations_dir": str(folder)}
    away = filled.uri.replace(f":{filled.port}/", ":9/")
    found, wrong, refused, unknown, told, unread = Played(
        tmp_path,
        ("mongodb_migrate_info", {**options, "check": True}),
        ("mongodb_migrate_info", {**options, "migrations_dir": str(spoiled)}),
        ("mongodb_migrate_info", {**options, "migrations_dir": str(spoiled), "strict": True}),
        ("mongodb_migrate_info", {**options, "target": "20990101_001", "strict": True}),
        ("mongodb_migrate_info", {**options, "mongodb_admin_uri": away}),
        ("mongodb_migrate_info", {**options, "mongodb_admin_uri": away, "strict": True}),
    ).results
    assert (found["changed"], found["applied"], found["problems"]) == (False, [], [])
    assert [item["version"] for item in found["apply"]] == ["20240815_001", "20240901_001"]
    assert found["failed_attempts"][0]["version"] == "1"
    assert "0 migrations applied" in found["lines"][0]["text"]
    assert (wrong.get("error_id"), wrong["problems"][0]["id"]) == (None, "migrations.name")
    assert (refused["error_id"], unknown["error_id"]) == ("migrations.name", "migrations.target")
    assert "20240815_001" in unknown["msg"]
    assert (told.get("error_id"), [item["id"] for item in told["problems"]]) == (None, ["mongo.unreachable"])
    assert unread["error_id"] == "mongo.unreachable"


def test_records_of_migrations_as_a_person_changes_them(
    filled: Server, definition: dict[str, Any], tmp_path: Path
) -> None:
    folder = str(ROOT / "demo" / "migrations")
    wanted = {"operation": "baseline", "version": "20240815_001", "reason": "made by hand", "migrations_dir": folder}
    options = {"definition": definition, "mongodb_admin_uri": filled.uri, "locale": "en", **wanted}
    played = Played(
        tmp_path,
        ("mongodb_migrate_records", {**options, "check": True}),
        ("mongodb_migrate_records", options),
        ("mongodb_migrate_records", options),
        ("mongodb_migrate_records", {**options, "reason": " "}),
        ("mongodb_migrate_records", {**options, "operation": "repair"}),
    )
    foreseen, done, again, silent, incomplete = played.results
    assert [result["changed"] for result in (foreseen, done, again)] == [True, True, False]
    assert foreseen["changes"] == done["changes"] == [{"version": "20240815_001", "change": "added"}]
    assert "20240815_001" in done["diff"]["after"]
    assert "without having been run" in done["lines"][0]["text"]
    assert silent["error_id"] == "migrations.reason"
    assert "how" in incomplete["msg"]
    assert_secret_nowhere(filled, played, tmp_path)
