# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engine reads the database, and what the stock tool is told and believed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import (
    BadInput,
    CommandFailed,
    EngineError,
    Failed,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import Completed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import archive_format, dump, engines, mongodump
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.dump import Dump, Source
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.output import Output

URI = "mongodb://root:p%40ss@127.0.0.1:27020/app?tls=true"


class Tools:
    """Commands that exist, by their first words; a stream says its output and its errors, and ends."""

    def __init__(self, known: tuple[str, ...] = (), *, status: int = 0, errors: str = "") -> None:
        self.known, self.status, self.errors = known, status, errors
        self.streamed: list[tuple[list[str], bytes]] = []

    def run(self, argv, **_options) -> Completed:
        if not " ".join(argv).startswith(self.known or "\0"):
            raise CommandFailed("command.missing", command=argv[0], found="No such file or directory")
        return Completed(tuple(argv), 0, "mongodump version: 100.9.4\n", "")

    def stream(self, argv, write, *, stdin=None, told=None, check=True) -> Completed:
        self.streamed.append((list(argv), stdin))
        write(b"begin")
        return Completed(tuple(argv), self.status, "", self.errors)


def source(tools: Tools, engine: str = "auto", container: str | None = None) -> Source:
    return Source(URI, "app", tools, FakeClock(), Silent(), container=container, engine=engine)


def chosen(monkeypatch: pytest.MonkeyPatch, wanted: Source, *, fast: bool) -> str:
    """The engine that dumps, or the error."""

    def done(name: str):
        return lambda *_arguments: Dump({}, [], {}, None, "6.0.5", {"name": name}, None)

    monkeypatch.setattr(archive_format, "fast", lambda: fast)
    found = {name: engines.Engine(engine.missing, done(name)) for name, engine in engines.ENGINES.items()}
    monkeypatch.setattr(engines, "ENGINES", found)
    try:
        made = engines.write(wanted, Path("/nowhere"))
    except EngineError as error:
        return error.text_id
    return f"{made.engine['name']} {made.engine['why']}"


HOST, INSIDE = "mongodump --version", "docker exec db mongodump"


@pytest.mark.parametrize(
    ("known", "engine", "container", "fast", "expected"),
    [
        ((), "auto", None, True, "native first"),
        ((HOST, INSIDE), "auto", "db", False, "mongodump_container first"),
        ((HOST,), "auto", "db", False, "mongodump_host first"),
        ((), "auto", "db", False, "dump.no_engine"),
        ((HOST,), "mongodump_host", None, True, "mongodump_host asked_for"),
        ((), "mongodump_host", None, True, "dump.lacks_tool"),
        ((HOST,), "mongodump_container", None, True, "dump.lacks_container"),
        ((HOST,), "mongodump_container", "db", True, "dump.lacks_tool_in_container"),
        ((), "native", None, False, "dump.lacks_fastcrc"),
        ((), "Native", None, True, "dump.engine"),
    ],
)
def test_the_first_that_is_there_or_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    known: tuple[str, ...],
    engine: str,
    container: str | None,
    fast: bool,
    expected: str,
) -> None:
    assert chosen(monkeypatch, source(Tools(known), engine, container), fast=fast) == expected


@pytest.mark.parametrize(
    ("status", "errors"), [(1, "Failed: no reachable servers"), (0, "Failed: error writing"), (137, "")]
)
def test_a_tool_that_fails_is_not_believed(tmp_path: Path, status: int, errors: str) -> None:
    tools = Tools(status=status, errors=f"first line\n{errors}\n")
    with Output(tmp_path / "archive", tmp_path) as output, pytest.raises(Failed) as caught:
        mongodump._run(source(tools), ["mongodump", "--archive"], URI, output, str)
    assert caught.value.text_id == "dump.failed"
    assert errors in caught.value.details["found"]


def test_the_account_goes_in_by_standard_input_alone(tmp_path: Path) -> None:
    tools = Tools()
    with Output(tmp_path / "archive", tmp_path) as output:
        mongodump._run(source(tools), ["mongodump", "--archive"], URI, output, str)
    ((argv, stdin),) = tools.streamed
    assert not re.search("p%40ss|p@ss", " ".join(argv))
    assert stdin == b'uri: "mongodb://root:p%40ss@127.0.0.1:27020/?authSource=app&tls=true"\n'


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("mongodb://db:1", "mongodb://db:1/"),
        ("mongodb://a:b@db:1/", "mongodb://a:b@db:1/"),
        ("mongodb://a:b@db:1/app", "mongodb://a:b@db:1/?authSource=app"),
        ("mongodb://a:b@db:1/app?authSource=admin", "mongodb://a:b@db:1/?authSource=admin"),
    ],
)
def test_the_tool_is_given_no_database_in_its_uri(uri: str, expected: str) -> None:
    assert mongodump._without_database(uri) == expected


@pytest.mark.parametrize(
    ("ports", "uri", "expected"),
    [
        ({"27017/tcp": [{"HostIp": "127.0.0.1", "HostPort": "27020"}]}, URI, "27017"),
        ({"9999/tcp": [{"HostPort": "27020"}], "27017/tcp": None}, URI, "9999"),
        # the network of the host, or the container's own address: the port is the same inside
        ({}, URI, "27020"),
        ({"27017/tcp": None}, "mongodb://172.18.0.2:27030/", "27030"),
        (None, "mongodb://172.18.0.2/", "27017"),
    ],
)
def test_the_port_inside_a_container(ports, uri: str, expected: str) -> None:
    assert mongodump._inner_port({"NetworkSettings": {"Ports": ports}}, uri) == expected


def test_the_uri_is_moved_without_its_account_or_options_changing() -> None:
    assert mongodump._moved(URI, "127.0.0.1:27017") == "mongodb://root:p%40ss@127.0.0.1:27017/app?tls=true"


def test_a_collection_that_came_or_went_is_named() -> None:
    dump.check_unchanged({("a", "1")}, {("a", "1")}, "app")
    with pytest.raises(Failed) as caught:
        dump.check_unchanged({("a", "1"), ("b", "2")}, {("a", "3"), ("b", "2"), ("c", "4")}, "app")
    assert (caught.value.text_id, caught.value.details["collections"]) == ("mongo.changed_meanwhile", "a, c")


def test_engine_names_are_an_enumeration() -> None:
    with pytest.raises(BadInput) as caught:
        engines.write(source(Tools(), "mongoexport"), Path("/nowhere"))
    assert "mongodump_host" in caught.value.details["allowed"]
