# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migration files: Python, one a version, read before anything runs and loaded only as they were planned."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._core import files
from .._core.errors import BadInput, EngineError, Failed, describe_error
from .._core.muted import muted
from . import declaration
from .interrupting import looking

SUMMARY = ("version", "description", "file", "sha256", "reversible", "phase", "compatible")
"""What plans and results say of a migration."""
LOAD_SECONDS = 30.0
"""The top of a file declares; work belongs into ``up``, where the deadline holds."""
NAME = re.compile(r"(\d{8}_\d{3})_[a-z0-9]+(?:_[a-z0-9]+)*\.py")


@dataclass(frozen=True)
class Migration:
    """What a file says about itself. ``dependencies`` are versions, ``allows`` maps rules of the lint to reasons.

    ``compatible``: the release served before can live with the new schema. ``transaction``: it wants to run in one.
    """

    version: str
    description: str
    dependencies: tuple[str, ...]
    reversible: bool
    file: str
    sha256: str
    phase: str = declaration.PHASES[0]
    transaction: bool = False
    deadline_seconds: float = declaration.DEADLINE_SECONDS
    compatible: bool = True
    author: str | None = None
    allows: Mapping[str, str] = field(default_factory=dict, hash=False)
    replaces: tuple[str, ...] = ()


def summaries(migrations: Iterable[Migration]) -> list[dict[str, Any]]:
    """As plans and results show them."""
    return [{key: getattr(migration, key) for key in SUMMARY} for migration in migrations]


@dataclass(frozen=True)
class Code:
    """The functions of a loaded file; ``verify`` is optional, ``down`` is missing in an irreversible one."""

    migration: Migration
    path: str
    up: Callable[..., Any]
    down: Callable[..., Any] | None
    verify: Callable[..., Any] | None


def scan(folder: Path) -> list[Migration]:
    """Every migration in ``folder``, by version. Raises BadInput for a misnamed, broken or doubled file."""
    return described({path.name: files.read_bytes(path) for path in sources(folder)})


def sources(folder: Path) -> list[Path]:
    """The Python files of ``folder``, except those whose name begins with an underscore."""
    return sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))


def described(contents: Mapping[str, bytes]) -> list[Migration]:
    """What these files (name → content) say, by version. Raises BadInput for a misnamed, broken or doubled one."""
    found = [describe_source(name, contents[name]) for name in sorted(contents)]
    check_unique(found)
    return sorted(found, key=lambda migration: migration.version)


def check_unique(migrations: Iterable[Migration]) -> None:
    seen: dict[str, str] = {}
    for migration in migrations:
        if migration.version in seen:
            both = f"{seen[migration.version]}, {migration.file}"
            raise BadInput("migrations.duplicate", version=migration.version, files=both)
        seen[migration.version] = migration.file


def describe(path: Path) -> Migration:
    """What the file says, without running it. Raises BadInput."""
    return describe_source(path.name, files.read_bytes(path))


def describe_source(name: str, source: bytes) -> Migration:
    """What a file of this name and content says, without running it. Raises BadInput."""
    match = NAME.fullmatch(name)
    if match is None:
        raise BadInput("migrations.name", file=name)
    tree = parse(source, name)
    fields = declaration.read(tree, name)
    if fields["VERSION"] != match.group(1):
        raise declaration.wrong(name, "VERSION", f"'{match.group(1)}'", repr(fields["VERSION"]))
    reversible = fields["REVERSIBLE"]
    declaration.check_function(tree, name, "up", ("db", "step"), required=True)
    if reversible:
        declaration.check_function(tree, name, "down", ("db", "step"), required=True)
    declaration.check_function(tree, name, "verify", ("db",), required=False)
    return Migration(
        version=fields["VERSION"],
        description=fields["DESCRIPTION"],
        dependencies=fields["DEPENDENCIES"],
        reversible=reversible,
        file=name,
        sha256=files.sha256_bytes(source),
        phase=fields["PHASE"],
        transaction=fields["TRANSACTION"],
        deadline_seconds=fields["DEADLINE_SECONDS"],
        compatible=reversible if fields["COMPATIBLE"] is None else fields["COMPATIBLE"],
        author=fields["AUTHOR"],
        allows=fields["ALLOWS"],
        replaces=fields["REPLACES"],
    )


def load(path: Path, sha256: str) -> Code:
    """Run the file's own top level, provided that its content is the planned one, and give its functions."""
    source = files.read_bytes(path)
    found = files.sha256_bytes(source)
    if found != sha256:
        raise Failed("migrations.file_changed", file=path.name, expected=sha256, found=found)
    migration = describe(path)
    space: dict[str, Any] = {"__name__": f"migration_{migration.version}", "__file__": str(path)}

    def give_up() -> None:
        raise BadInput("migrations.import_endless", file=path.name, seconds=f"{LOAD_SECONDS:g}")

    try:
        with muted(), looking(give_up, LOAD_SECONDS):
            exec(compile(source, str(path), "exec"), space)
    except EngineError:
        raise
    except BaseException as error:  # whatever a team's file raises, a KeyboardInterrupt too, is an error of the file
        raise BadInput("migrations.import", file=path.name, found=describe_error(error)) from error
    return Code(migration, str(path), space["up"], space.get("down"), space.get("verify"))


def parse(source: bytes, name: str) -> ast.Module:
    """The tree of a file. Raises BadInput ``migrations.syntax`` with the line."""
    try:
        return ast.parse(source, filename=name)
    except SyntaxError as error:
        raise BadInput("migrations.syntax", file=name, line=error.lineno or 1, found=error.msg) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadInput("migrations.syntax", file=name, line=1, found=str(error)) from error
