# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target asks of the application's scripts: a move from the state that is recorded to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput, Refused
from .._migrations.selection import LATEST, Wish
from .settings import COMMAND, NONE, TOLD, Settings

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Move:
    """``up``: the versions that the ``target`` adds, in order. ``down``: those that it takes back, newest first.

    ``earlier``: the state before; None where nobody knows it.
    """

    target: str | None
    earlier: str | None
    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


def choose(wish: Wish, known: Sequence[str], records: Sequence[Record], settings: Settings) -> Move:
    """The move to the target of ``wish``; ``known`` are the versions that manifests name, in order.

    ``records`` are those of the applied versions, in order. A version that is recorded is a way back to it, any other a way
    forward. Raises BadInput ``migrations.target``, Refused ``migrations.ahead``, ``migrations.baseline``,
    ``migrations.no_way_back`` or ``migrations.below_baseline``, before anything is done.
    """
    applied = [record["_id"] for record in records]
    if wish.target == LATEST:
        wanted = [version for version in known if wish.wanted is None or version in wish.wanted]
        return forward(wanted, applied, settings)
    if wish.target in applied:
        return _back(records[applied.index(wish.target) + 1 :], wish.target, applied, settings)
    if wish.target == (settings.baseline or NONE):
        return _back(records, wish.target, applied, settings)
    if wish.target not in known:
        start = settings.baseline or NONE
        allowed = dict.fromkeys([LATEST, start, *applied, *known])
        raise BadInput("migrations.target", target=wish.target, known=", ".join(allowed))
    move = forward(known[: known.index(wish.target) + 1], applied, settings)
    for version in move.up:
        if version in wish.ahead:
            release = wish.ahead[version]
            raise Refused("migrations.ahead", version=version, file=f"{version} ({TOLD})", release=release)
    return move


def forward(wanted: Sequence[str], applied: Sequence[str], settings: Settings) -> Move:
    """The move to the last of ``wanted``, nowhere when that is applied. Raises Refused ``migrations.baseline``."""
    earlier = state_after(applied, settings)
    if not wanted or wanted[-1] in applied:
        return Move(earlier, earlier)
    if settings.reversible and earlier is None:
        raise Refused("migrations.baseline", target=wanted[-1])
    return Move(wanted[-1], earlier, up=tuple(version for version in wanted if version not in applied))


def state_after(applied: Sequence[str], settings: Settings) -> str | None:
    """The target that says what is there when ``applied`` are."""
    return applied[-1] if applied else settings.baseline


def _back(beyond: Sequence[Record], target: str, applied: Sequence[str], settings: Settings) -> Move:
    for record in beyond:
        version, origin = record["_id"], record.get("origin")
        if origin is None or not settings.reversible:
            found = "migrations.reversible: false" if origin else record.get("file") or "-"
            raise Refused("migrations.no_way_back", version=version, found=found)
        if origin != COMMAND:
            raise Refused("migrations.below_baseline", version=version, origin=origin)
    if beyond and target == NONE and settings.baseline is None:
        raise Refused("migrations.baseline", target=target)
    down = tuple(record["_id"] for record in reversed(beyond))
    return Move(target, state_after(applied, settings), down=down)
