# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the files are still those that the database was migrated with: asked before any lock is taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from .._core.errors import EngineError, Refused
from .files import Migration
from .order import ordered

Record = Mapping[str, Any]
OUT_OF_ORDER = ("error", "run", "skip")
"""What becomes of a migration that turns up below one that is applied: refused, run, left out."""


def problems(migrations: Iterable[Migration], records: Iterable[Record]) -> list[EngineError]:
    """All that is wrong with the set, each naming the files; empty when nothing is.

    ``records``: those of the applied versions, in the order in which they were applied. A record without a field is
    of a time when it was not kept; one with an ``origin`` that has no ``file`` never had one.
    """
    known = list(migrations)
    applied = list(records)
    try:
        ordered(known, {record["_id"] for record in applied})
    except EngineError as error:
        return [error]
    by_version = {migration.version: migration for migration in known}
    places = {record["_id"]: place for place, record in enumerate(applied)}
    found = (_problem(record, by_version.get(record["_id"]), places) for record in applied)
    return [problem for problem in found if problem is not None]


def refuse(migrations: Iterable[Migration], records: Iterable[Record]) -> None:
    """Raises the first of the ``problems``."""
    for problem in problems(migrations, records):
        raise problem


def _problem(record: Record, migration: Migration | None, places: Mapping[str, int]) -> EngineError | None:
    version = record["_id"]
    if migration is None:
        if record.get("origin") and not record.get("file"):
            return None
        return Refused("migrations.deleted", version=version, file=record.get("file") or f"{version}_….py")
    return next(_differences(record, migration, places), None)


def _differences(record: Record, migration: Migration, places: Mapping[str, int]) -> Iterator[EngineError]:
    version, file = migration.version, migration.file
    if record.get("file") and record["file"] != file:
        yield Refused("migrations.renamed", version=version, expected=record["file"], found=file)
    dependencies = record.get("dependencies")
    if dependencies is not None and tuple(dependencies) != migration.dependencies:
        before, now = ", ".join(dependencies) or "-", ", ".join(migration.dependencies) or "-"
        yield Refused("migrations.reordered", version=version, file=file, expected=before, found=now)
    if record.get("checksum") != migration.sha256:
        expected, found = record.get("checksum") or "-", migration.sha256
        yield Refused("migrations.changed_after", version=version, file=file, expected=expected, found=found)
    for dependency in migration.dependencies:
        if places.get(dependency, -1) > places[version]:
            order = f"{version}, {dependency}"
            yield Refused(
                "migrations.reordered", version=version, file=file, expected=order, found=f"{dependency}, {version}"
            )


def late(migrations: Iterable[Migration], applied: Collection[str]) -> list[Migration]:
    """Those not applied whose version is below one that is."""
    known = list(migrations)
    newest = max((migration.version for migration in known if migration.version in applied), default="")
    return [migration for migration in known if migration.version not in applied and migration.version < newest]


def refuse_late(migration: Migration, applied: Collection[str]) -> Refused:
    """The refusal of a late one, naming the newest applied version."""
    newest = max(version for version in applied if version > migration.version)
    return Refused("migrations.late", version=migration.version, file=migration.file, newest=newest)
