# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration file declares by constants at its top: read as data, never run."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput

PHASES = ("before_deploy", "after_deploy", "after_verified")
"""When a migration runs in an update: beside the old code, beside the new one, once that was verified."""
DEADLINE_SECONDS = 3600
LONGEST = 80
"""Characters of a wrong value that an error repeats."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_deadline(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def _are_reasons(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_text(key) and _is_text(reason) for key, reason in value.items())


@dataclass(frozen=True)
class Field:
    """A constant: its check, what an error says was expected, and its value where it is absent (None: needed)."""

    check: Callable[[Any], bool]
    expected: str
    default: Any = None
    required: bool = False


FIELDS: dict[str, Field] = {
    "VERSION": Field(_is_text, "str", required=True),
    "DESCRIPTION": Field(_is_text, "str", required=True),
    "DEPENDENCIES": Field(_are_texts, "tuple[str, ...]", ()),
    "REVERSIBLE": Field(_is_flag, "True | False", True),
    "PHASE": Field(lambda value: value in PHASES, " | ".join(PHASES), PHASES[0]),
    "TRANSACTION": Field(_is_flag, "True | False", False),
    "DEADLINE_SECONDS": Field(_is_deadline, "number > 0", DEADLINE_SECONDS),
    "COMPATIBLE": Field(_is_flag, "True | False", None),
    "AUTHOR": Field(_is_text, "str", None),
    "ALLOWS": Field(_are_reasons, "dict[str, str]", {}),
    "REPLACES": Field(_are_texts, "tuple[str, ...]", ()),
}
"""All constants that mean something; docs/migrations.md explains each."""


def read(tree: ast.Module, file: str) -> dict[str, Any]:
    """Every field of ``FIELDS`` with its value. Raises BadInput ``migrations.field``, naming file and field."""
    found = constants(tree)
    values = {}
    for name, field in FIELDS.items():
        given = name in found
        if given or field.required:
            value = found.get(name)
            if not field.check(value):
                raise wrong(file, name, field.expected, "-" if not given else repr(value)[:LONGEST])
            values[name] = tuple(value) if isinstance(value, list) else value
        else:
            values[name] = field.default
    return values


def constants(tree: ast.Module) -> dict[str, Any]:
    """Names that are set at the top to a literal; what is computed is given as its source."""
    found: dict[str, Any] = {}
    for node in tree.body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if isinstance(target, ast.Name) and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            try:
                found[target.id] = ast.literal_eval(node.value)
            except (ValueError, TypeError):
                found[target.id] = ast.unparse(node.value)
    return found


def wrong(file: str, field: str, expected: str, found: str) -> BadInput:
    """A field or function of ``file`` that is missing or not as it must be."""
    return BadInput("migrations.field", file=file, field=field, expected=expected, found=found)
