# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site under update: a demo stack of its own, the playbooks as a person types them, and what can be seen afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymongo
from demo_stack import CLONE, Demo, docker

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import fingerprint
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.journal import Record, read_chain
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.layout import StackPaths
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.lock import hold, read_owner
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.unsettled import unfinished_run

FIRST = "1.0.0"
LIMIT_SECONDS = 300
QUICK = {"benevoclic_watch_seconds": 2, "benevoclic_backup_proof": "structure"}
"""A short watch, and no backup restored on trial: updates as they are typed have both."""
SHORT_GATE = {"benevoclic_gate_deadline_seconds": 8}
KINDS = {"1.1.0": "feature", "1.1.1": "security", "1.2.0": "maintenance"}
IDENTIFIED = {"1.1.1": {"vulnerability_id": "CVE-2026-0001", "severity": "CRITICAL"}}
REPORT_KEYS = {
    "run_id", "flow", "update_type", "from_version", "to_version", "outcome", "started_at", "duration_seconds", "stages",
    "requests", "backup", "migrations", "notifications", "versions_served",
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """A playbook that ended."""

    status: int
    output: str

    def recap(self, word: str) -> int:
        """A figure of the last line, such as ``changed``."""
        figures = dict(part.strip("()").split("=") for part in self.output.split() if part.count("=") == 1)
        return int(figures[word].strip("()"))


@dataclass(frozen=True)
class Seen:
    """What a user, the database and the engine show."""

    edge: str
    api: str
    database: str
    containers: dict[str, str]
    definition: dict[str, str]


class Site:
    """``scratch`` takes all temporary files of the runs, so that a forgotten one is seen."""

    def __init__(self, demo: Demo, scratch: Path) -> None:
        self.demo = demo
        self.scratch = scratch
        self.paths = StackPaths.of(str(demo.folder / "state"), demo.project)
        self.uri = str(demo.info()["mongodb_uri"])
        self.folders = [Path(str(demo.info()["directory"]))]

    # --- what a person does

    def start(self, name: str, variables: dict[str, Any] | None = None, *typed: str, **environment: str):
        """Begin a playbook; ``typed`` goes behind the variables, which are passed as JSON."""
        argv = ["ansible-playbook", f"playbooks/{name}.yml", *typed]
        if variables:
            argv += ["-e", json.dumps(variables)]
        own = {"TMPDIR": str(self.scratch), "DEMO_DIR": str(self.demo.folder)}
        places = {"ANSIBLE_LOCAL_TEMP": str(self.scratch), "ANSIBLE_REMOTE_TMP": str(self.scratch), "NO_COLOR": "1"}
        return subprocess.Popen(
            argv, cwd=CLONE, env={**os.environ, **own, **places, **environment}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, name: str, variables: dict[str, Any] | None = None, *typed: str, **environment: str) -> Done:
        return finish(self.start(name, variables, *typed, **environment))

    def update(self, version: str, kind: str = "feature", **variables: Any) -> Done:
        """An update that does not take its time."""
        return self.run(f"{kind}_update", {"version": version, **QUICK, **variables})

    def edge(self, **more: Any) -> dict[str, Any]:
        """``benevoclic_edge`` as the dev inventory has it, but without its maintenance page."""
        url = str(self.demo.info()["edge_url"])
        version = {"url": f"{url}/api/version", "field": "version"}
        return {"service": "edge", "url": url, "probe": "/health", "version": version, **more}

    def bring_to(self, version: str) -> None:
        """Serve a version; what a test that failed left unfinished is taken back first."""
        for _attempt in range(3):
            unfinished = unfinished_run(self.paths, SystemClock()) is not None
            if not unfinished and self.served() == (version, version):
                return
            if unfinished or self.served()[1] > version or version == FIRST:
                done = self.run("rollback", {} if unfinished else {"version": version})
            else:
                done = self.update(version, KINDS[version], **IDENTIFIED.get(version, {}))
        assert self.served() == (version, version), done.output

    # --- what can be seen

    def served(self) -> tuple[str, str]:
        """The versions at the edge and at the API's own listener; empty where nobody tells."""
        return _version(self.demo.get("/api/version", edge=True)), _version(self.demo.get("/api/version"))

    def database(self) -> str:
        return str(fingerprint.of_uri(self.uri, "benevoclic")["digest"])

    def client(self) -> pymongo.MongoClient:
        """The database as its administrator sees it."""
        return pymongo.MongoClient(self.uri, directConnection=True, serverSelectionTimeoutMS=5000)

    def containers(self) -> dict[str, str]:
        """Name → id, start time and restarts of every container of this demo, whoever made it."""
        names = docker("ps", "-a", "--filter", f"name=^{self.demo.project}-", "--format", "{{.Names}}").split()
        form = "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}"
        return {name: docker("inspect", "--format", form, name) for name in sorted(names)}

    def look(self) -> Seen:
        edge, api = self.served()
        return Seen(edge, api, self.database(), self.containers(), self.definition())

    def definition(self) -> dict[str, str]:
        """The files that decide what Compose would start."""
        files = [path for folder in self.folders for path in folder.rglob("*") if path.is_file()]
        return {str(path): _sha256(path) for path in files}

    def tree(self, *names: str) -> dict[str, str]:
        """Every file below these folders of the demo."""
        files = [path for name in names for path in (self.demo.folder / name).rglob("*") if path.is_file()]
        return {str(path): _sha256(path) for path in files}

    def run_ids(self) -> list[str]:
        return self.paths.run_ids()

    def journal(self, run_id: str) -> list[Record]:
        """The records, whose chain is checked."""
        path = self.paths.run(run_id) / "journal.jsonl"
        return read_chain(path) if path.exists() else []

    def kinds(self, run_id: str) -> list[str]:
        return [record["kind"] for record in self.journal(run_id)]

    def begun(self, run_id: str) -> list[str]:
        """The names of the operations that a run began, in order."""
        records = self.journal(run_id)
        return [record["data"]["name"] for record in records if record["kind"] == "operation_begin"]

    def report(self, run_id: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.paths.run(run_id) / "report.json").read_text())
        return report

    def notified(self) -> list[dict[str, Any]]:
        """What the ``log`` channel of the dev inventory got."""
        path = self.demo.folder / "notifications.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    # --- what must hold

    def assert_at_rest(self) -> None:
        """The lock is free, every run that was opened is complete, nothing is left behind."""
        assert read_owner(self.paths.lock) is None
        assert unfinished_run(self.paths, SystemClock()) is None
        with hold(self.paths.lock, SystemClock(), 0.0):
            pass
        ledger = [record["data"]["run_id"] for record in read_chain(self.paths.ledger)] if self.run_ids() else []
        assert sorted(ledger) == self.run_ids()
        for run_id in self.run_ids():
            assert self.kinds(run_id).count("run_closed") == 1
            assert set(self.report(run_id)) >= REPORT_KEYS
        self.assert_nothing_left()

    def assert_nothing_left(self) -> None:
        expected = sorted(self.demo.container(service) for service in ("api", "edge", "mongo", "web"))
        assert sorted(self.containers()) == expected
        assert [str(path) for path in self.scratch.rglob("*") if path.is_file()] == []
        unfinished = [
            str(path)
            for path in self.demo.folder.rglob("*")
            if path.suffix in (".partial", ".part", ".tmp", ".new") or path.name.startswith((".tmp", "tmp"))
        ]
        assert unfinished == []

    def assert_compose_has_nothing_to_do(self) -> None:
        """``docker compose up -d`` typed by hand in the stack's folder restarts nothing."""
        before = self.containers()
        for folder in self.folders:
            argv = ["docker", "compose", "up", "-d"]
            done = subprocess.run(argv, cwd=folder, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        assert self.containers() == before


def finish(process: subprocess.Popen[str]) -> Done:
    """Wait for a playbook that was begun."""
    try:
        output, _none = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Done(process.returncode, output)


def wait_for(condition, process: subprocess.Popen[str], what: str) -> None:
    """Return as soon as ``condition`` holds; fail when ``process`` ended before."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not condition():
        if process.poll() is not None:
            raise AssertionError(f"{what}: the playbook ended before\n{process.communicate()[0]}")
        if time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"{what}: not within {LIMIT_SECONDS} s")
        time.sleep(0.05)


def _version(answer: tuple[int, str]) -> str:
    status, body = answer
    return str(json.loads(body)["version"]) if status == 200 else ""


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
