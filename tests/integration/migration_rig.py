# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations as a run carries them out, here or in a process of their own that can be stopped and killed."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / ".ansible" / "collections"))

import pymongo.monitoring
from mongod import Server
from pymongo.collection import Collection

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import Clock, SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import EngineError
from ansible_collections.benevoclic.updates.plugins.module_utils._core.http import DirectTransport
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import (
    files,
    operations,
    planned,
    rehearsal,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.checkpoints import Checkpoints
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.ground import Ground, Limits
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.made import Made
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.operations import (
    MigrationDown,
    MigrationUp,
)
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations.step import Step
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import client as connections
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import database_lock, fingerprint
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import rehearsal as places
from ansible_collections.benevoclic.updates.plugins.module_utils._runs.context import HostContext

OUTPUT = os.dup(1)
"""Where a child says what it does."""
SILENCE_SECONDS = 120
HOOKS: list[Callable[[Any], None]] = []
"""What a migration that imports this module may call."""
VERSION = "20250101_001"
FILE = f"{VERSION}_made_by_a_test.py"
USERS, SIZE = 1000, 100
"""Documents of ``filled``, and how many of them a batch has."""
COPY = f"""
step.copy(db["users"], db["copies"], lambda user: {{"_id": {{"c": user["_id"]}}, "n": user["n"]}}, size={SIZE})
step.ensure_index(db["copies"], "n")
"""
SOURCE = """
VERSION = "20250101_001"
DESCRIPTION = "made by a test"
{constants}

def up(db, step):
{up}

def down(db, step):
{down}
"""


def source(up: str, down: str = "step.reverse()", **constants: Any) -> str:
    """A migration file; the bodies are statements."""
    return SOURCE.format(
        up=_indented(up),
        down=_indented(down),
        constants="\n".join(f"{name} = {value!r}" for name, value in constants.items()),
    )


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" for line in body.strip().splitlines())


def adding(number: int, size: int, name: str | None = None) -> str:
    """Statements that add ``number`` to ``n`` of every user, exactly once, ``size`` a batch."""
    return f"""
def add(users, session):
    numbers = [user["_id"] for user in users]
    db["users"].update_many({{"_id": {{"$in": numbers}}}}, {{"$inc": {{"n": {number}}}}}, session=session)
step.each(db["users"], add, size={size}, exactly_once=True, name={name!r})
"""


class Always:
    """A lock that is never lost."""

    def check(self) -> None:
        return


@contextmanager
def standing(
    uri: str, database: str, clock: Clock | None = None, lease: Any = None, seconds: float = 300.0
) -> Iterator[Ground]:
    """A ground without the lock."""
    with connections.connect(uri) as client, client.start_session(causal_consistency=False) as session:
        yield Ground(session, database, lease or Always(), Limits(seconds), clock or SystemClock())


@contextmanager
def begun(uri: str, database: str, users: list[dict[str, Any]]) -> Iterator[Ground]:
    """The ground of a migration that has just begun, in a database with these users alone; nothing is left of it."""
    with standing(uri, database) as ground:
        ground.client.drop_database(database)
        forget(ground.client, database)
        ground.database["users"].insert_many(users)
        ground.database["benevoclic_migrations"].insert_one({"_id": VERSION, "status": "running"})
        yield ground
        ground.client.drop_database(database)
        forget(ground.client, database)


def content(ground: Ground) -> dict[str, Any]:
    """Every collection but the record itself, to the bit."""
    found = fingerprint.of_database(ground.client, ground.database.name)["collections"]
    return {name: facts for name, facts in found.items() if name != "benevoclic_migrations"}


def step_on(ground: Ground, direction: str = "up", version: str = VERSION) -> Step:
    """Helpers; each call takes over from the one before."""
    checkpoints = Checkpoints(ground.client, ground.database.name, version, direction, "checksum")
    return Step(ground, checkpoints, Made(ground, version))


def forget(client: Any, database: str) -> None:
    """What the updates keep about ``database`` in the database of their own."""
    own = client[connections.OWN_DATABASE]
    own["migration_checkpoints"].delete_many({"_id": {"$regex": f"^{database}/"}})
    own["migration_attempts"].delete_many({"database": database})
    own["locks"].delete_many({"_id": database})


def filled(client: Any, database: str) -> Any:
    """That database with users alone, numbered."""
    client.drop_database(database)
    forget(client, database)
    client[database]["users"].insert_many([{"_id": n, "n": n} for n in range(USERS)])
    return client[database]


def digest(database: Any) -> str:
    return str(fingerprint.of_database(database.client, database.name)["digest"])


def copied(database: Any) -> bool:
    """Every user once, with the index, by ``COPY``: nothing lost, nothing doubled."""
    found = sorted(document["n"] for document in database["copies"].find())
    return found == list(range(USERS)) and "n_1" in database["copies"].index_information()


def context_of(
    uri: str,
    database: str,
    folder: Path,
    sources: dict[str, str],
    clock: Clock | None = None,
    services: dict[str, Any] | None = None,
    **mongodb: Any,
) -> HostContext:
    """The run whose folder is ``folder``, with these files (name → content); a second call gives it again."""
    entries = []
    (folder / operations.FOLDER).mkdir(parents=True, exist_ok=True)
    for name, content in sources.items():
        path = folder / operations.FOLDER / name
        path.write_text(content)
        found = files.describe(path)
        entries.append({"version": found.version, "file": found.file, "sha256": found.sha256})
    plan = {
        "to_version": "1.1.0",
        "migrations": entries,
        "definition": {"mongodb": {"database": database, **mongodb}, "services": services or {}},
    }
    clock = clock or SystemClock()
    runner, transport = SubprocessRunner(), DirectTransport(SystemClock())
    return HostContext(folder.name, folder, plan, runner, clock, transport, {"mongodb_admin_uri": uri})


def arguments(context: HostContext, place: int = 0) -> dict[str, Any]:
    """Of the operation for one of the run's migrations."""
    return {**context.plan["migrations"][place], "database": context.plan["definition"]["mongodb"]["database"]}


def up(context: HostContext, place: int = 0) -> dict[str, Any]:
    operation = MigrationUp()
    return operation.do(arguments(context, place), operation.prepare(arguments(context, place), context), context)


def undo(context: HostContext, place: int = 0, *, existed: bool = False) -> dict[str, Any]:
    before = {"state_existed": existed, "run_id": context.run_id}
    return MigrationUp().undo(arguments(context, place), before, context)


def down(context: HostContext, place: int = 0) -> dict[str, Any]:
    """A migration to an earlier target takes it back."""
    return MigrationDown().do({**arguments(context, place), "source_run": context.run_id}, {}, context)


def redo(context: HostContext, record: str, place: int = 0) -> dict[str, Any]:
    """That migration failed: what it took back is applied again. ``record``: as ``state.kept`` gave it before."""
    return MigrationDown().undo(arguments(context, place), {"record": record}, context)


def engine_shares_our_files() -> None:
    """These tests and their Docker engine lie on one file system, in a container or not."""
    places.IN_CONTAINER = Path("/nowhere")


def rehearse(context: HostContext, set_folder: Path) -> dict[str, Any]:
    """What is pending, on a copy of the backup in ``set_folder``."""
    return rehearsal.rehearse(context, planned.pending(context), set_folder)


class ThreeMembers:
    """A replica set of three servers on loopback, with accounts."""

    def __init__(self) -> None:
        self.servers = [Server(replica_set=True) for _ in range(3)]
        self._key = secrets.token_hex(64)

    def __enter__(self) -> ThreeMembers:
        try:
            for server in self.servers:
                (server.folder / "key").touch(mode=0o600)
                (server.folder / "key").write_text(self._key)
                server.password = self.servers[0].password
                server.start()
            members = [{"_id": place, "host": f"127.0.0.1:{server.port}"} for place, server in enumerate(self.servers)]
            self.servers[0].set_up(members)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        for server in self.servers:
            server.remove()

    @property
    def uri(self) -> str:
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        return self.servers[0].uri.replace(f"127.0.0.1:{self.servers[0].port}", hosts) + "&replicaSet=rs0"


class Child:
    """A run's ``up`` (``undo``, ``down``, ``rehearse``) in a process.

    ``kill_at``: the command (name, number) before which it kills itself. ``stop_at``: the call (of a collection's
    method, by default insert_many, with its number) before which it stops until it is told to go on.
    ``set_folder``: the backup that is rehearsed on.
    """

    def __init__(
        self,
        context: HostContext,
        work: str = "up",
        kill_at: tuple[str, int] | None = None,
        stop_at: int | tuple[str, int] | None = None,
        lease_seconds: float | None = None,
        set_folder: Path | None = None,
    ) -> None:
        definition = context.plan["definition"]
        folder = context.run_folder / operations.FOLDER
        request = {
            "work": work,
            "uri": context.secrets["mongodb_admin_uri"],
            "folder": str(context.run_folder),
            "mongodb": definition["mongodb"],
            "services": definition.get("services"),
            "set_folder": set_folder and str(set_folder),
            "sources": {path.name: path.read_text() for path in folder.glob("*.py")},
            "kill_at": kill_at,
            "stop_at": ("insert_many", stop_at) if isinstance(stop_at, int) else stop_at,
            "lease_seconds": lease_seconds,
        }
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.process.stdin.write(json.dumps(request))
        self.process.stdin.close()
        self.process.stdin = None

    def line(self) -> str:
        """The next thing that it says: "begun", "stopped"; empty when it ended, as it must when it says nothing for long."""
        ending = threading.Timer(SILENCE_SECONDS, self.process.kill)
        ending.start()
        try:
            return self.process.stdout.readline().strip()
        finally:
            ending.cancel()

    def end(self) -> dict[str, Any]:
        """Its result: ``killed``, or what it did, or ``error`` and ``details``."""
        try:
            out, errors = self.process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise RuntimeError(self.process.communicate()[1][-2000:]) from None
        if self.process.returncode == -signal.SIGKILL:
            return {"killed": True}
        if self.process.returncode:
            raise RuntimeError(errors[-2000:])
        return json.loads(out.splitlines()[-1])

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


class Listener(pymongo.monitoring.CommandListener):
    """Kills this process before a command of the migration is sent."""

    def __init__(self, database: str, kill_at: list[Any] | None) -> None:
        self._database, self._kill_at = database, kill_at
        self._counts: dict[str, int] = {}
        self._guard = threading.Lock()

    def started(self, event: pymongo.monitoring.CommandStartedEvent) -> None:
        if event.database_name not in (self._database, "admin"):
            return
        with self._guard:
            count = self._counts[event.command_name] = self._counts.get(event.command_name, 0) + 1
        if [event.command_name, count] == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def succeeded(self, event: pymongo.monitoring.CommandSucceededEvent) -> None:
        return

    def failed(self, event: pymongo.monitoring.CommandFailedEvent) -> None:
        return


def stop_before(method: str, number: int) -> None:
    """This process stops before that call. (A listener would not do: pymongo hides what it raises.)"""
    real, counts = getattr(Collection, method), itertools.count(1)

    def stopping(self: Any, *given: Any, **options: Any) -> Any:
        if next(counts) == number:
            say("stopped")
            os.kill(os.getpid(), signal.SIGSTOP)
        return real(self, *given, **options)

    setattr(Collection, method, stopping)


def say(text: str) -> None:
    """Past what mutes the code of a migration."""
    os.write(OUTPUT, f"{text}\n".encode())


def main() -> None:
    wanted = json.load(sys.stdin)
    mongodb = dict(wanted["mongodb"])
    if wanted["lease_seconds"]:
        real, seconds = database_lock.hold, wanted["lease_seconds"]
        database_lock.hold = lambda *given, **options: real(*given, **{**options, "lease_seconds": seconds})
    pymongo.monitoring.register(Listener(mongodb["database"], wanted["kill_at"]))
    if wanted["stop_at"]:
        stop_before(*wanted["stop_at"])
    engine_shares_our_files()
    context = context_of(
        wanted["uri"], mongodb.pop("database"), Path(wanted["folder"]), wanted["sources"],
        services=wanted["services"], **mongodb,
    )  # fmt: skip
    works = {"up": up, "undo": undo, "down": down, "rehearse": lambda run: rehearse(run, Path(wanted["set_folder"]))}
    say("begun")
    try:
        result = works[wanted["work"]](context)
    except EngineError as error:
        result = {"error": error.text_id, "details": {key: str(value) for key, value in error.details.items()}}
    say(json.dumps(result))


if __name__ == "__main__":
    main()
