# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process whose output is its answer: what a team's code prints is not part of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COLLECTIONS = Path(__file__).parents[5] / ".ansible" / "collections"
PRINTING = """
import logging, os, subprocess, sys, warnings
print("said")
sys.stderr.write("said")
logging.warning("said")
warnings.warn("said")
os.write(1, b"said")
subprocess.run(["echo", "said"], check=True)
"""
SCRIPT = f"""
import sys
sys.path.insert(0, {str(COLLECTIONS)!r})
from pathlib import Path
from ansible_collections.benevoclic.updates.plugins.module_utils._migrations import files
path = Path(sys.argv[1])
print("before")
code = files.load(path, files.describe(path).sha256)
code.up(None, None)
print("after")
"""


def test_a_file_that_prints_while_it_loads_leaves_the_answer_alone(tmp_path: Path) -> None:
    path = tmp_path / "20240815_001_add_things.py"
    path.write_text(
        f'VERSION = "20240815_001"\nDESCRIPTION = "x"\nREVERSIBLE = False\n{PRINTING}\ndef up(db, step): print("own")\n'
    )
    answer = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, check=True)
    assert (answer.stdout, answer.stderr) == ("before\nown\nafter\n", "")
