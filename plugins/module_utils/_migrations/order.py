# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which order migrations run: dependencies first, else by version."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping

from .._core.errors import BadInput
from .files import Migration, check_unique


def ordered(migrations: Iterable[Migration], applied: Collection[str] = ()) -> list[Migration]:
    """All ``migrations`` in an order in which each follows its dependencies; the same for every order they come in.

    A dependency may also be in ``applied`` without a file. Raises BadInput ``migrations.duplicate``, ``.dependency``,
    ``.cycle``, naming the files.
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
        loop = _loop(waits)
        files = ", ".join(by_version[version].file for version in loop)
        raise BadInput("migrations.cycle", versions=" → ".join([*loop, loop[0]]), files=files)
    return result


def _awaited(migration: Migration, known: Mapping[str, Migration], applied: Collection[str]) -> set[str]:
    for dependency in migration.dependencies:
        if dependency not in known and dependency not in applied:
            raise BadInput(
                "migrations.dependency", version=migration.version, dependency=dependency, file=migration.file
            )
    return {dependency for dependency in migration.dependencies if dependency in known}


def _loop(waits: Mapping[str, Collection[str]]) -> list[str]:
    """One loop among versions that wait for each other, begun at its lowest version."""
    path = [min(waits)]
    while (following := min(waits[path[-1]])) not in path:
        path.append(following)
    loop = path[path.index(following) :]
    start = loop.index(min(loop))
    return loop[start:] + loop[:start]
