# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock tool, in a container of the server's own image or on the host: its archive on standard output, into our file.

Account and address go in by standard input as the tool's configuration, never by argv.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._core.errors import CommandFailed, Failed
from .._core.runner import Runner
from .._stack.containers import CALL_SECONDS
from . import archive_format as form
from . import catalogue, leftovers
from . import client as connections
from .archive import Namespace, open_archive
from .dump import Dump, Source, check_unchanged, consistency
from .output import Output
from .reading import readable_accounts

TOOL = "mongodump"
PORT = "27017"
LAST_LINES = 3


class Listener:
    """Hears from the tool, every 3 s, how many documents of a collection it has read; in bytes by their average size."""

    _SAID = re.compile(r"(?:\[[#.]+\]\s+|done dumping )(.+?)\s+(?:\((\d+) document|(\d+)/\d+ )")

    def __init__(self, source: Source, average: float) -> None:
        self._source, self._average = source, average
        self._read: dict[str, int] = {}

    def __call__(self, line: str) -> None:
        found = self._SAID.search(line)
        if not found:
            return
        collection = found.group(1).removeprefix(f"{self._source.database}.")
        documents = int(found.group(2) or found.group(3))
        more = documents - self._read.get(collection, 0)
        if more > 0:
            self._read[collection] = documents
            self._source.progress.add(collection, round(more * self._average))


def version(runner: Runner, container: str | None) -> str | None:
    """The tool's version, in ``container`` or on this host; None where there is no such tool."""
    inside = ["docker", "exec", container] if container else []
    try:
        done = runner.run([*inside, TOOL, "--version"], timeout=CALL_SECONDS, check=False)
    except CommandFailed:
        return None
    found = re.search(r"version:\s*(\S+)", done.stdout)
    return found.group(1) if done.status == 0 and found else None


def write(source: Source, root: Path, container: str | None) -> Dump:
    """Write ``root``/database.archive.gz by the tool, then count what is in it. Never of one moment.

    Raises Failed ``dump.failed`` with what the tool said.
    """
    with connections.connect(source.uri) as client:
        before = catalogue.identities(client, source.database)
        collections = catalogue.read(client, source.database)
        moment = connections.cluster_time(client)
        accounts = readable_accounts(client)
        stats = client[source.database].command("dbStats")
        server_version = connections.server_version(client)
    source.progress.begin("dump", int(stats["dataSize"]))
    told = Listener(source, float(stats["avgObjSize"]))
    options = [
        "--config", "/dev/stdin", "--archive", "--gzip", "--db", source.database,
        f"--excludeCollectionsWithPrefix={catalogue.RESERVED}", *(["--dumpDbUsersAndRoles"] if accounts else []),
    ]  # fmt: skip
    with Output(root / form.ARCHIVE, root) as output:
        if container:
            _run_in_container(source, container, options, root, output, told)
        else:
            _run(source, [TOOL, *options], source.uri, output, told)
    with connections.connect(source.uri) as client:
        check_unchanged(before, catalogue.identities(client, source.database), source.database)
    counted, users = _count(root / form.ARCHIVE)
    return Dump(
        output.facts,
        counted,
        {**consistency(None, collections), "cluster_time": _text(moment)},
        None,
        server_version,
        {"name": f"mongodump_{'container' if container else 'host'}", "version": version(source.runner, container)},
        users if accounts else None,
    )


def _run_in_container(
    source: Source, container: str, options: Sequence[str], root: Path, output: Output, told: Listener
) -> None:
    """In a container of its own, which shares the server's network: a command run in the server's would outlive us."""
    leftovers.sweep(source.runner, root)
    facts = json.loads(source.runner.run(["docker", "container", "inspect", container], timeout=CALL_SECONDS).stdout)[0]
    name = f"benevoclic-updates-{secrets.token_hex(6)}"
    argv = [
        "docker", "run", "--rm", "--interactive", "--name", name, *leftovers.mark(root), "--network",
        f"container:{facts['Id']}", "--entrypoint", TOOL, facts["Image"], *options,
    ]  # fmt: skip
    uri = _moved(source.uri, f"127.0.0.1:{_inner_port(facts, source.uri)}")
    try:
        _run(source, argv, uri, output, told)
    except BaseException:
        leftovers.remove(source.runner, name)
        raise


def _run(source: Source, argv: Sequence[str], uri: str, output: Output, told: Listener) -> None:
    config = f"uri: {json.dumps(_without_database(uri))}\n".encode()
    done = source.runner.stream(argv, output.write, stdin=config, told=told, check=False)
    if done.status != 0 or "Failed: " in done.stderr:
        said = " / ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
        raise Failed(
            "dump.failed", database=source.database, status=done.status, found=said[-connections.LONGEST :] or "-"
        )


def _inner_port(facts: Mapping[str, Any], uri: str) -> str:
    """The server's port inside its container: that which is published as the one in the URI, else that one itself."""
    outer = connections.address(uri).rpartition(":")[2]
    for inner, bindings in (facts["NetworkSettings"].get("Ports") or {}).items():
        if any(binding.get("HostPort") == outer for binding in bindings or []):
            return str(inner).partition("/")[0]
    return outer if outer.isdigit() else PORT


def _moved(uri: str, address: str) -> str:
    """The same URI for another address."""
    scheme, _slashes, rest = uri.partition("://")
    account, at, tail = rest.rpartition("@")
    return f"{scheme}://{account}{at}{tail.replace(connections.address(uri), address, 1)}"


def _without_database(uri: str) -> str:
    """The tool refuses a URI with a database beside its option; without ``authSource`` it was that of the account."""
    head, _mark, query = uri.partition("?")
    scheme, _slashes, rest = head.partition("://")
    hosts, _slash, database = rest.partition("/")
    if database and "authSource=" not in query:
        query = f"authSource={database}&{query}" if query else f"authSource={database}"
    return f"{scheme}://{hosts}/?{query}" if query else f"{scheme}://{hosts}/"


def _count(path: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    with open_archive(path) as archive:
        found = {item.collection: [0, 0] for item in archive.namespaces}
        for chunk in archive.chunks():
            found[chunk.collection][0] += chunk.documents
            found[chunk.collection][1] += len(chunk.data)
        facts = [_facts(item, *found[item.collection]) for item in archive.namespaces if not item.accounts]
    users = {key: found.get(f"$admin.system.{key}", [0])[0] for key in ("users", "roles")}
    return sorted(facts, key=lambda item: str(item["name"])), users


def _facts(item: Namespace, documents: int, size: int) -> dict[str, Any]:
    indexes = [index["name"] for index in item.indexes]
    return {"name": item.collection, "type": item.kind, "documents": documents, "bytes": size, "indexes": indexes}


def _text(moment: Any | None) -> str | None:
    return None if moment is None else f"{moment.time}.{moment.inc}"
