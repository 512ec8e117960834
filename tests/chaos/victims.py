# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a victim, and kills it at a moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VICTIM = Path(__file__).parent / "victim.py"
LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """How a victim ended: killed or not, after how long (from "ready"), with which result, after how many points."""

    killed: bool
    seconds: float
    result: dict[str, Any] | None
    points: int | None


def run(module: str, args: dict[str, Any], watch: Path, *, after: float | None = None, at: int | None = None) -> Ended:
    """Run a module; kill its process group ``after`` so many seconds of its work, or let it kill itself ``at`` a point."""
    request = {"module": module, "args": args, "watch": str(watch), "kill_at": at}
    with subprocess.Popen(
        [sys.executable, str(VICTIM)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        process.stdin.write(json.dumps(request))
        process.stdin.close()
        process.stdin = None
        ready = process.stdout.readline()
        began = time.monotonic()
        killer = threading.Timer(LIMIT_SECONDS if after is None else after, _kill, (process,))
        killer.start()
        out, errors = process.communicate()
        killer.cancel()
        seconds = time.monotonic() - began
    killed = process.returncode == -signal.SIGKILL
    if not ready or (not killed and process.returncode) or seconds >= LIMIT_SECONDS:
        raise RuntimeError(f"{module} (status {process.returncode}): {out[-1500:]}{errors[-1500:]}")
    if killed:
        return Ended(True, seconds, None, None)
    return Ended(False, seconds, json.loads(out.splitlines()[-1]), int(errors.splitlines()[-1]))


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
