# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an expression in a migration's source means, as far as that can be said without running it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any


class Names:
    """The names inside one function: constants of the file, and collections that were given a name."""

    def __init__(self, function: ast.FunctionDef, constants: Mapping[str, Any]) -> None:
        self._constants = constants
        parameters = [argument.arg for argument in function.args.args]
        self._database = parameters[0] if parameters else "db"
        self._step = parameters[1] if len(parameters) > 1 else "step"
        self._collections: dict[str, str | None] = {}
        for node in ast.walk(function):
            for target, value in _assigned(node):
                if isinstance(target, ast.Name) and self._gives_collection(value):
                    self._collections[target.id] = self.collection(value)

    def value(self, node: ast.expr | None) -> Any:
        """A literal, a constant of the file, or a dict or list made of them; None for what is computed."""
        if node is None:
            return None
        if isinstance(node, ast.Name):
            return self._constants.get(node.id)
        try:
            return ast.literal_eval(self._filled(node))
        except (ValueError, TypeError, SyntaxError, RecursionError):
            return None

    def _filled(self, node: ast.expr) -> ast.expr:
        """The expression with the file's constants in the place of their names."""
        constants = self._constants

        class Fill(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.expr:
                return ast.Constant(constants[name.id]) if isinstance(constants.get(name.id), (str, int)) else name

        copied = ast.parse(ast.unparse(node), mode="eval").body
        filled: ast.expr = Fill().visit(copied)
        return filled

    def collection(self, node: ast.expr | None) -> str | None:
        """The name of the collection that an expression gives, or None."""
        if isinstance(node, ast.Name):
            return self._collections.get(node.id)
        if isinstance(node, ast.Subscript) and self._is_database(node.value):
            name = self.value(node.slice)
            return name if isinstance(name, str) else None
        if isinstance(node, ast.Attribute) and self._is_database(node.value):
            return node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, owner = node.func.attr, node.func.value
            makes = ("get_collection", "create_collection") if self._is_database(owner) else ()
            if method in makes or (method == "ensure_collection" and self._is_step(owner)):
                name = self.value(argument(node, 0, "name"))
                return name if isinstance(name, str) else None
        return None

    def may_be_collection(self, node: ast.expr | None) -> bool:
        """Whether an expression gives a collection whose name is computed, such as ``db[name]``."""
        if isinstance(node, ast.Name):
            return node.id in self._collections
        return isinstance(node, ast.Subscript) and self._is_database(node.value)

    def _gives_collection(self, node: ast.expr) -> bool:
        return self.may_be_collection(node) or self.collection(node) is not None

    def _is_database(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in (self._database, "db", "database")

    def _is_step(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in (self._step, "step")


def _assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Targets and values of ``a = b``, ``a = b = c``, ``a: Any = b``, ``(a := b)`` and ``a, b = c, d``."""
    if isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        return [(node.target, node.value)] if node.value is not None else []
    if not isinstance(node, ast.Assign):
        return []
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs += zip(target.elts, node.value.elts, strict=False)
        else:
            pairs.append((target, node.value))
    return pairs


def argument(node: ast.Call, place: int | None, name: str) -> ast.expr | None:
    """An argument by its place or by its name."""
    if place is not None and place < len(node.args):
        return node.args[place]
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def mentions(node: ast.expr | None, word: str) -> bool:
    """Whether ``word`` is a text anywhere in the expression: a key such as ``$unset``."""
    return node is not None and any(isinstance(inner, ast.Constant) and inner.value == word for inner in ast.walk(node))
