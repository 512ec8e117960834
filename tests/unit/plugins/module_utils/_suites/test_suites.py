# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import CommandFailed, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.passing import PASS_FILE
from ansible_collections.benevoclic.updates.plugins.module_utils._suites.of_run import suites_of_run

RUN = "20261122T071500Z-feature-1.1.0"


class Runner:
    def __init__(self, answer):
        self.answer = answer
        self.ran = []

    def run(self, argv, *, timeout=60.0, stdin=None, cwd=None, env=None, check=True):
        self.ran.append((list(argv), timeout, dict(env or {})))
        given = self.answer(list(argv))
        if isinstance(given, Exception):
            raise given
        return Completed(tuple(argv), *given)


def context(runner, /, folder=Path("/nowhere"), **tests):
    definition = {
        "stack": "demo",
        "service_defaults": {"project": "demo", "directory": "/srv/app", "files": ["compose.yml"]},
        "services": {"api": {"image_variable": "API_IMAGE", "probe": "http://127.0.0.1:3100/health"}},
        "edge": {"url": "http://127.0.0.1:8100"},
        "tests": tests,
    }
    plan = {"definition": definition, "suites": ["test:regression", "test:database"]}
    clock = SimpleNamespace(monotonic=lambda: 1.0)
    return HostContext(RUN, folder, plan, runner, clock, transport=None)


def run(runner, /, suites=(), **tests):
    recorded = []
    try:
        return suites_of_run(context(runner, **tests), lambda *entry: recorded.append(entry), {}, suites), recorded
    except Failed as error:
        return error, recorded


def test_some_of_the_suites_run_when_they_are_named():
    runner = Runner(lambda argv: (0, "", ""))
    results, _recorded = run(runner, ["test:database"], runner="host", directory="/srv/api")
    assert [result.suite for result in results] == ["test:database"]


def test_on_the_host_each_suite_runs_in_its_folder_and_finds_the_stack():
    runner = Runner(lambda argv: (0, "\x1b[32m# pass 3\x1b[0m\n\n", ""))
    results, recorded = run(runner, runner="host", directory="/srv/api", timeout_seconds=60)
    assert [result.outcome for result in results] == ["passed", "passed"]
    assert runner.ran[0] == (
        ["npm", "--prefix", "/srv/api", "run", "test:regression"],
        60.0,
        {"API_URL": "http://127.0.0.1:3100", "EDGE_URL": "http://127.0.0.1:8100"},
    )
    assert [(kind, data["suite"]) for kind, data in recorded] == [
        ("suite", "test:regression"),
        ("suite", "test:database"),
    ]
    assert recorded[0][1]["last_lines"] == ["# pass 3"]


def test_on_the_host_they_get_the_pass_of_an_edge_that_is_closed_to_users(tmp_path):
    (tmp_path / PASS_FILE).write_text("0123abcd")
    runner = Runner(lambda argv: (0, "", ""))
    run(runner, folder=tmp_path, runner="host", directory="/srv/api")
    assert runner.ran[0][2]["EDGE_PASS"] == "0123abcd"


def test_the_first_failure_ends_it_with_its_last_lines_in_the_journal_and_the_message():
    runner = Runner(lambda argv: (1, "\n".join(f"line {number}" for number in range(30)), "not ok 30"))
    error, recorded = run(runner, runner="host", directory="/srv/api")
    assert error.text_id == "suite.failed"
    assert len(runner.ran) == 1
    assert recorded[0][1]["last_lines"][-1] == "not ok 30"
    assert len(recorded[0][1]["last_lines"]) == 12
    said = _locale.explain(error, "fr")["text"]
    assert "test:regression" in said
    assert "not ok 30" in said


def test_a_suite_that_takes_too_long_is_stopped_and_named():
    timeout = CommandFailed("command.timeout", command="npm", seconds=5)
    error, recorded = run(Runner(lambda argv: timeout), runner="host", directory="/srv/api", timeout_seconds=5)
    assert error.text_id == "suite.timeout"
    assert recorded[0][1]["outcome"] == "timeout"
    assert "5 s" in _locale.explain(error, "en")["text"]


def test_no_npm_is_its_own_error():
    error, recorded = run(Runner(lambda argv: CommandFailed("command.missing", command="npm", found="No such file")))
    assert (error.text_id, recorded) == ("command.missing", [])


def test_in_a_container_of_its_own_named_by_stack_and_run_and_removed_whatever_happens():
    timeout = CommandFailed("command.timeout", command="docker", seconds=5)
    runner = Runner(lambda argv: timeout if "npm" in argv else (0, "", ""))
    error, _ = run(runner, runner="container", timeout_seconds=5)
    assert error.text_id == "suite.timeout"
    name = f"demo-{RUN}-test-regression"
    called = [argv for argv, _, _ in runner.ran]
    ran = next(index for index, argv in enumerate(called) if "npm" in argv)
    assert called[ran][-6:] == ["--name", name, "api", "npm", "run", "test:regression"]
    assert ["docker", "rm", "--force", name] in called[ran + 1 :]
