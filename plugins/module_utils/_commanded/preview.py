# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application's own migrations beside the database: what is applied, what a target would do. Reads, without any lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.errors import EngineError
from .._migrations import outlook
from .._migrations.files import summaries
from .._migrations.outlook import Outlook
from .._migrations.selection import Selection, Wish
from .moves import Move, choose
from .settings import CONTAINER, Settings


def look(uri: str, database: str, known: Sequence[str], wish: Wish, settings: Settings) -> tuple[Outlook, Move | None]:
    """What is recorded, and the move to the target; None where it is refused, which is one of the ``problems``.

    ``known``: the versions that manifests name, in order. Raises the errors of a connection.
    """
    found = outlook.look(uri, database, None, wish, lint=False)
    records = [{**record, "_id": record["version"]} for record in found.applied]
    applied = [record["_id"] for record in records]
    try:
        wanted = [version for version in known if version not in applied and version not in wish.ahead]
        found.pending = summaries(settings.migrations(wanted))
        move = choose(wish, known, records, settings)
        up, down = settings.migrations(move.up), settings.migrations(move.down)
    except EngineError as error:
        found.problems = [error]
        return found, None
    found.selection = Selection(tuple(up), tuple(down))
    return found, move


def told(move: Move, settings: Settings, image: str) -> list[tuple[str, dict[str, Any]]]:
    """What people should know of a move, as texts with their details."""
    if not move.up and not move.down:
        return []
    place = image or settings.service.name if settings.runner == CONTAINER else settings.directory
    details = {"target": move.target, "earlier": move.earlier or "?", "place": place}
    lines = [("migrations.commanded_up" if move.up else "migrations.commanded_down", details)]
    if move.up and settings.reversible:
        lines.append(("migrations.commanded_way_back", details))
    return [*lines, ("migrations.commanded_no_lint", details)]
