# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a new migration file on the controller, where the team's repository is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._core.errors import BadInput, EngineError, Failed
from ..module_utils._locale import DEFAULT, LOCALES, text
from ..module_utils._migrations.scaffold import new_file
from ..module_utils._module.boundary import SHARED_OPTIONS, failure, unexpected

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "migrations_dir": {"type": "path", "required": True},
}


class ActionModule(ActionBase):
    """``migration_file``: no module process."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        wished = self._task.args.get("locale")
        locale = wished if wished in LOCALES else DEFAULT
        try:
            _validation, options = self.validate_argument_spec({**SHARED_OPTIONS, **OPTIONS})
            result.update(written(options, locale, check_mode=self._task.check_mode))
        except AnsibleError:
            raise
        except EngineError as error:
            result.update(failed=True, stage="migrations", **failure(error, locale))
        except Exception as error:
            result.update(failed=True, stage="migrations", **failure(unexpected("migration_file", error), locale))
        return result


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
    return {"changed": True, "stage": "migrations", "path": str(path), "diff": diff, "lines": [line]}
