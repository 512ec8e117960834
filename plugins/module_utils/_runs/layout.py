# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things lie: ``<state_dir>/<stack>/{lock,ledger.jsonl,runs/<id>/…}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .._core.errors import BadInput, Refused
from .._core.files import make_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[a-z]+-[0-9A-Za-z.+-]+", re.ASCII)


def is_run_id(value: object) -> bool:
    """Whether ``value`` has the form of a run's id."""
    return isinstance(value, str) and _RUN_ID.fullmatch(value) is not None


@dataclass(frozen=True)
class StackPaths:
    """The state of one stack on this host."""

    root: Path

    @classmethod
    def of(cls, state_dir: str, stack: str) -> StackPaths:
        """Raises BadInput ``stack.name`` when ``stack`` could not be a folder's name."""
        if not _NAME.fullmatch(stack):
            raise BadInput("stack.name", value=stack)
        return cls(Path(state_dir) / stack)

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.jsonl"

    @property
    def progress(self) -> Path:
        """How far long work of this stack has come."""
        return self.root / "progress.json"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    def run(self, run_id: str) -> Path:
        """The folder of a run. Raises BadInput ``run.id`` for anything that is not a run's id."""
        if not is_run_id(run_id):
            raise BadInput("run.id", value=run_id)
        return self.runs / run_id

    def run_ids(self) -> list[str]:
        """Ids of the runs that have a folder, oldest first."""
        if not self.runs.is_dir():
            return []
        return sorted(folder.name for folder in self.runs.iterdir() if is_run_id(folder.name))

    def prepare(self) -> None:
        """Make the folders below the state folder, which bootstrap made. Raises Refused ``state.missing``."""
        if not self.root.parent.is_dir():
            raise Refused("state.missing", path=str(self.root.parent))
        make_folder(self.root)
        make_folder(self.runs)

    def new_run(self, moment: datetime, update_type: str, version: str) -> str:
        """Make the folder of a new run and return its id, which sorts by time."""
        base = f"{moment:%Y%m%dT%H%M%SZ}-{update_type}-{version}"
        run_id, count = base, 1
        while self.run(run_id).exists():
            count += 1
            run_id = f"{base}.{count}"
        make_folder(self.run(run_id))
        return run_id
