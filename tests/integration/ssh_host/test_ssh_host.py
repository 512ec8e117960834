# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another host over SSH: prepared once by a user with sudo, then run by an account that has none."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from demo_stack import CLONE, PLATFORM, Demo
from slow_link import slow_link
from ssh_server import ADMIN, VISITOR, SshHost, playbook

ACCOUNT = "benevoclic"
STATE = "/var/lib/benevoclic-updates"
BACKUPS = "/var/backups/benevoclic-updates"
DEV = CLONE / "inventories" / "dev" / "group_vars" / "benevoclic"


@dataclass
class Second:
    """The host, the stack that runs on it, and the inventory that names both."""

    demo: Demo
    host: SshHost
    inventory: Path

    def play(self, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return playbook(self.inventory, verb, *arguments, DEMO_DIR=str(self.demo.folder))

    def bootstrap(self, *arguments: str, user: str = ADMIN) -> subprocess.CompletedProcess[str]:
        return self.play("bootstrap", "-e", f"ansible_user={user}", *arguments)

    def served(self) -> str:
        return str(json.loads(self.demo.get("/api/version", edge=True)[1])["version"])

    def report(self, release: str) -> dict[str, Any]:
        """The report of the last run towards ``release``, read as the account reads it."""
        shown = self.host.ssh(ACCOUNT, f"cat {STATE}/{self.demo.project}/runs/*-{release}/report.json")
        assert shown.returncode == 0, shown.stderr
        return dict(json.loads(shown.stdout))

    def entries(self, *folders: str) -> dict[str, tuple[str, str, str]]:
        """Path → owner:group, mode, kind, of everything in ``folders`` of the host."""
        listed = self.host.root("find", *folders, "-printf", "%u:%g %m %y %p\\n").splitlines()
        return {path: (owner, mode, kind) for owner, mode, kind, path in (line.split(" ", 3) for line in listed)}


def changed(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.findall(r"changed=(\d+)", done.stdout)
    return int(counts[-1])


def write_inventory(folder: Path, host: SshHost, demo: Demo) -> Path:
    """The dev inventory's stack, on another host, with the collection's own account and folders."""
    variables = folder / "group_vars" / "benevoclic"
    variables.mkdir(parents=True)
    for name in ("demo.yml", "services.yml"):
        (variables / name).symlink_to(DEV / name)
    hosts = {"benevoclic": {"hosts": {"second": host.variables(ACCOUNT)}}}
    (folder / "hosts.yml").write_text(json.dumps(hosts))
    settings = {
        "benevoclic_stack": demo.project,
        "benevoclic_releases_dir": str(CLONE / "demo" / "releases"),
        "benevoclic_migrations_dir": str(CLONE / "demo" / "migrations"),
        "benevoclic_registry": "127.0.0.1:{{ demo_registry_port }}",
        "benevoclic_mongodb_admin_uri": demo.info()["mongodb_uri"],
        "benevoclic_tests_runner": "container",
        "benevoclic_gate_deadline_seconds": 60,
        "benevoclic_watch_seconds": 5,
        "benevoclic_watch_paths": ["/", "/api/version"],
        "bootstrap_authorized_keys": [host.public_key],
    }
    (variables / "main.yml").write_text(json.dumps(settings))
    return folder


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    """The host as it was handed over: an engine with a running stack, a user with sudo, nothing of ours."""
    subprocess.run([str(PLATFORM)], check=True)
    folder = tmp_path_factory.mktemp("second")
    demo = Demo(folder / "demo", f"ssh-test-{os.getpid()}")
    host = SshHost(folder / "host", f"ssh-test-{os.getpid()}-host", (demo.folder / "stack",))
    try:
        demo.up()
        host.start()
        yield Second(demo, host, write_inventory(folder / "inventory", host, demo))
    finally:
        host.remove()
        demo.down()


@pytest.fixture(scope="module")
def prepared(fresh: Second) -> Second:
    """After bootstrap: the team gave the account the stack's folder, and nobody may become root any more."""
    assert changed(fresh.bootstrap()) > 0
    assert changed(fresh.bootstrap()) == 0, "the second bootstrap finds everything done"
    fresh.host.root("chown", "-R", f"{ACCOUNT}:{ACCOUNT}", str(fresh.demo.folder / "stack"))
    fresh.host.root("rm", f"/etc/sudoers.d/{ADMIN}")
    fresh.host.root("touch", "/prepared")
    return fresh


@pytest.fixture(scope="module")
def updated(prepared: Second) -> Second:
    done = prepared.play("feature_update", "-e", "version=1.1.0")
    assert done.returncode == 0, done.stdout + done.stderr
    return prepared


def test_a_trial_on_a_fresh_host_succeeds_and_makes_nothing(fresh: Second) -> None:
    assert changed(fresh.bootstrap("--check")) > 0
    assert fresh.host.root("sh", "-c", f"getent passwd {ACCOUNT}; ls -d {STATE} {BACKUPS} 2>/dev/null; true") == ""


def test_a_user_without_sudo_is_told_so(fresh: Second) -> None:
    done = fresh.bootstrap(user=VISITOR)
    assert done.returncode != 0
    assert "sudo" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert fresh.host.root("sh", "-c", f"ls -d {STATE} 2>/dev/null; true") == ""


def test_the_account_has_what_it_needs_and_no_more(prepared: Second) -> None:
    groups = prepared.host.ssh(ACCOUNT, "id -nG").stdout.split()
    assert groups == [ACCOUNT, "docker"]
    folders = prepared.entries(STATE, BACKUPS)
    assert {owner for owner, _mode, _kind in folders.values()} == {f"{ACCOUNT}:{ACCOUNT}"}
    assert folders[STATE][1] == folders[f"{STATE}/{prepared.demo.project}/runs"][1] == "2750"
    assert folders[BACKUPS][1] == "700"
    assert [path for path, (_, mode, kind) in folders.items() if kind != "l" and int(mode, 8) & 0o027] == []


def test_the_libraries_are_those_that_were_brought(prepared: Second) -> None:
    assert prepared.host.ssh(ACCOUNT, "python3 -c 'import pymongo'").returncode != 0, "its own Python has none"
    brought = f"PYTHONPATH={STATE}/python python3 -c 'import bson; print(bson.has_c(), bson.__file__)'"
    assert prepared.host.ssh(ACCOUNT, brought).stdout.startswith(f"True {STATE}/python/")


def test_the_update_of_another_host(updated: Second) -> None:
    assert updated.served() == "1.1.0"
    assert updated.report("1.1.0")["outcome"] == "succeeded"
    again = updated.play("feature_update", "-e", "version=1.1.0")
    assert changed(again) == 0


def test_a_bad_release_is_taken_back_there(updated: Second) -> None:
    done = updated.play("feature_update", "-e", "version=1.9.0-crash")
    assert done.returncode != 0
    assert updated.served() == "1.1.0"
    assert updated.report("1.9.0-crash")["outcome"] == "rolled_back"


def test_status_and_backup_there(updated: Second) -> None:
    done = updated.play("status")
    assert done.returncode == 0, done.stdout
    assert "1.1.0" in done.stdout
    before = set(updated.entries(BACKUPS))
    done = updated.play("backup")
    assert done.returncode == 0, done.stdout
    assert len(set(updated.entries(BACKUPS)) - before) > 1, "a folder with the backup in it"


def test_how_far_its_backup_has_come_is_seen_here(prepared: Second) -> None:
    """Over a slow network of the database: the connection looks at the host's file while the module works there."""
    uri = str(prepared.demo.info()["mongodb_uri"])
    port = int(uri.partition("@")[2].partition("/")[0].rpartition(":")[2])
    with slow_link(port, 150_000) as slow:
        secret = json.dumps({"benevoclic_mongodb_admin_uri": uri.replace(f":{port}/", f":{slow}/")})
        quick = json.dumps({"backup_progress_seconds": 0.5, "benevoclic_backup_proof": "checksum"})
        done = prepared.play("backup", "-e", secret, "-e", quick, "-e", "benevoclic_locale=en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\.\.\. reading the database, \w+, \d+ %, [\d.]+ KiB/s, [\d.]+ s left$", done.stdout, re.M), (
        done.stdout
    )


def test_going_back_there(updated: Second) -> None:
    done = updated.play("rollback", "-e", "version=1.0.0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert updated.served() == "1.0.0"


def test_everything_was_the_accounts_work(updated: Second) -> None:
    """Runs after the others: owners and modes of what they left, and no trace of root."""
    entries = updated.entries(f"{STATE}/{updated.demo.project}", BACKUPS, str(updated.demo.folder / "stack"))
    assert {owner for owner, _mode, _kind in entries.values()} == {f"{ACCOUNT}:{ACCOUNT}"}
    ours = {path: entry for path, entry in entries.items() if path.startswith((STATE, BACKUPS))}
    assert {mode for path, (_, mode, kind) in ours.items() if kind == "d"} <= {"2750", "2700", "700"}
    assert {mode for path, (_, mode, kind) in ours.items() if kind == "f"} <= {"640", "600"}
    assert {mode for path, (_, mode, kind) in ours.items() if kind == "f" and path.startswith(BACKUPS)} == {"600"}
    by_root = [
        "find",
        "/etc",
        "/var/lib",
        "/var/backups",
        "/home",
        "/opt",
        "/usr",
        "/srv",
        "-xdev",
        "-newer",
        "/prepared",
    ]
    assert updated.host.root(*by_root, "-user", "root") == ""


def test_no_secret_stayed_there(updated: Second) -> None:
    secret = updated.demo.info()["mongodb_uri"].split(":")[2].split("@")[0]
    search = ["grep", "-rlF", secret, STATE, BACKUPS, "/home", "/tmp"]
    done = subprocess.run(["docker", "exec", updated.host.name, *search], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_host_without_an_engine_is_told_what_is_missing(fresh: Second, tmp_path: Path) -> None:
    host = SshHost(tmp_path / "host", f"{fresh.host.name}-bare", engine=False)
    try:
        bare = Second(fresh.demo, host.start(), write_inventory(tmp_path / "inventory", host, fresh.demo))
        done = bare.bootstrap()
        assert done.returncode != 0
        assert "Docker engine 20.10 or newer and Compose 2.17 or newer are needed on second" in done.stdout
        assert host.root("sh", "-c", f"getent passwd {ACCOUNT}; ls -d {STATE} 2>/dev/null; true") == ""
    finally:
        host.remove()
