# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release tuple of a run, before and after: images and files by the stack, schema by the migrations."""

from __future__ import annotations

from typing import Any

from .._core.files import write_json
from .._migrations.state import applied
from .._runs.session import Run
from .._stack.release import capture


def record_tuple(run: Run, which: str) -> dict[str, Any]:
    """Capture what is there and write ``<which>.json`` and the copies of the configuration files into the run's folder."""
    context = run.context
    found = capture(context.definition, run.folder / f"files-{which}", context.runner, context.transport)
    uri, database = context.secrets.get("mongodb_admin_uri"), context.definition["mongodb"]["database"]
    found["schema"] = applied(uri, database) if uri else None
    write_json(run.folder / f"{which}.json", found)
    return found
