# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a new migration file on the controller, where the team's repository is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ..module_utils._core.errors import BadInput, Failed
from ..module_utils._locale import text
from ..module_utils._migrations.scaffold import new_file
from ..plugin_utils.answering import AnsweringAction

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "migrations_dir": {"type": "path", "required": True},
}


class ActionModule(AnsweringAction):
    """See the documentation of the module."""

    OPTIONS = OPTIONS
    STAGE = "migrations"

    def answer(self, options: dict[str, Any], locale: str) -> dict[str, Any]:
        return written(options, locale, check_mode=self._task.check_mode)


def written(options: dict[str, Any], locale: str, *, check_mode: bool) -> dict[str, Any]:
    """The module's result; the file is new, or nothing is written."""
    folder = Path(options["migrations_dir"])
    if not folder.is_dir():
        raise BadInput("migrations.new_folder", path=str(folder))
    name, content = new_file(options["name"], [path.name for path in folder.iterdir()], date.today())
    path = folder / name
    if not check_mode:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(content)
        except OSError as error:
            raise Failed("file.unwritable", path=str(path), found=error.strerror or str(error)) from error
    line = {"mark": "ok", "text": text(locale, "migrations.new_file", path=str(path))}
    diff = {"before": "", "after": content, "after_header": str(path)}
    return {"changed": True, "path": str(path), "diff": diff, "lines": [line]}
