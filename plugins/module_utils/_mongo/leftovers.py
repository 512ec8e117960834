# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers that a killed backup left behind: each is labelled with the folder of its set, which is locked by its owner."""

from __future__ import annotations

from pathlib import Path

from .._core.runner import Runner
from .._stack.containers import CALL_SECONDS
from . import workspace

LABEL = "benevoclic-updates.set"


def mark(folder: Path) -> list[str]:
    """Arguments of ``docker run`` for a container that works for the set in ``folder``."""
    return ["--label", f"{LABEL}={folder}"]


def remove(runner: Runner, container: str) -> None:
    """With its anonymous volumes; one that is not there is no error."""
    runner.run(["docker", "rm", "--force", "--volumes", container], timeout=CALL_SECONDS, check=False)


def sweep(runner: Runner, own: Path) -> None:
    """Remove those whose owner is dead: its folder is gone, or nobody holds it any more.

    Those of our ``own`` folder, too, for which we have started none yet: a dead owner's folder can have had its name.
    """
    template = f'{{{{.ID}}}} {{{{.Label "{LABEL}"}}}}'
    argv = ["docker", "ps", "--all", "--filter", f"label={LABEL}", "--format", template]
    for line in runner.run(argv, timeout=CALL_SECONDS).stdout.splitlines():
        container, _space, name = line.partition(" ")
        folder = Path(name)
        if folder == own or not folder.is_dir() or workspace.is_dead(folder):
            remove(runner, container)
