# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order migrations run: dependencies first, else by version."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping

from .._core.errors import BadInput, Refused
from .files import Migration, check_unique


def ordered(migrations: Iterable[Migration], applied: Collection[str] = ()) -> list[Migration]:
    """All ``migrations`` in an order in which each follows its dependencies. Raises BadInput.

    A dependency may also be in ``applied`` without a file.
    """
    known = list(migrations)
    check_unique(known)
    by_version = {migration.version: migration for migration in known}
    waits = {version: _awaited(migration, by_version, applied) for version, migration in by_version.items()}
    ready = [version for version, dependencies in waits.items() if not dependencies]
    heapq.heapify(ready)
    result = []
    while ready:
        version = heapq.heappop(ready)
        result.append(by_version[version])
        del waits[version]
        for other, dependencies in waits.items():
            if version in dependencies:
                dependencies.discard(version)
                if not dependencies:
                    heapq.heappush(ready, other)
    if waits:
        raise BadInput("migrations.cycle", versions=", ".join(sorted(waits)))
    return result


def _awaited(migration: Migration, known: Mapping[str, Migration], applied: Collection[str]) -> set[str]:
    for dependency in migration.dependencies:
        if dependency not in known and dependency not in applied:
            raise BadInput("migrations.dependency", version=migration.version, dependency=dependency)
    return {dependency for dependency in migration.dependencies if dependency in known}


def pending(migrations: Iterable[Migration], applied: Mapping[str, str]) -> list[Migration]:
    """Those not applied yet, in order. ``applied``: version → SHA-256.

    Raises Refused ``migrations.changed_after`` when a file was changed since it was applied.
    """
    known = ordered(migrations, applied)
    for migration in known:
        expected = applied.get(migration.version)
        if expected is not None and expected != migration.sha256:
            raise Refused(
                "migrations.changed_after", version=migration.version, expected=expected, found=migration.sha256
            )
    return [migration for migration in known if migration.version not in applied]
