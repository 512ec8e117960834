# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which migrations a target asks for: those to apply, those to undo, those left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._core.errors import BadInput, Refused
from . import validation
from .files import Migration
from .order import ordered
from .validation import Record

LATEST = "latest"
NOTHING = "none"
"""The target before the first migration."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: ``target`` is a version, ``latest`` or ``none``.

    ``wanted`` limits what ``latest`` applies, to what does not depend on others. ``ahead``: version → the release
    that alone may bring it.
    """

    target: str = LATEST
    out_of_order: str = "error"
    wanted: Collection[str] | None = None
    ahead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """What to do, in the order in which it is done."""

    up: tuple[Migration, ...] = ()
    down: tuple[Migration, ...] = ()
    skipped: tuple[Migration, ...] = ()
    """Late ones, which the policy ``skip`` leaves out."""

    @property
    def irreversible(self) -> tuple[Migration, ...]:
        """Those to apply that cannot be undone."""
        return tuple(migration for migration in self.up if not migration.reversible)


def select(migrations: Iterable[Migration], records: Iterable[Record], wish: Wish) -> Selection:
    """What brings the database to the target: after it, exactly the migrations up to it in the order of the set are applied.

    Raises BadInput ``migrations.target`` with the known ones, Refused ``migrations.late`` (policy ``error``),
    ``migrations.ahead``, ``migrations.no_way_back`` or ``migrations.below_baseline``, before anything is done.
    """
    applied = list(records)
    versions = [record["_id"] for record in applied]
    sequence = ordered(migrations, versions)
    goal = _goal(sequence, versions, wish)
    pending = [migration for migration in sequence if migration.version in goal and migration.version not in versions]
    late = [migration for migration in validation.late(sequence, versions) if migration in pending]
    if late and wish.out_of_order == "error":
        raise validation.refuse_late(late[0], versions)
    skipped = late if wish.out_of_order == "skip" else []
    up = [migration for migration in pending if migration not in skipped]
    _refuse_orphans(up, skipped)
    for migration in up:
        if migration.version in wish.ahead:
            release = wish.ahead[migration.version]
            raise Refused("migrations.ahead", version=migration.version, file=migration.file, release=release)
    down = [] if wish.target == LATEST else _back(sequence, applied, goal)
    return Selection(tuple(up), tuple(down), tuple(skipped))


def _goal(sequence: Sequence[Migration], applied: Collection[str], wish: Wish) -> list[str]:
    known = [migration.version for migration in sequence]
    if wish.target == NOTHING:
        return []
    if wish.target in known:
        return known[: known.index(wish.target) + 1]
    if wish.target != LATEST:
        raise BadInput("migrations.target", target=wish.target, known=", ".join([LATEST, NOTHING, *known]))
    goal: list[str] = []
    for migration in sequence:
        here = {*goal, *applied}
        if (wish.wanted is None or migration.version in wish.wanted) and here.issuperset(migration.dependencies):
            goal.append(migration.version)
    return goal


def _refuse_orphans(up: Sequence[Migration], skipped: Sequence[Migration]) -> None:
    left_out = {migration.version for migration in skipped}
    for migration in up:
        for dependency in migration.dependencies:
            if dependency in left_out:
                raise BadInput(
                    "migrations.dependency_skipped",
                    version=migration.version,
                    file=migration.file,
                    dependency=dependency,
                )


def _back(sequence: Sequence[Migration], applied: Sequence[Record], goal: Collection[str]) -> list[Migration]:
    """The applied ones beyond the goal, newest first; each can be undone, or nothing is."""
    by_version = {migration.version: migration for migration in sequence}
    back = []
    for record in reversed(applied):
        migration = by_version.get(record["_id"])
        if migration is None or migration.version in goal:
            continue
        if record.get("origin"):
            raise Refused("migrations.below_baseline", version=migration.version, origin=record["origin"])
        if not migration.reversible:
            raise Refused("migrations.no_way_back", version=migration.version, found="REVERSIBLE = False")
        back.append(migration)
    return back
