# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stock mongorestore, as the platform's script builds it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from mongod import Server

SCRIPT = Path(__file__).parents[2] / "demo" / "platform" / "mongo-tools.sh"


@cache
def tools() -> Path:
    """The folder with mongodump and mongorestore."""
    done = subprocess.run([str(SCRIPT)], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.splitlines()[-1])


def mongorestore(server: Server, archive: Path, *options: str) -> str:
    """Restore an archive into ``server``; what the tool said. Fails on "failed" documents, for which it exits 0."""
    config = server.folder / "restore.yml"
    config.write_text(f"password: '{server.password}'\n")
    config.chmod(0o600)
    done = subprocess.run(
        [
            str(tools() / "mongorestore"), "--host", "127.0.0.1", "--port", str(server.port), "--username", "admin",
            "--authenticationDatabase", "admin", "--config", str(config), "--gzip", f"--archive={archive}",
            "--bypassDocumentValidation", *options,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or " 0 document(s) failed" not in done.stderr:
        raise AssertionError(done.stderr)
    return done.stderr
