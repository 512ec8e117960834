# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers that do one job of a run. Their names tell stack and run: runs of two stacks can have the same id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._core.runner import Runner

CALL_SECONDS = 60.0


def container_name(definition: Mapping[str, Any], run_id: str, job: str) -> str:
    """A name that Docker takes, for ``job`` of a run of the stack ``definition``."""
    return re.sub(r"[^a-zA-Z0-9_.-]", "-", f"{definition['stack']}-{run_id}-{job}")


def remove_leftovers(runner: Runner, definition: Mapping[str, Any], run_id: str) -> list[str]:
    """Remove what a run that was killed left at work. Returns the names of the containers."""
    wanted = f"name=^/{re.escape(container_name(definition, run_id, ''))}"
    listed = runner.run(["docker", "ps", "--all", "--filter", wanted, "--format", "{{.Names}}"], timeout=CALL_SECONDS)
    names = listed.stdout.split()
    if names:
        runner.run(["docker", "rm", "--force", *names], timeout=CALL_SECONDS)
    return names
