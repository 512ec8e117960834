# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: an honest API, a stack that is left alone when it is there, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_stack import CLONE, PLATFORM, Demo, docker, wait_until
from ports import free_ports


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    subprocess.run([str(PLATFORM)], check=True)
    stack = Demo(tmp_path_factory.mktemp("demo") / "demo", f"demo-test-{os.getpid()}")
    try:
        yield stack.up()
    finally:
        stack.down()


def npm(demo: Demo, script: str, *arguments: str) -> int:
    command = ["docker", "exec", demo.container("api"), "npm", "run", "--silent", script, *arguments]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_it_serves_the_first_release_with_data(demo: Demo) -> None:
    assert json.loads(demo.get("/api/version", edge=True)[1])["version"] == "1.0.0"
    totals = {
        name: json.loads(demo.get(f"/api/{name}")[1])["total"] for name in ("users", "associations", "announcements")
    }
    assert totals == {"users": 3000, "associations": 200, "announcements": 1500}
    status, page = demo.get("/", edge=True)
    assert status == 200
    assert "Version 1.0.0" in page


def test_its_own_checks_pass(demo: Demo) -> None:
    assert npm(demo, "test:all") == 0


def test_info_names_an_account_that_may_do_what_updates_do(demo: Demo) -> None:
    from pymongo import MongoClient

    info = demo.info()
    with MongoClient(info["mongodb_uri"], serverSelectionTimeoutMS=5000) as client:
        roles = client.admin.command("connectionStatus")["authInfo"]["authenticatedUserRoles"]
        assert {role["role"] for role in roles} >= {"backup", "restore", "clusterMonitor", "readWriteAnyDatabase"}
        assert client[info["database"]].users.count_documents({}) == 3000


def test_secrets_are_for_their_owner_only(demo: Demo) -> None:
    for name in ("secrets/database.env", "stack/secrets.env", "stack/mongo/replica.key"):
        assert stat.S_IMODE((demo.folder / name).stat().st_mode) == 0o600, name
    password = (demo.folder / "secrets" / "database.env").read_text().split("MONGODB_UPDATES_PASSWORD=")[1].strip()
    holders = [path for path in demo.folder.rglob("*") if path.is_file() and password in path.read_text()]
    assert holders == [demo.folder / "secrets" / "database.env"]


def test_up_again_restarts_nothing(demo: Demo) -> None:
    before = demo.containers()
    demo.up()
    subprocess.run(["docker", "compose", "up", "-d"], cwd=demo.folder / "stack", check=True, capture_output=True)
    assert demo.containers() == before
    assert len(before) == 4


def test_up_starts_only_what_was_killed(demo: Demo) -> None:
    before = demo.containers()
    docker("kill", demo.container("api"))
    assert demo.get("/health")[0] in (502, 504), "the edge says that the API is gone"
    demo.up()
    changed = {name for name, started in demo.containers().items() if before[name] != started}
    assert changed == {demo.container("api")}


def test_the_api_says_that_its_database_is_away_and_finds_it_again(demo: Demo) -> None:
    docker("stop", demo.container("mongo"))
    try:
        wait_until(lambda: demo.get("/health")[0] == 503, 20, "the API answers 503 on /health without its database")
        assert json.loads(demo.get("/health")[1])["status"] == "error"
        assert demo.get("/api/users")[0] == 503
        assert npm(demo, "test:critical") != 0
        assert npm(demo, "migrate:verify") != 0
    finally:
        docker("start", demo.container("mongo"))
    wait_until(lambda: demo.get("/health")[0] == 200, 30, "the API is healthy again with its database")
    assert npm(demo, "test:database") == 0


def test_the_manuals_migration_goes_up_and_down(demo: Demo) -> None:
    assert npm(demo, "migrate:verify") != 0
    assert npm(demo, "migrate:up") == 0
    assert npm(demo, "migrate:verify") == 0
    assert npm(demo, "migrate:down") == 0
    assert npm(demo, "migrate:verify") != 0


def test_a_target_is_a_state_of_the_database(demo: Demo) -> None:
    assert npm(demo, "migrate:up", "--", "--target", "20990101_001") == 1, "no such migration"
    assert npm(demo, "migrate:up", "--", "--target", "none") == 0
    assert npm(demo, "migrate:verify") != 0, "nothing was applied"
    assert npm(demo, "migrate:up", "--", "--target", "20240815_001") == 0
    assert npm(demo, "migrate:down", "--", "--target", "20240815_001") == 0
    assert npm(demo, "migrate:verify", "--", "--target", "20240815_001") == 0, "down leaves its target applied"
    assert npm(demo, "migrate:down", "--", "--target", "none") == 0
    assert npm(demo, "migrate:verify") != 0


def test_a_port_that_another_demo_holds_is_named_in_one_line(demo: Demo, tmp_path: Path) -> None:
    other = Demo(tmp_path / "demo", f"{demo.project}-other", ports=[demo.ports[0], *free_ports(2)])
    done = other.run("up")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {demo.ports[0]}" in done.stderr
    assert str(demo.folder) in done.stderr
    assert "EDGE_PORT" in done.stderr
    assert not other.folder.exists()


def test_down_refuses_a_project_that_is_another_demos(demo: Demo, tmp_path: Path) -> None:
    done = Demo(tmp_path / "demo", demo.project).run("down")
    assert done.returncode == 1
    assert "nothing was removed" in done.stderr
    assert demo.get("/health")[0] == 200


def test_two_projects_leave_nothing_behind(tmp_path: Path, demo: Demo) -> None:
    two = Demo(tmp_path / "demo", f"{demo.project}-two", variant="two-projects")
    try:
        two.up()
        assert two.get("/api/announcements", edge=True)[0] == 200
        before = two.containers()
        for folder in ("api", "web"):
            subprocess.run(["docker", "compose", "up", "-d"], cwd=two.folder / folder, check=True, capture_output=True)
        assert two.containers() == before
        docker("tag", f"{two.project}/api:latest", f"benevoclic-updates/{two.project}-api:1.0.0")
    finally:
        two.down()
    assert not two.folder.exists()
    for kind in ("container", "volume", "network", "image"):
        listed = docker(kind, "ls", "--format", "{{.Repository}}" if kind == "image" else "{{json .}}")
        assert two.project not in listed, kind


def test_a_folder_with_other_things_in_it_is_refused_and_kept(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    other = Demo(tmp_path, f"{demo.project}-folder")
    done = other.run("up")
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    other.down()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_images_of_other_sources_are_in_another_registry(tmp_path: Path) -> None:
    for name in ("api", "web", "edge", "platform"):
        shutil.copytree(CLONE / "demo" / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules"))

    def port(script: Path, **named: str) -> str:
        unset = {name: value for name, value in os.environ.items() if name != "REGISTRY_PORT"}
        return subprocess.check_output([str(script)], text=True, env={**unset, **named}).strip()

    ours, copied = (folder / "platform" / "test-registry.sh" for folder in (CLONE / "demo", tmp_path))
    assert port(copied) == port(ours)
    (tmp_path / "api" / "package.json").write_text("{}")
    assert port(copied) != port(ours)
    assert port(copied, REGISTRY_PORT="5055") == "5055"
