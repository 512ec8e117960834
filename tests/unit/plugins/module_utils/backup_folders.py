# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole backup sets on disk, written by the engine over a few bytes instead of a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core import files
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup_set
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.dump import Dump

STACK = "small"


class ClockAt(FakeClock):
    """A clock that stands at a moment."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def make_set(
    backup_dir: Path,
    at: str,
    *,
    kind: str = "manual",
    proof: str = "structure",
    stack: str = STACK,
    run_id: str | None = None,
    release: str | None = None,
    served: str | None = None,
    restore_seconds: float | None = None,
) -> str:
    """A set that was begun ``at`` (ISO 8601, UTC); its id."""
    clock = ClockAt(datetime.fromisoformat(at).replace(tzinfo=timezone.utc))

    def dump(root: Path) -> Dump:
        path = root / "database.archive.gz"
        path.write_bytes(b"content of " + at.encode())
        path.chmod(0o600)
        entry = {"path": path.name, "bytes": path.stat().st_size, "sha256": files.sha256_file(path)}
        consistency = {"point_in_time": True, "cluster_time": "1.1", "exceptions": []}
        collections = [{"name": "users", "documents": 3, "bytes": 99}]
        return Dump(
            file=entry, collections=collections, consistency=consistency, fingerprint=None, server_version="6.0.5",
            engine={"name": "native", "why": "first"}, users=None,
        )  # fmt: skip

    def prove(_partial: Path, _content: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**backup_set.UNPROVEN, "level": proof, "restore_seconds": restore_seconds}

    purpose = backup_set.Purpose(kind, stack, "dev", run_id, release, "tests", None)
    made = backup_set.take(
        purpose, dump, "played", backup_dir, [], clock, prove=prove, tuple_={"version": served} if served else None
    )
    return str(made["id"])
