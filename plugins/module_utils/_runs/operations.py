# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only way in which anything is changed: operations that can say whether they happened, and be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from .._core.errors import Failed
from .context import HostContext

Arguments = dict[str, Any]

UNDO_DEFINITIONS = 0
"""Undo phase of data and definitions: first, in reverse order."""
UNDO_CONTAINERS = 1
"""Undo phase of containers: after everything they read was put back."""
UNDO_STOPPED = 2
"""Undo phase of services that were only stopped: on images and definitions that were put back."""
UNDO_EDGE = 3
"""Undo phase of the edge: users come back once what they come to is there."""
BESIDE = ("restore.load",)
"""Operations that touch nothing that serves: what they made is of no worth when they are taken back."""
DATA = ("migration.", "collection.", "view.")
"""How the names of operations begin that change the data in service: they are not taken back without a backup."""


class Operation(Protocol):
    """One reversible change. Arguments and undo data are JSON; secrets come from the context."""

    name: str
    undo_phase: int

    def prepare(self, arguments: Arguments, context: HostContext) -> Arguments:
        """What ``undo`` will need; journaled before ``do``. Changes nothing."""

    def probe(self, arguments: Arguments, context: HostContext) -> bool:
        """Whether it has happened already."""

    def do(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        """Do it; the result is journaled."""

    def undo(self, arguments: Arguments, undo: Arguments, context: HostContext) -> Arguments:
        """Take it back, also when ``do`` was cut off or never began. Doing it twice does no harm."""


Registry = Mapping[str, Operation]


def find(registry: Registry, name: str) -> Operation:
    """The operation ``name``. Raises Failed ``operation.unknown`` (a journal of a newer version)."""
    if name not in registry:
        raise Failed("operation.unknown", name=name)
    return registry[name]
