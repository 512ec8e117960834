# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of some seconds tells how far it has come: on a terminal, in a log, whichever engine; a dry run tells nothing."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mongo_tools import tools
from mongod import Server
from slow_link import slow_link
from test_timeline import on_terminal, piped

DATABASE = "long"
BYTES_PER_SECOND = 1_500_000
ERASE = "\r\x1b[2K"
TOLD = re.compile(r"reading the database, users, (\d+) %, [\d.]+ (?:B|KiB|MiB)/s, (?:\d+ min )?[\d.]+ s left")


@pytest.fixture(scope="module")
def slow(replica_set: Server) -> Iterator[str]:
    """The URI of a database of 6 MB behind a slow network."""
    with replica_set.client() as client:
        client.drop_database(DATABASE)
        client[DATABASE]["users"].insert_many([{"n": number, "x": os.urandom(1000)} for number in range(6000)])
    with slow_link(replica_set.port, BYTES_PER_SECOND) as port:
        yield replica_set.uri.replace(f":{replica_set.port}/", f":{port}/")
    replica_set.drop_database(DATABASE)


@pytest.fixture
def argv(slow: str, tmp_path: Path) -> list[str]:
    """The command that backs it up, telling every half second."""
    app, state = tmp_path / "app", tmp_path / "state"
    (state / "small").mkdir(parents=True)
    app.mkdir()
    (app / "compose.yml").write_text("services: {api: {image: 'api:1'}}\n")
    (app / ".env").write_text("API_IMAGE=api:1\n")
    place = {"project": "small", "directory": str(app), "files": ["compose.yml"], "env_file": ".env"}
    definition = {
        "stack": "small", "environment": "dev", "service_defaults": place,
        "services": {"api": {"image_variable": "API_IMAGE"}}, "mongodb": {"database": DATABASE},
        "backup_dir": str(tmp_path / "backups"), "backup": {"engine": "{{ engine | default('native') }}", "proof": "checksum"},
    }  # fmt: skip
    options = {"stack": "small", "state_dir": str(state), "definition": definition, "mongodb_admin_uri": slow}
    task = {
        "name": "Back up",
        "benevoclic.updates.mongodb_backup": {**options, "progress_seconds": 0.5, "locale": "en"},
    }
    play = {"hosts": "all", "gather_facts": False, "vars": {"benevoclic_locale": "en"}, "tasks": [task]}
    (tmp_path / "backup.yml").write_text(json.dumps([play]))
    connection = f"ansible_connection=local ansible_python_interpreter={sys.executable}"
    (tmp_path / "hosts").write_text(f"srv1 {connection}\nsrv2 {connection}\n")
    return ["ansible-playbook", "-i", str(tmp_path / "hosts"), str(tmp_path / "backup.yml")]


def test_in_a_log(argv: list[str]) -> None:
    status, output = piped(argv)
    assert status == 0, output
    percents = [int(percent) for percent in TOLD.findall(output)]
    assert percents, output
    assert percents == sorted(percents)
    lines = output.splitlines()
    told = [number for number, line in enumerate(lines) if line.startswith("... reading the database")]
    assert max(told) < lines.index("Backup"), "progress comes before the result"
    assert "\r" not in output
    assert "    - read by native, as benevoclic_backup_engine asks" in lines


def test_the_stock_tool_tells_too(argv: list[str]) -> None:
    status, output = piped(argv, "-e", "engine=mongodump_host", PATH=f"{tools()}:{os.environ['PATH']}")
    assert status == 0, output
    assert TOLD.search(output), output
    assert "[!] the backup is not a point in time; read at moments of their own: users" in output


def test_on_a_terminal_one_row_is_written_over(argv: list[str]) -> None:
    output = on_terminal(argv)
    assert TOLD.search(output), output
    rows = output.split("\r\n")
    assert sum("reading the database" in row for row in rows) == 1, "all of them in one row"
    assert rows[0].count(ERASE) >= 3
    assert "reading" not in rows[0].rsplit(ERASE, 1)[1], "the last one is erased"


def test_a_dry_run_tells_nothing(argv: list[str]) -> None:
    status, output = piped(argv, "--check")
    assert status == 0, output
    assert "reading" not in output
    assert "would be written" in output
