# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probing modules as Ansible runs them: real AnsibleModule, real HTTP on loopback, a real run's folder."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.session import Host, open_run
from ansible_collections.benevoclic.updates.plugins.modules import (
    edge_watch,
    host_preflight,
    http_gate,
    run_rollback,
    test_suite_run,
    version_proof,
)


@pytest.fixture
def site():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(500 if self.path == "/broken" else 200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok", "version": "1.0.0"}')

        def log_message(self, *arguments):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(module, capsys, check_mode=False, **options):
    with patch_module_args({"_ansible_check_mode": check_mode, **options}), pytest.raises(SystemExit):
        module.main()
    return json.loads(capsys.readouterr().out)


def opened(tmp_path, site, probe="/health"):
    definition = {
        "stack": "demo",
        "environment": "dev",
        "services": {"api": {"probe": site + probe}},
        "edge": {"url": site},
        "gate": {"consecutive": 2, "interval_seconds": 0.05, "deadline_seconds": 0.5},
    }
    plan = {
        "flow": "feature_update",
        "update_type": "feature",
        "to_version": "1.0.0",
        "services": ["api"],
        "images": {"api": "x/api:1.0.0"},
        "suites": ["test:regression"],
        "switches": {"backup": True, "rollback": True},
        "from_version": None,
        "definition": definition,
    }
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "runs").mkdir()
    paths = StackPaths.of(str(tmp_path), "demo")
    with open_run(paths, plan, {}, Host(SystemClock(), DirectTransport())) as run:
        return {"stack": "demo", "state_dir": str(tmp_path), "run_id": run.context.run_id}, run.folder / "journal.jsonl"


def kinds(journal):
    return [(record["kind"], record["data"]) for record in map(json.loads, journal.read_text().splitlines())]


def test_a_gate_alone_changes_nothing_and_says_what_it_saw(site, capsys):
    result = run(http_gate, capsys, url=site, consecutive=2, interval_seconds=0.05)
    assert (result["changed"], result["gate"]["reached"], result["gate"]["attempts"]) == (False, True, 2)
    assert result["lines"][0]["mark"] == "ok"
    assert site in result["lines"][0]["text"]


def test_a_gate_that_is_not_reached_fails_in_one_line_in_the_reader_s_language(site, capsys):
    checks = [{"name": "api", "url": f"{site}/broken"}]
    result = run(http_gate, capsys, checks=checks, deadline_seconds=0.3, interval_seconds=0.1, locale="en")
    assert (result["failed"], result["error_id"]) == (True, "gate.not_reached")
    assert "api: HTTP 500" in result["msg"]
    assert result["error"]["next"]
    assert "\n" not in result["msg"]


@pytest.mark.parametrize(
    ("module", "options", "identifier"),
    [
        (http_gate, {}, "gate.no_check"),
        (http_gate, {"url": "ftp://x"}, "url.invalid"),
        (http_gate, {"url": "http://127.0.0.1:1", "consecutive": 0}, "gate.bad_setting"),
        (edge_watch, {"url": "http://127.0.0.1:1", "seconds": 0}, "watch.bad_setting"),
        (edge_watch, {"url": "http://127.0.0.1:1", "seconds": 1}, "watch.failures"),
        (host_preflight, {}, "preflight.no_plan"),
        (test_suite_run, {"suites": ["test:all"]}, "suite.no_directory"),
    ],
)
def test_bad_input_and_failures_are_one_clear_line(module, options, identifier, capsys):
    result = run(module, capsys, **options)
    assert (result["failed"], result["error_id"]) == (True, identifier)
    assert result["msg"].count("\n") == 0


def test_in_a_run_the_gate_asks_what_the_run_touches_and_the_journal_has_it(tmp_path, site, capsys):
    options, journal = opened(tmp_path, site)
    result = run(http_gate, capsys, **options)
    assert [check["name"] for check in result["gate"]["checks"]] == ["api", f"{site}/"]
    records = kinds(journal)
    assert [kind for kind, _ in records[1:]] == ["stage_begin", "gate", "stage_end"]
    assert records[-1][1]["outcome"] == "ok"


def test_in_a_run_a_gate_that_is_not_reached_is_journaled_before_it_fails(tmp_path, site, capsys):
    options, journal = opened(tmp_path, site, "/broken")
    assert run(http_gate, capsys, **options)["error_id"] == "gate.not_reached"
    records = kinds(journal)
    assert records[2][1]["reached"] is False
    assert (records[3][1]["outcome"], records[3][1]["error"]["id"]) == ("failed", "gate.not_reached")


@pytest.mark.parametrize(
    ("version", "identifier"), [("1.0.0", None), ("1.1.0", "proof.mismatch"), ("latest", "proof.moving_version")]
)
def test_a_version_is_proved_alone(version, identifier, tmp_path, site, capsys):
    definition = {
        "service_defaults": {"project": "none-of-ours", "directory": str(tmp_path), "files": ["compose.yml"]},
        "services": {"web": {"updatable": False}},
        "edge": {"url": site, "version": {"url": f"{site}/v"}},
    }
    result = run(version_proof, capsys, definition=definition, version=version)
    assert result.get("error_id") == identifier
    assert identifier or [proof["kind"] for proof in result["proofs"]] == ["url"]


def test_a_calm_watch_is_counted(site, capsys):
    result = run(edge_watch, capsys, url=site, seconds=0.5, interval_seconds=0.1)
    assert (result["watch"]["sent"], result["watch"]["failed"], result["lines"][0]["mark"]) == (5, 0, "ok")


def test_a_run_that_changed_nothing_ends_as_aborted_even_without_docker(tmp_path, site, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    options, _journal = opened(tmp_path, site)
    result = run(run_rollback, capsys, **options)
    assert (result["outcome"], result["operations"], result["changed"]) == ("aborted", [], False)


def test_check_mode_lists_the_suites_and_runs_none(tmp_path, site, capsys):
    options, journal = opened(tmp_path, site)
    result = run(test_suite_run, capsys, check_mode=True, **options)
    assert "test:regression" in result["lines"][0]["text"]
    assert len(kinds(journal)) == 1


def test_suites_beside_a_run_get_the_pass_of_a_closed_edge_and_never_show_it(tmp_path, capsys):
    token = "0123456789abcdef0123456789abcdef"
    (tmp_path / "package.json").write_text('{"scripts": {"test:all": "echo pass is $EDGE_PASS, edge is $EDGE_URL"}}')
    options = {"suites": ["test:all"], "directory": str(tmp_path), "environment_variables": {"EDGE_URL": "http://edge"}}
    result = run(test_suite_run, capsys, edge_pass=token, **options)
    (suite,) = result["suites"]
    assert "edge is http://edge" in suite["last_lines"][-1]
    assert "pass is ," not in suite["last_lines"][-1]
    assert token not in json.dumps(result)
