# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Suites, package scripts and the watch's look at containers, on a real engine with a small Compose project."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport, Response
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.live import containers_of, states_of
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch import watch_edge
from ansible_collections.benevoclic.updates.plugins.module_utils._probes.watch_result import WatchSettings
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext
from ansible_collections.benevoclic.updates.plugins.module_utils._stack.one_off import container_name, remove_leftovers
from ansible_collections.benevoclic.updates.plugins.module_utils._suites.of_run import suites_of_run
from ansible_collections.benevoclic.updates.plugins.module_utils._suites.package import scripts_in_image, suite_service

PROJECT = f"suites-real-{os.getpid()}"
IMAGE = f"benevoclic-tests/{PROJECT}:1.0.0"
RUN = f"run-{PROJECT}"
RUNNER = SubprocessRunner()
PACKAGE = {
    "scripts": {
        "test:good": "node -e \"console.log('all', process.env.WHERE)\"",
        "test:bad": "node -e \"console.log('expected 1, got 2'); process.exit(3)\"",
        "test:endless": 'node -e "setInterval(() => 0, 1000)"',
    }
}
COMPOSE = """
services:
  api:
    image: ${API_IMAGE}
    command: [node, -e, "setInterval(() => 0, 1000)"]
    environment: {WHERE: inside}
    stop_grace_period: 0s
  mortal:
    image: ${API_IMAGE}
    command: [node, -e, "setTimeout(() => process.exit(1), 1500)"]
    restart: unless-stopped
    profiles: [mortal]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("stack")
    (path / "compose.yml").write_text(COMPOSE)
    (path / ".env").write_text(f"API_IMAGE={IMAGE}\n")
    (path / "package.json").write_text(json.dumps(PACKAGE))
    (path / "Dockerfile").write_text("FROM node:20-bookworm-slim\nWORKDIR /app\nCOPY package.json .\n")
    compose = ["docker", "compose", "--project-name", PROJECT, "--profile", "mortal"]
    try:
        RUNNER.run(["docker", "build", "--quiet", "--tag", IMAGE, "."], cwd=str(path), timeout=120)
        RUNNER.run([*compose, "up", "--detach", "--pull", "never", "api"], cwd=str(path))
        yield path
    finally:
        RUNNER.run([*compose, "down", "--timeout", "0"], cwd=str(path), check=False)
        RUNNER.run(["docker", "image", "rm", "--force", IMAGE], check=False)


def context(folder: Path, *suites: str, **tests: object) -> HostContext:
    definition = {
        "stack": PROJECT,
        "service_defaults": {"project": PROJECT, "directory": str(folder), "files": ["compose.yml"]},
        "services": {"api": {"image_variable": "API_IMAGE"}, "mortal": {"updatable": False}},
        "tests": {"timeout_seconds": 60, **tests},
    }
    plan = {"definition": definition, "suites": list(suites), "images": {"api": IMAGE}}
    return HostContext(RUN, folder, plan, RUNNER, SystemClock(), DirectTransport())


def run(folder: Path, *suites: str, **tests: object):
    recorded: list[dict] = []
    try:
        suites_of_run(context(folder, *suites, **tests), lambda kind, data: recorded.append(data), {"WHERE": "outside"})
    except Failed as error:
        return error, recorded
    return None, recorded


def leftovers() -> list[str]:
    listed = RUNNER.run(["docker", "ps", "--all", "--filter", f"name={RUN}", "--format", "{{.Names}}"])
    return listed.stdout.split()


@pytest.mark.parametrize(("place", "said"), [("container", "all inside"), ("host", "all outside")])
def test_a_suite_runs_where_the_stack_wants_it(folder, place, said):
    error, recorded = run(folder, "test:good", runner=place)
    assert error is None
    assert recorded[0]["outcome"] == "passed"
    assert said in recorded[0]["last_lines"]
    assert leftovers() == []


@pytest.mark.parametrize("place", ["container", "host"])
def test_a_suite_that_fails_ends_it_and_says_why(folder, place):
    error, recorded = run(folder, "test:bad", "test:good", runner=place)
    assert error.text_id == "suite.failed"
    assert "expected 1, got 2" in error.details["output"]
    assert [(item["suite"], item["status"]) for item in recorded] == [("test:bad", 3)]
    assert leftovers() == []


@pytest.mark.parametrize("place", ["container", "host"])
def test_a_suite_without_end_is_stopped_and_nothing_stays(folder, place):
    error, recorded = run(folder, "test:endless", runner=place, timeout_seconds=4)
    assert error.text_id == "suite.timeout"
    assert recorded[0]["outcome"] == "timeout"
    assert leftovers() == []


def test_what_a_killed_run_left_is_removed_and_another_stack_keeps_its_own_of_a_run_with_the_same_id(folder):
    ours = context(folder).definition
    left, neighbours = (container_name({"stack": name}, RUN, "test:x") for name in (ours["stack"], "neighbour"))
    RUNNER.run(["docker", "run", "--detach", "--name", left, IMAGE, "sleep", "600"])
    RUNNER.run(["docker", "create", "--name", neighbours, IMAGE, "true"])
    try:
        assert remove_leftovers(RUNNER, ours, RUN) == [left]
        assert leftovers() == [neighbours]
    finally:
        RUNNER.run(["docker", "rm", "--force", neighbours])


def test_scripts_are_read_from_the_candidate_image(folder):
    plan = context(folder).plan
    found, place = scripts_in_image(RUNNER, plan, suite_service(plan["definition"]), RUN)
    assert (found, place) == (PACKAGE["scripts"], IMAGE)
    assert leftovers() == []


def test_an_image_without_a_package_says_so(folder):
    plan = {**context(folder).plan, "images": {"api": "node:20-bookworm-slim"}}
    with pytest.raises(Failed) as caught:
        scripts_in_image(RUNNER, plan, suite_service(plan["definition"]), RUN)
    assert caught.value.text_id == "suite.no_package"
    assert leftovers() == []


def test_the_running_container_is_the_one_that_proofs_look_at(folder):
    found = containers_of(RUNNER, context(folder).plan["definition"])(["api", "mortal"])
    assert list(found) == ["api"]
    image = RUNNER.run(["docker", "image", "inspect", "--format", "{{.Id}}", IMAGE]).stdout.strip()
    assert found["api"].image_id == image


class Good:
    def request(self, method, url, **options):
        return Response(200)


def test_a_container_that_dies_and_comes_back_ends_the_watch(folder):
    compose = ["docker", "compose", "--project-name", PROJECT, "--profile", "mortal"]
    RUNNER.run([*compose, "up", "--detach", "--pull", "never", "mortal"], cwd=str(folder))
    states = states_of(RUNNER, context(folder).plan["definition"], ["api", "mortal"])
    started = time.monotonic()
    result = watch_edge("http://unused", WatchSettings(seconds=30), Good(), SystemClock(), states)
    assert result.reason == "restarts"
    assert result.restarts["mortal"] >= 1
    assert result.restarts["api"] == 0
    assert time.monotonic() - started < 15
