# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration file declares by constants at its top: read as data, never run."""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .._core.errors import BadInput, Phrase
from .rules import RULES

PHASES = ("before_deploy", "after_deploy", "after_verified")
"""When a migration runs in an update: beside the old code, beside the new one, once that was verified."""
DEADLINE_SECONDS = 3600
LONGEST = 80
"""Characters of a wrong value that an error repeats."""
LONGEST_DESCRIPTION = 200
ABSENT = Phrase("migrations.absent")
ALIKE = 0.8
"""From here on two names are one name and its misspelling (1: equal)."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_line(value: Any) -> bool:
    return _is_text(value) and len(value) <= LONGEST_DESCRIPTION and value.isprintable()


def _are_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_deadline(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def _are_reasons(value: Any) -> bool:
    return isinstance(value, Mapping) and all(key in RULES and _is_text(reason) for key, reason in value.items())


@dataclass(frozen=True)
class Field:
    """A constant: its check, what an error says was expected, and its value where it is absent (None: needed)."""

    check: Callable[[Any], bool]
    expected: str
    default: Any = None
    required: bool = False


FIELDS: dict[str, Field] = {
    "VERSION": Field(_is_text, "str", required=True),
    "DESCRIPTION": Field(_is_line, f"str, 1 line, <= {LONGEST_DESCRIPTION} characters", required=True),
    "DEPENDENCIES": Field(_are_texts, "tuple[str, ...]", ()),
    "REVERSIBLE": Field(_is_flag, "True | False", True),
    "PHASE": Field(lambda value: value in PHASES, " | ".join(PHASES), PHASES[0]),
    "TRANSACTION": Field(_is_flag, "True | False", False),
    "DEADLINE_SECONDS": Field(_is_deadline, "number > 0", DEADLINE_SECONDS),
    "COMPATIBLE": Field(_is_flag, "True | False", None),
    "AUTHOR": Field(_is_text, "str", None),
    "ALLOWS": Field(_are_reasons, f"{{{' | '.join(RULES)}: str}}", {}),
    "REPLACES": Field(_are_texts, "tuple[str, ...]", ()),
}
"""All constants that mean something; docs/migrations.md explains each."""


def read(tree: ast.Module, file: str) -> dict[str, Any]:
    """Every field of ``FIELDS`` with its value.

    Raises BadInput ``migrations.field``, naming file and field, or ``migrations.misspelled``: a constant that means nothing
    but looks like one that does would leave the default in force without a word.
    """
    found = constants(tree)
    for name in found:
        meant = _meant(name)
        if meant:
            raise BadInput("migrations.misspelled", file=file, expected=meant, found=name)
    values = {}
    for name, field in FIELDS.items():
        given = name in found
        if given or field.required:
            value = found.get(name)
            if not field.check(value):
                raise wrong(file, name, field.expected, repr(value)[:LONGEST] if given else ABSENT)
            values[name] = tuple(value) if isinstance(value, list) else value
        else:
            values[name] = field.default
    return values


def _meant(name: str) -> str | None:
    """The field that a constant was meant to be; None for a field, and for a constant of the team's own."""
    if name in FIELDS or not name.isupper():
        return None
    begun = [field for field in FIELDS if field.startswith(f"{name}_")]
    return next(iter(begun or difflib.get_close_matches(name, FIELDS, 1, ALIKE)), None)


def check_function(tree: ast.Module, file: str, name: str, parameters: tuple[str, ...], *, required: bool) -> None:
    """Raises BadInput ``migrations.field`` for a function that is missing or cannot be called with ``parameters``."""
    expected = f"def {name}({', '.join(parameters)})"
    named = [
        node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name
    ]
    if not named:
        if required:
            raise wrong(file, name, expected, ABSENT)
        return
    node = named[-1]
    if isinstance(node, ast.AsyncFunctionDef) or not _takes(node.args, len(parameters)):
        kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        raise wrong(file, name, expected, f"{kind} {name}({ast.unparse(node.args)})"[:LONGEST])


def _takes(arguments: ast.arguments, count: int) -> bool:
    """Whether a function can be called with so many arguments by their places."""
    places = len(arguments.posonlyargs) + len(arguments.args)
    least = places - len(arguments.defaults)
    most = math.inf if arguments.vararg else places
    return least <= count <= most and None not in arguments.kw_defaults


def constants(tree: ast.Module) -> dict[str, Any]:
    """Names that are set at the top to a literal; what is computed is given as its source."""
    found: dict[str, Any] = {}
    for name, value in _assigned(tree):
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, TypeError):
            found[name] = ast.unparse(value)
    return found


def literals(tree: ast.Module) -> dict[str, Any]:
    """Names that are set at the top once, to a literal: what they mean is sure."""
    found: dict[str, Any] = {}
    names = [name for name, _value in _assigned(tree)]
    for name, value in _assigned(tree):
        with suppress(ValueError, TypeError):
            if names.count(name) == 1:
                found[name] = ast.literal_eval(value)
    return found


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        target: ast.expr | None = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
        if isinstance(target, ast.Name) and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            yield target.id, node.value


def wrong(file: str, field: str, expected: str, found: str | Phrase) -> BadInput:
    """A field or function of ``file`` that is missing or not as it must be."""
    return BadInput("migrations.field", file=file, field=field, expected=expected, found=found)
