# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was typed with ``-e``: Ansible takes any name and any value, so ``-e dryrun=true`` would migrate for real."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from ansible import context
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.parsing.dataloader import DataLoader
from ansible.utils.vars import load_extra_vars

from ..module_utils._core.errors import BadInput

ANYWHERE = ("reason",)
_UPDATE = ("version", "rollback_database")
ACCEPTED: dict[str, tuple[str, ...]] = {
    "announce": ("version", "at", "severity", "vulnerability_id", "override_calendar", "preview_dir"),
    "backup": (),
    "bootstrap": (),
    "database_migration": ("target", "dry_run", "version", "rollback_database"),
    "feature_update": _UPDATE,
    "maintenance_update": _UPDATE,
    "migration_records": ("operation", "version", "how", "collection"),
    "new_migration": ("migration_name",),
    "notify": ("status", "update_type", "message", "version", "severity", "vulnerability_id", "preview_dir"),
    "restore": ("backup_id", "collections", "confirm", "accept"),
    "rollback": _UPDATE,
    "security_update": (*_UPDATE, "severity", "vulnerability_id"),
    "status": (),
}
"""Playbook → the bare names that it reads, besides those accepted ``ANYWHERE``."""
BINDING = ("dry_run", "target", "backup_id")
"""Those that ask for less, or for something else, than a playbook does that does not read them. A workflow that hands the
others on from node to node, such as ``version``, does no harm."""
FLAGS = ("dry_run",)
"""Those that are true or false. Ansible's ``bool`` filter takes what it does not know for false."""
ALIKE = 0.8
"""From which likeness a name is taken for a slip: ``traget`` has 0.83, ``versions`` 0.93, ``services`` (severity) 0.5."""


def refuse_slips() -> None:
    """Raises BadInput ``request.variable`` or ``request.flag`` for what was surely meant otherwise.

    A name that is like none of ours may be one of the team's inventory. A team's own playbook reads what it likes.
    """
    arguments = context.CLIARGS.get("args") or ()
    playbooks = {_name(str(argument)) for argument in arguments}
    if playbooks and playbooks <= ACCEPTED.keys():
        check(load_extra_vars(DataLoader()), playbooks)


def check(given: Mapping[str, Any], playbooks: Iterable[str]) -> None:
    """As ``refuse_slips``, for these variables and playbooks."""
    chosen = sorted(playbooks)
    accepted = {*ANYWHERE, *(name for playbook in chosen for name in ACCEPTED[playbook])}
    wrong = set(BINDING) - accepted
    known = accepted.union(*ACCEPTED.values())
    for name, value in given.items():
        if name in wrong or (name not in known and _like(name, known)):
            raise BadInput("request.variable", name=name, playbook=", ".join(chosen), known=", ".join(sorted(accepted)))
        if name in FLAGS:
            _flag(name, value)


def _flag(name: str, value: Any) -> None:
    try:
        boolean(value)
    except TypeError:
        raise BadInput("request.flag", name=name, value=value) from None


def _like(name: str, known: Iterable[str]) -> bool:
    return any(_alike(_plain(name), _plain(other)) for other in known)


def _alike(name: str, other: str) -> bool:
    if name == other:  # but for its underscores and capitals
        return True
    near = min(len(name), len(other)) > 3 and abs(len(name) - len(other)) < 2
    return near and difflib.SequenceMatcher(None, name, other).ratio() >= ALIKE


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _name(argument: str) -> str:
    """``playbooks/backup.yml`` and ``benevoclic.updates.backup`` are ``backup``."""
    path = PurePath(argument)
    if path.suffix in (".yml", ".yaml"):
        return path.stem
    collection, _dot, name = argument.rpartition(".")
    return name if collection == "benevoclic.updates" else argument
