# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One private server with the data of the bench, and what a command on it costs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

import mongo_data
import mongo_tools
from mongod import Server
from stack import CLONE, FOLDER, BenchError
from table import say

Own = TypeVar("Own", bound="Lone")
HERE = Path(__file__).parent
CACHE_GB = 2.0
"""Holds all the data, so that no side waits for the disk's reading."""


@dataclass(frozen=True)
class Data:
    """A database of the bench."""

    database: str
    label: str
    fill: Callable[..., None]


DATA = (
    Data("many", "{documents} documents", mongo_data.fill_many),
    Data("mixed", "large documents", mongo_data.fill_mixed),
)


@dataclass(frozen=True)
class Cost:
    """What one command took, and what it told (ours: a JSON object)."""

    seconds: float
    memory_mib: float
    told: dict[str, Any]


class Lone:
    """Used as a context: a server of its own and a folder, gone afterwards."""

    def __init__(self, *, replica_set: bool) -> None:
        self.server = Server(replica_set=replica_set, cache_gb=CACHE_GB)
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="mongo-", dir=FOLDER))

    def __enter__(self: Own) -> Own:
        try:
            self.server.start().set_up()
            self._prepare()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def _prepare(self) -> None:
        """What must be there before anything is measured."""

    def ours(self, work: str, **wanted: Any) -> Cost:
        """The engine in a process of its own; the secret comes to it over its standard input."""
        request = {"work": work, "uri": self.server.uri, **wanted}
        cost = self._cost([sys.executable, str(HERE / "mongo_driver.py")], json.dumps(request).encode())
        return Cost(cost.seconds, cost.memory_mib, json.loads(cost.told["output"]))

    def command(self, argv: Sequence[str]) -> Cost:
        """Another program; ``argv[0]`` is looked for in PATH."""
        return self._cost([shutil.which(argv[0]) or argv[0], *argv[1:]], b"")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for one measurement."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def settle(self) -> None:
        """What the server still has to write must not fall into the next measurement."""
        with self.server.client() as client:
            client.admin.command("fsync")

    def drop(self, database: str) -> None:
        self.server.drop_database(database)

    def _cost(self, argv: Sequence[str], stdin: bytes) -> Cost:
        self.settle()
        report = self.folder / "cost.json"
        done = subprocess.run(
            [sys.executable, "-S", str(HERE / "cost.py"), str(report), *argv],
            cwd=CLONE, input=stdin, capture_output=True, check=False,
        )  # fmt: skip
        errors = done.stderr.decode(errors="replace")
        figures = json.loads(report.read_text()) if done.returncode == 0 else {"status": done.returncode}
        if figures["status"]:
            raise BenchError(f"{Path(argv[0]).name} failed (status {figures['status']}):\n{errors[-1500:]}")
        return Cost(figures["seconds"], figures["memory_mib"], {"output": done.stdout.decode(), "errors": errors})

    def _remove(self) -> None:
        self.server.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


class Rig(Lone):
    """The server with the data of the backups' parts."""

    def __init__(self, documents: int) -> None:
        super().__init__(replica_set=True)
        self.documents = documents

    def _prepare(self) -> None:
        began = time.monotonic()
        with self.server.client() as client:
            for data in DATA:
                data.fill(client[data.database], self.documents)
            sizes = [client[data.database].command("dbStats")["dataSize"] / 2**20 for data in DATA]
        said = ", ".join(f"{self.label(data)}: {size:.0f} MiB" for data, size in zip(DATA, sizes, strict=True))
        say(f"data in {time.monotonic() - began:.0f} s; {said}")
        config = self.folder / "tools.yml"
        config.touch(mode=0o600)
        config.write_text(f"uri: '{self.server.uri}'\n")

    def label(self, data: Data) -> str:
        millions, rest = divmod(self.documents, 1_000_000)
        return data.label.format(documents=f"{millions} M" if millions and not rest else f"{self.documents:,}")

    def tool(self, name: str, *arguments: str) -> Cost:
        """mongodump or mongorestore, which exit 0 on documents that they could not restore."""
        argv = [str(mongo_tools.tools() / name), f"--config={self.folder / 'tools.yml'}", *arguments]
        cost = self._cost(argv, b"")
        if name == "mongorestore" and " 0 document(s) failed" not in cost.told["errors"]:
            raise BenchError(f"{name}: {cost.told['errors'][-400:]}")
        return cost
