# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real mongod in a container whose image has mongodump, as the official one does."""

from __future__ import annotations

import os
import secrets
import subprocess
from urllib.parse import quote_plus

import pymongo
from demo_stack import docker
from mongo_tools import tools
from mongod import Server

BASE = "mongo:6.0"
IMAGE = "benevoclic-updates-tests/mongo-with-tools:6.0"
INSIDE = "/meet"
SOCKET = "mongodb-27017.sock"


def image() -> str:
    """The server's image with mongodump in it."""
    source = docker("create", BASE)
    try:
        docker("cp", str(tools() / "mongodump"), f"{source}:/usr/bin/mongodump")
        docker("commit", source, IMAGE)
    finally:
        docker("rm", "--volumes", source)
    return IMAGE


class ContainerServer(Server):
    """A one-member replica set with accounts; the host reaches it by a published port that is another one inside.

    ``project``: it is the service ``mongo`` of that Compose project.
    """

    def __init__(self, project: str | None = None) -> None:
        super().__init__(replica_set=True)
        compose = {"project": project, "service": "mongo", "oneoff": "False"} if project else {}
        self._labels = [
            word for key, value in compose.items() for word in ("--label", f"com.docker.compose.{key}={value}")
        ]
        self.container = f"benevoclic-updates-tests-{secrets.token_hex(6)}"

    def start(self) -> ContainerServer:
        key = self.folder / "key"
        key.write_text(secrets.token_hex(64))
        key.chmod(0o600)
        docker(
            "run", "--detach", "--name", self.container, *self._labels, "--publish", f"127.0.0.1:{self.port}:27017",
            "--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{self.folder}:{INSIDE}", "--tmpfs", "/data/db:mode=777",
            image(), "mongod", "--bind_ip_all", "--auth", "--replSet", "rs0", "--keyFile", f"{INSIDE}/key",
            "--unixSocketPrefix", INSIDE, "--wiredTigerCacheSizeGB", "0.25", "--quiet",
        )  # fmt: skip
        self._wait(self._answers)
        return self

    def set_up(self) -> ContainerServer:
        """The first account is made by the localhost exception, which holds for the socket alone."""
        with pymongo.MongoClient(f"mongodb://{quote_plus(str(self.folder / SOCKET))}/?directConnection=true") as client:
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [{"_id": 0, "host": "127.0.0.1:27017"}]})
            self._wait(lambda: bool(client.admin.command("hello")["isWritablePrimary"]))
            client.admin.command("createUser", "admin", pwd=self.password, roles=["root"])
        return self

    def kill(self) -> None:
        subprocess.run(["docker", "rm", "--force", "--volumes", self.container], capture_output=True, check=False)
