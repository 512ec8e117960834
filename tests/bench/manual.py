# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other side: the manual's update.sh, repaired just enough to finish (manual_update.sh)."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from measures import Measures
from ours import VERSION
from stack import CLONE, FOLDER, Stack, finish

NAME = "manual update.sh"
SCRIPT = Path(__file__).parent / "manual_update.sh"


def mongodump() -> str:
    """The path of the stock mongodump, built when the machine has none; empty where it cannot be had."""
    script = CLONE / "demo" / "platform" / "mongo-tools.sh"
    done = subprocess.run([str(script)], capture_output=True, text=True, check=False)
    return str(Path(done.stdout.splitlines()[-1]) / "mongodump") if done.returncode == 0 else ""


def update(stack: Stack, webhook: str, tool: str) -> dict[str, float]:
    """Run the script; the moments that it marked."""
    info = stack.info()
    marks = FOLDER / "marks"
    marks.write_text("")
    config = stack.folder / "secrets" / "mongodump.yml"
    config.touch(mode=0o600)
    config.write_text(f"uri: '{info['mongodb_uri']}'\n")
    own = {
        "STACK_DIR": info["directory"],
        "EDGE_URL": info["edge_url"],
        "REGISTRY": info["registry"],
        "BACKUPS": info["backup_dir"],
        "DISCORD_WEBHOOK": webhook,
        "MARKS": str(marks),
        "MONGODUMP": tool,
        "MONGODUMP_CONFIG": str(config),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
    }
    finish([str(SCRIPT), "feature", VERSION, "dev"], SCRIPT.name, {**stack.environment, **own})
    return {name: float(moment) for name, moment in (line.split() for line in marks.read_text().splitlines())}


def measure(stack: Stack, webhook: str, tool: str) -> Measures:
    """The update that changes the release."""
    began_at, began = time.time(), time.monotonic()
    marks = update(stack, webhook, tool)
    wall = time.monotonic() - began
    return Measures(
        wall=wall, verified=marks["verified"] - began_at, tool=wall - waiting_seconds(marks), processes=None
    )


def waiting_seconds(marks: dict[str, float]) -> float:
    """The same as on our side: the containers' stop and start, the wait for health (its sleep), the suite."""
    pairs = [("down", "up"), ("sleep", "slept"), ("suites", "tested")]
    return sum(marks[end] - marks[begin] for begin, end in pairs)


def measure_again(stack: Stack, webhook: str, tool: str) -> float:
    """The same command once more; seconds."""
    began = time.monotonic()
    update(stack, webhook, tool)
    return time.monotonic() - began
