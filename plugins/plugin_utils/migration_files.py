# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands a module the migration files, which are on the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._commanded.settings import COMMAND
from ..module_utils._core.errors import BadInput, EngineError
from ..module_utils._locale import DEFAULT, LOCALES
from ..module_utils._migrations import files
from ..module_utils._module.boundary import failure, unexpected
from ..module_utils._policy.released import named, runnable
from .answering import refuse_leftovers
from .releases import named_migrations, read_text


class MigrationFilesAction(ActionBase):  # type: ignore[misc]
    """An action of the same name as its module, which does the work on the host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        wished = self._task.args.get("locale")
        locale = wished if wished in LOCALES else DEFAULT
        try:
            refuse_leftovers(task_vars or {})
            self.refuse(self._task.args)
            arguments = {**self._task.args, **given(self._task.args)}
        except EngineError as error:
            return {**result, "failed": True, "stage": "migrations", **failure(error, locale)}
        except Exception as error:
            told = failure(unexpected("migration_files", error), locale)
            return {**result, "failed": True, "stage": "migrations", **told}
        result.update(self._execute_module(module_args=arguments, task_vars=task_vars))
        return result

    def refuse(self, options: dict[str, Any]) -> None:
        """Raises EngineError for options that the module would only refuse in Ansible's words."""


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The module's options that follow from the controller's folders."""
    definition = options.get("definition")
    engine = (definition.get("migrations") or {}).get("engine") if isinstance(definition, dict) else None
    if engine == COMMAND:
        return _commanded(options)
    folder = options.get("migrations_dir")
    if not folder:
        return {}
    if options.get("target") and not Path(str(folder)).is_dir():
        # Who names a target wants migrations; a team that has none needs no folder.
        raise BadInput("migrations.folder", path=str(folder))
    sources = {path.name: read_text(path) for path in files.sources(Path(str(folder)))}
    found: dict[str, Any] = {"sources": sources}
    if options.get("releases_dir"):
        try:
            migrations = files.described({name: text.encode() for name, text in sources.items()})
        except EngineError:
            return found  # the module says what is wrong with the files
        facts = [{"version": item.version, "phase": item.phase, "compatible": item.compatible} for item in migrations]
        releases = named_migrations(Path(str(options["releases_dir"])))
        found["versions"], found["ahead"] = runnable(facts, releases, options.get("served_version") or None)
    return found


def _commanded(options: dict[str, Any]) -> dict[str, Any]:
    """The same where migrations are the application's own: manifests are all that the controller knows of them."""
    if not options.get("releases_dir"):
        return {}
    releases = named_migrations(Path(str(options["releases_dir"])))
    # The code that is served does not have the migrations of a newer release: all of those are ahead.
    facts = [{"version": version, "phase": "", "compatible": False} for version in named(releases)]
    versions, ahead = runnable(facts, releases, options.get("served_version") or None)
    return {"named": named(releases), "versions": versions, "ahead": ahead}
