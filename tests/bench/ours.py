# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our side: the playbook as people type it, and what its journal says of where the time went."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from measures import Measures
from stack import CLONE, FOLDER, BenchError, Stack, finish

VERSION = "1.1.0"
COUNTER = """#!/bin/sh
case "$1" in *AnsiballZ_*) echo "$1" >>"{log}" ;; esac
exec "{python}" "$@"
"""


def playbook(stack: Stack, name: str, variables: dict[str, Any]) -> None:
    """Run a playbook of the clone on the stack."""
    executable = Path(sys.executable).parent / "ansible-playbook"
    argv = [str(executable), f"playbooks/{name}.yml", "-e", json.dumps(variables)]
    env = {**stack.environment, "ANSIBLE_CONFIG": str(CLONE / "ansible.cfg")}
    env["PATH"] = f"{executable.parent}{os.pathsep}{env['PATH']}"
    finish(argv, f"{name}.yml", env)


def counting_python(log: Path) -> Path:
    """An interpreter for the modules that notes each process it becomes."""
    script = FOLDER / "counting-python"
    script.write_text(COUNTER.format(log=log, python=sys.executable))
    script.chmod(0o755)
    log.write_text("")
    return script


def update(stack: Stack, webhook: str, log: Path) -> None:
    """The update to VERSION, with a webhook as the only channel, as on the other side."""
    channels = [{"name": "discord", "kind": "discord", "url": webhook}]
    changed = {"ansible_python_interpreter": str(counting_python(log)), "benevoclic_notification_channels": channels}
    playbook(stack, "feature_update", {"version": VERSION, **changed})


def prepare(stack: Stack) -> None:
    """Done once a host, not part of an update."""
    playbook(stack, "bootstrap", {})


def measure(stack: Stack, webhook: str) -> Measures:
    """The update that changes the release."""
    log = FOLDER / "modules.log"
    began_at, began = time.time(), time.monotonic()
    update(stack, webhook, log)
    wall = time.monotonic() - began
    run = last_run(stack)
    journal = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    return Measures(
        wall=wall,
        verified=verified_at(json.loads((run / "report.json").read_text())) - began_at,
        tool=wall - waiting_seconds(journal),
        processes=len(log.read_text().splitlines()),
    )


def measure_again(stack: Stack, webhook: str) -> float:
    """The same command once more; seconds."""
    began = time.monotonic()
    update(stack, webhook, FOLDER / "modules.log")
    return time.monotonic() - began


def last_run(stack: Stack) -> Path:
    """The folder of the newest run: their names sort by time."""
    runs = sorted((stack.folder / "state").glob("*/runs/*/report.json"))
    if not runs:
        raise BenchError("the update left no report.json")
    return runs[-1].parent


def verified_at(report: dict[str, Any]) -> float:
    """When the new version was proved to be served, in seconds of the wall clock."""
    stage = next(stage for stage in report["stages"] if stage["name"] == "verify")
    began = datetime.fromisoformat(stage["started_at"].replace("Z", "+00:00")).timestamp()
    return began + float(stage["duration_seconds"])


def waiting_seconds(journal: list[dict[str, Any]]) -> float:
    """What a run waits for and no tool can shorten; the rest of its wall time is tool time.

    The start of the images (``service.up``: Compose swaps the container and the new one becomes healthy), the gates
    (consecutive good answers), the test suites, the watch.
    """
    seconds = 0.0
    for entry in journal:
        data = entry["data"]
        if entry["kind"] in ("gate", "suite", "watch"):
            seconds += data["seconds"]
        elif entry["kind"] == "operation_end":
            seconds += data["result"].get("seconds", 0.0) if "container_id" in data["result"] else 0.0
    return seconds
