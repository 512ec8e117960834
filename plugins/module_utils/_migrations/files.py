# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migration files: Python, one a version, read before anything runs and loaded only as they were planned."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core import files
from .._core.errors import BadInput, Failed

NAME = re.compile(r"(\d{8}_\d{3})_[a-z0-9]+(?:_[a-z0-9]+)*\.py")


@dataclass(frozen=True)
class Migration:
    """What a file says about itself. ``dependencies`` are versions."""

    version: str
    description: str
    dependencies: tuple[str, ...]
    reversible: bool
    file: str
    sha256: str


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
    names = sorted(path.name for path in folder.glob("*.py") if not path.name.startswith("_"))
    found = [describe(folder / name) for name in names]
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
    match = NAME.fullmatch(path.name)
    if match is None:
        raise BadInput("migrations.name", file=path.name)
    source = files.read_bytes(path)
    tree = _parse(source, path.name)
    fields = _constants(tree)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    migration = Migration(
        version=_text(fields, "VERSION", path.name),
        description=_text(fields, "DESCRIPTION", path.name),
        dependencies=_versions(fields.get("DEPENDENCIES", ()), path.name),
        reversible=_boolean(fields.get("REVERSIBLE", True), path.name),
        file=path.name,
        sha256=files.sha256_bytes(source),
    )
    if migration.version != match.group(1):
        raise _wrong(path.name, "VERSION", f"'{match.group(1)}'", repr(migration.version))
    for needed in ("up", "down") if migration.reversible else ("up",):
        if needed not in functions:
            raise _wrong(path.name, needed, f"def {needed}(db, step)", "-")
    return migration


def load(path: Path, sha256: str) -> Code:
    """Run the file's own top level, provided that its content is the planned one, and give its functions."""
    source = files.read_bytes(path)
    found = files.sha256_bytes(source)
    if found != sha256:
        raise Failed("migrations.file_changed", file=path.name, expected=sha256, found=found)
    migration = describe(path)
    space: dict[str, Any] = {"__name__": f"migration_{migration.version}", "__file__": str(path)}
    try:
        exec(compile(source, str(path), "exec"), space)
    except Exception as error:
        raise BadInput("migrations.import", file=path.name, found=f"{type(error).__name__}: {error}") from error
    return Code(migration, str(path), space["up"], space.get("down"), space.get("verify"))


def _parse(source: bytes, name: str) -> ast.Module:
    try:
        return ast.parse(source, filename=name)
    except SyntaxError as error:
        raise BadInput("migrations.syntax", file=name, line=error.lineno, found=error.msg) from error
    except ValueError as error:
        raise BadInput("migrations.syntax", file=name, line=1, found=str(error)) from error


def _constants(tree: ast.Module) -> dict[str, Any]:
    """Names that are set once at the top to a literal."""
    found: dict[str, Any] = {}
    for node in tree.body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if isinstance(target, ast.Name) and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            try:
                found[target.id] = ast.literal_eval(node.value)
            except ValueError:
                found[target.id] = ast.unparse(node.value)
    return found


def _text(fields: dict[str, Any], field: str, name: str) -> str:
    value = fields.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, field, "str", _shown(value))
    return value


def _versions(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise _wrong(name, "DEPENDENCIES", "tuple[str, ...]", _shown(value))
    return tuple(value)


def _boolean(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, "REVERSIBLE", "True | False", _shown(value))
    return value


def _shown(value: Any) -> str:
    return "-" if value is None else repr(value)[:80]


def _wrong(name: str, field: str, expected: str, found: str) -> BadInput:
    return BadInput("migrations.field", file=name, field=field, expected=expected, found=found)
