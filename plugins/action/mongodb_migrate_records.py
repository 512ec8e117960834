# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands the module of the same name the migration files, which are on the controller."""

from __future__ import annotations

from typing import Any

from ..module_utils._core.errors import BadInput
from ..module_utils._migrations.records import REPAIRS
from ..plugin_utils.migration_files import MigrationFilesAction

NEEDED = {"baseline": ("version",), "import": (), "repair": ("how", "version")}
"""Operation → the options that it cannot do without."""


class ActionModule(MigrationFilesAction):
    """See the documentation of the module."""

    def refuse(self, options: dict[str, Any]) -> None:
        """What is typed at ``migration_records.yml`` is told in the reader's language, with what to do."""
        _choose("operation", options, NEEDED)
        for name in NEEDED[options["operation"]]:
            if not options.get(name):
                raise BadInput("request.missing", name=name, purpose=f"operation={options['operation']}")
        if options.get("how"):
            _choose("how", options, REPAIRS)


def _choose(name: str, options: dict[str, Any], known: Any) -> None:
    if options.get(name) not in known:
        raise BadInput("request.choice", name=name, value=options.get(name) or "-", known=", ".join(known))
