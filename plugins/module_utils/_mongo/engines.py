# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads the database: the first engine that is there, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .._core.errors import BadInput, Refused
from . import archive_format as form
from . import dump, mongodump
from .dump import Dump, Source

AUTO = "auto"


@dataclass(frozen=True)
class Engine:
    """``missing`` gives what it lacks as a text id, or None; ``write`` dumps."""

    missing: Callable[[Source], str | None]
    write: Callable[[Source, Path], Dump]


def _native_missing(source: Source) -> str | None:
    return None if form.fast() else "dump.lacks_fastcrc"


def _container_missing(source: Source) -> str | None:
    if source.container is None:
        return "dump.lacks_container"
    return None if mongodump.version(source.runner, source.container) else "dump.lacks_tool_in_container"


def _host_missing(source: Source) -> str | None:
    return None if mongodump.version(source.runner, None) else "dump.lacks_tool"


ENGINES = {
    "native": Engine(_native_missing, dump.write),
    "mongodump_container": Engine(
        _container_missing, lambda source, root: mongodump.write(source, root, source.container)
    ),
    "mongodump_host": Engine(_host_missing, lambda source, root: mongodump.write(source, root, None)),
}
"""In the order in which ``auto`` asks: native alone reads a replica set at one moment, and it is the fastest."""


def write(source: Source, root: Path) -> Dump:
    """Dump by the engine of ``source``. ``why`` of the result: asked_for, or first of those there are.

    Raises BadInput ``dump.engine``, Refused ``dump.lacks_…`` or ``dump.no_engine``.
    """
    if source.engine not in (AUTO, *ENGINES):
        raise BadInput("dump.engine", value=source.engine, allowed=", ".join((AUTO, *ENGINES)))
    name = _first(source) if source.engine == AUTO else source.engine
    lacking = ENGINES[name].missing(source) if source.engine != AUTO else None
    if lacking is not None:
        raise Refused(lacking, engine=name)
    done = ENGINES[name].write(source, root)
    return replace(done, engine={**done.engine, "why": "first" if source.engine == AUTO else "asked_for"})


def _first(source: Source) -> str:
    for name, engine in ENGINES.items():
        if engine.missing(source) is None:
            return name
    raise Refused("dump.no_engine", engines=", ".join(ENGINES))
