# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup sets as tests take them: an engine, a level of proof, no stack around."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mongo_tools import tools

from ansible_collections.benevoclic.updates.plugins.module_utils._core.clock import SystemClock
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import Silent
from ansible_collections.benevoclic.updates.plugins.module_utils._core.runner import SubprocessRunner
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup_set, engines, proof
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.archive_format import ARCHIVE
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.dump import Source
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.rehearsal import Place

CLOCK = SystemClock()
RUNNER = SubprocessRunner(CLOCK)
PURPOSE = backup_set.Purpose("pre_update", "benevoclic-demo", "dev", "20261122T071500Z-feature-1.1.0", "1.1.0")


def source(uri: str, database: str, engine: str = "native", container: str | None = None) -> Source:
    return Source(uri, database, RUNNER, CLOCK, Silent(), container=container, engine=engine)


def take(
    read: Source,
    folder: Path,
    *,
    config: Sequence[dict[str, Any]] = (),
    level: str = "structure",
    place: Place | None = None,
) -> dict[str, Any]:
    """A proven set of ``read`` below ``folder``; its manifest."""
    return backup_set.take(
        PURPOSE,
        lambda root: engines.write(read, root),
        read.database,
        folder,
        config,
        CLOCK,
        prove=lambda partial, content: proof.prove(partial, content, level, place, CLOCK, Silent()),
    )


def archive_of(folder: Path, manifest: dict[str, Any]) -> Path:
    return folder / str(manifest["id"]) / ARCHIVE


def path_with_tools() -> str:
    """A search path on which the stock tools are."""
    return os.pathsep.join((str(tools()), os.environ["PATH"]))
