# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stack against a real engine: a small Compose project of this test's own, images that differ by a label."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError, Failed, Refused
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.rollback import undo_order
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import Host, Run, hold_run, open_run
from ansible_collections.benevoclic.updates.plugins.module_utils._stack import (
    containers,
    deploy,
    images,
    release,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.compose import Compose
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.operations import OPERATIONS
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.services import ServiceSpec, read_services

BASE = "nginx:stable"
NAME = f"b1t{os.getpid()}"
GOOD = {"1.0.0": "exec sleep infinity", "1.1.0": "exec sleep infinity"}
BAD = {"1.9.0": "echo cannot read mongodb://app:s3cret@db/x >&2; exit 3", "1.9.3": "exec sleep infinity"}
COMPOSE = """
services:
  api:
    image: ${API_IMAGE}
    depends_on: [mongo]
    restart: unless-stopped
    stop_signal: SIGKILL
  web:
    image: NAME/web:latest
    container_name: NAME-web
    depends_on: [api]
    stop_signal: SIGKILL
    volumes: [./web.conf:/etc/web.conf:ro]
  mongo:
    image: NAME/mongo:6
    stop_signal: SIGKILL
    volumes: [data:/data]
volumes:
  data: {}
"""

RUNNER = SubprocessRunner()
CLOCK = SystemClock()


def sh(*argv: str, **options: Any) -> str:
    done = subprocess.run(argv, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    return done.stdout.strip()


def make_image(tag: str, version: str, command: str) -> str:
    """An image of the base with a label and a command; no builder needed."""
    container = sh("docker", "create", BASE)
    try:
        cmd = json.dumps(["/bin/sh", "-c", command])
        changes = [
            f"LABEL org.opencontainers.image.version={version}",
            f"CMD {cmd}",
            "ENTRYPOINT []",
            "HEALTHCHECK NONE",
        ]
        flags = [word for change in changes for word in ("--change", change)]
        return sh("docker", "commit", *flags, container, tag)
    finally:
        sh("docker", "rm", container)


def remove_tags(prefix: str) -> None:
    tags = sh("docker", "images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    mine = [tag for tag in tags if tag.startswith(prefix)]
    if mine:
        sh("docker", "image", "rm", "--force", *mine)


@pytest.fixture(scope="module", autouse=True)
def application_images() -> Iterator[None]:
    for service in ("api", "web"):
        for version, command in {**GOOD, **BAD}.items():
            make_image(f"{NAME}/{service}:{version}", version, command)
    make_image(f"{NAME}/mongo:6", "6.0.0", "exec sleep infinity")
    yield
    remove_tags(f"{NAME}/")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A running stack at 1.0.0 in a folder, as its team would start it."""
    (tmp_path / "compose.yml").write_text(COMPOSE.replace("NAME", NAME))
    (tmp_path / ".env").write_text(f"# images\nexport API_IMAGE='{NAME}/api:1.0.0'  # api\r\nOTHER=1")
    (tmp_path / "web.conf").write_text("listen 1\n")
    sh("docker", "tag", f"{NAME}/web:1.0.0", f"{NAME}/web:latest")
    compose(tmp_path, "up", "-d")
    yield tmp_path
    compose(tmp_path, "down", "-v", "-t", "0")
    remove_tags(f"benevoclic-updates/{NAME}-")


def compose(site: Path, *argv: str) -> str:
    return sh("docker", "compose", "-p", NAME, *argv, cwd=site)


def definition(site: Path, **gate: float) -> dict[str, Any]:
    shared = {"project": NAME, "directory": str(site), "files": ["compose.yml"]}
    services: dict[str, Any] = {
        "api": {"image_variable": "API_IMAGE"},
        "web": {"image_tag": f"{NAME}/web:latest"},
        "mongo": {"updatable": False},
    }
    return {
        "stack": NAME,
        "environment": "dev",
        "service_defaults": shared,
        "services": services,
        "config_files": [str(site / "web.conf")],
        "gate": {"deadline_seconds": 15, **gate},
    }


def plan_to(site: Path, version: str, services: tuple[str, ...] = ("api", "web")) -> dict[str, Any]:
    return {
        "flow": "feature_update",
        "update_type": "feature",
        "from_version": "1.0.0",
        "to_version": version,
        "images": {name: f"{NAME}/{name}:{version}" for name in services},
        "services": list(services),
        "definition": definition(site),
        "switches": {"backup": False, "rollback": True},
    }


class Site:
    """Runs on the site, as the modules do them."""

    def __init__(self, site: Path) -> None:
        self.site = site
        (site / "state").mkdir()
        self.paths = StackPaths.of(str(site / "state"), NAME)
        self.host = Host(CLOCK, DirectTransport())

    def begin(self, plan: dict[str, Any]) -> str:
        with open_run(self.paths, plan, {}, self.host) as run:
            return run.context.run_id

    def act(self, run_id: str, work: Callable[[Run], Any], rolling_back: bool = False) -> Any:
        with hold_run(self.paths, run_id, self.host, registry=OPERATIONS, rolling_back=rolling_back) as run:
            return work(run)

    def deploy(self, run_id: str) -> dict[str, Any]:
        return self.act(run_id, lambda run: deploy.deploy(run, run.context.runner, run.context.plan))

    def undo(self, run_id: str) -> None:
        def take_all_back(run: Run) -> None:
            for operation in undo_order(run.view.to_undo(), OPERATIONS):
                run.take_back(operation)

        self.act(run_id, take_all_back, rolling_back=True)

    def close(self, run_id: str, outcome: str) -> None:
        self.act(run_id, lambda run: run.close(outcome), rolling_back=True)


def state(site: Path) -> dict[str, tuple[str, str]]:
    """Container id and version label by service."""
    found = containers.find(RUNNER, [NAME])
    return {item.service: (item.id, item.labels["org.opencontainers.image.version"]) for item in found if item.running}


def versions(site: Path) -> dict[str, str]:
    return {name: version for name, (_id, version) in state(site).items()}


def plain_up_changes_nothing(site: Path) -> bool:
    before = state(site)
    compose(site, "up", "-d")
    return state(site) == before


def test_update_touches_only_its_services_and_a_plain_up_restarts_nothing(site: Path) -> None:
    mine, before = Site(site), state(site)
    run_id = mine.begin(plan_to(site, "1.1.0"))
    result = mine.deploy(run_id)
    after = state(site)
    assert versions(site) == {"api": "1.1.0", "web": "1.1.0", "mongo": "6.0.0"}
    assert after["mongo"] == before["mongo"]
    assert {name: entry["recreated"] for name, entry in result.items()} == {"api": True, "web": True}
    expected = f"# images\nexport API_IMAGE='{NAME}/api:1.1.0'  # api\r\nOTHER=1".encode()
    assert (site / ".env").read_bytes() == expected
    assert plain_up_changes_nothing(site)
    again = mine.deploy(run_id)
    assert not any(entry["recreated"] or entry["defined"] for entry in again.values())
    assert state(site) == after
    kept = sh("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", f"benevoclic-updates/{NAME}-web")
    assert set(kept.splitlines()) == {f"benevoclic-updates/{NAME}-web:{version}" for version in ("1.0.0", "1.1.0")}


def test_undo_returns_to_the_very_same_files_and_images(site: Path) -> None:
    mine, before, env = Site(site), versions(site), (site / ".env").read_bytes()
    run_id = mine.begin(plan_to(site, "1.1.0"))
    mine.deploy(run_id)
    sh("docker", "image", "rm", f"{NAME}/api:1.0.0")
    mine.undo(run_id)
    assert versions(site) == before
    assert (site / ".env").read_bytes() == env
    assert plain_up_changes_nothing(site)
    assert sh("docker", "images", "-q", f"benevoclic-updates/{NAME}-api") == ""


def test_crashing_image_fails_at_once_with_its_last_lines_and_is_undone(site: Path) -> None:
    mine, before = Site(site), state(site)
    run_id = mine.begin(plan_to(site, "1.9.0"))
    started = time.monotonic()
    with pytest.raises(Failed) as caught:
        mine.deploy(run_id)
    assert time.monotonic() - started < 12
    assert caught.value.text_id == "service.crashed"
    assert caught.value.details["exit_code"] == 3
    assert "cannot read mongodb://" in str(caught.value.details["log"])
    assert "s3cret" not in str(caught.value)
    assert state(site)["web"] == before["web"]
    mine.undo(run_id)
    assert versions(site) == {"api": "1.0.0", "web": "1.0.0", "mongo": "6.0.0"}
    assert state(site)["mongo"] == before["mongo"]
    assert plain_up_changes_nothing(site)


def test_service_that_was_not_there_is_removed_by_undo(site: Path) -> None:
    compose(site, "rm", "-sf", "web")
    mine = Site(site)
    run_id = mine.begin(plan_to(site, "1.1.0"))
    mine.deploy(run_id)
    assert versions(site)["web"] == "1.1.0"
    mine.undo(run_id)
    assert versions(site) == {"api": "1.0.0", "mongo": "6.0.0"}


def test_pending_change_of_another_service_is_refused_before_anything_changes(site: Path) -> None:
    mine, before, env = Site(site), state(site), (site / ".env").read_bytes()
    path = site / "compose.yml"
    path.write_text(path.read_text().replace("volumes: [data:/data]", "volumes: [data:/data]\n    hostname: other"))
    run_id = mine.begin(plan_to(site, "1.1.0", ("api",)))
    with pytest.raises(Refused) as caught:
        mine.deploy(run_id)
    assert caught.value.text_id == "stack.would_touch_others"
    assert "mongo (recreate)" in str(caught.value.details["others"])
    assert (state(site), (site / ".env").read_bytes()) == (before, env)
    assert not mine.act(run_id, lambda run: run.view.touched)


def test_service_that_shares_the_variable_is_named_and_refused(site: Path) -> None:
    path = site / "compose.yml"
    worker = "  worker:\n    image: ${API_IMAGE}\n    stop_signal: SIGKILL\nvolumes:\n"
    path.write_text(path.read_text().replace("volumes:\n  data", worker + "  data"))
    compose(site, "up", "-d")
    mine = Site(site)
    run_id = mine.begin(plan_to(site, "1.1.0", ("api",)))
    with pytest.raises(Refused) as caught:
        mine.deploy(run_id)
    assert (caught.value.text_id, caught.value.details["others"]) == ("stack.shared_definition", "worker")


def test_variable_in_the_process_environment_does_not_decide(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_IMAGE", f"{NAME}/api:1.9.0")
    mine = Site(site)
    mine.deploy(mine.begin(plan_to(site, "1.1.0", ("api",))))
    monkeypatch.delenv("API_IMAGE")
    assert versions(site)["api"] == "1.1.0"
    assert plain_up_changes_nothing(site)


def test_image_that_is_not_here_is_an_error_before_anything_changes(site: Path) -> None:
    mine, before = Site(site), state(site)
    run_id = mine.begin(plan_to(site, "2.0.0"))
    with pytest.raises(Failed) as caught:
        mine.deploy(run_id)
    assert (caught.value.text_id, caught.value.details["image"]) == ("image.absent", f"{NAME}/api:2.0.0")
    assert state(site) == before


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6, 0.9])
def test_killed_in_the_middle_of_a_swap_undo_still_leads_back(site: Path, delay: float) -> None:
    """The old container takes 1 s to stop: kill Compose before, during and after that."""
    path = site / "compose.yml"
    path.write_text(path.read_text().replace("stop_signal: SIGKILL", "stop_grace_period: 1s", 1))
    compose(site, "up", "-d")
    mine, before = Site(site), versions(site)
    run_id = mine.begin(plan_to(site, "1.1.0", ("api",)))

    def die(run: Run) -> None:
        image = images.require(RUNNER, f"{NAME}/api:1.1.0")
        arguments = {"service": "api", "reference": f"{NAME}/api:1.1.0", "image_id": image.id}
        run.operate("definition.set", arguments)
        operation = OPERATIONS["service.up"]
        undo = operation.prepare(arguments, run.context)
        run.record("operation_begin", {"name": "service.up", "arguments": arguments, "undo": undo})
        process = subprocess.Popen(
            ["docker", "compose", "-p", NAME, "up", "-d", "--pull", "never", "api"],
            cwd=site,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    mine.act(run_id, die)
    mine.undo(run_id)
    assert versions(site) == before
    names = {item.name for item in containers.find(RUNNER, [NAME])}
    assert names == {f"{NAME}-api-1", f"{NAME}-web", f"{NAME}-mongo-1"}
    assert plain_up_changes_nothing(site)


def test_going_back_to_an_earlier_tuple_brings_files_images_and_restarts_what_reads_them(site: Path) -> None:
    mine = Site(site)
    first = mine.begin(plan_to(site, "1.1.0"))
    folder = mine.paths.run(first)
    before = release.capture(definition(site), folder / "files-before", RUNNER, DirectTransport())
    mine.deploy(first)
    mine.close(first, "succeeded")
    (site / "web.conf").write_text("listen 2\n")
    env = (site / ".env").read_bytes()

    second = mine.begin({**plan_to(site, "1.0.0"), "flow": "rollback"})

    def go_back(run: Run) -> list[str]:
        now = release.capture(definition(site), None, RUNNER, DirectTransport())
        operations = release.difference(run.context, now, before, folder)
        for name, arguments in operations:
            run.operate(name, arguments)
        return [name for name, _arguments in operations]

    names = mine.act(second, go_back)
    assert versions(site) == {"api": "1.0.0", "web": "1.0.0", "mongo": "6.0.0"}
    assert sh("docker", "exec", f"{NAME}-web", "cat", "/etc/web.conf") == "listen 1"
    assert "service.restart" in names
    assert plain_up_changes_nothing(site)
    assert oct((folder / "files-before").stat().st_mode & 0o777) == "0o700"
    mine.undo(second)
    assert versions(site)["api"] == "1.1.0"
    assert (site / "web.conf").read_text() == "listen 2\n"
    assert (site / ".env").read_bytes() == env


def test_capture_tells_what_serves(site: Path) -> None:
    found = release.capture(definition(site), None, RUNNER, DirectTransport())
    api = found["services"]["api"]
    assert (found["version"], found["healthy"]) == ("1.0.0", True)
    assert (api["reference"], api["version"]) == (f"{NAME}/api:1.0.0", "1.0.0")
    assert api["definition"] == {"kind": "variable", "name": "API_IMAGE", "value": f"{NAME}/api:1.0.0"}
    assert {Path(entry["path"]).name for entry in found["files"]} == {"compose.yml", ".env", "web.conf"}
    compose(site, "stop", "-t", "0", "api")
    assert release.capture(definition(site), None, RUNNER, DirectTransport())["healthy"] is False


def spec_of(site: Path) -> ServiceSpec:
    return read_services(definition(site))["api"]


def test_one_off_command_returns_its_status_and_leaves_no_container(site: Path) -> None:
    mine, name = Compose(RUNNER, spec_of(site)), f"{NAME}-once"
    done = mine.run_once("api", ["sh", "-c", "echo out; exit 7"], name, 30)
    assert (done.status, done.stdout.strip()) == (7, "out")
    with pytest.raises(EngineError):
        mine.run_once("api", ["sleep", "60"], name, 2)
    assert sh("docker", "ps", "-aq", "--filter", f"name={name}") == ""
