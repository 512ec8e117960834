# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is risky in a migration's ``up``, found in its source, never by running it.

A finding that the file does not allow (``ALLOWS = {rule: reason}``) stops the run when its rule destroys data or is
bound to fail; the others are shown. ``exposure`` counts the documents concerned on the live database.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import declaration, expressions
from .files import Migration, parse

_WRITES = ("update_many", "update_one", "delete_many", "delete_one", "replace_one", "find_one_and_update")
_COMMANDS = {
    "drop": "drop_collection",
    "dropDatabase": "drop_database",
    "dropIndexes": "drop_index",
    "renameCollection": "rename_collection",
}
"""A command of the server → the rule of what it does."""
_IN_BULK = {
    "DeleteMany": "delete_many",
    "UpdateMany": "update_many",
    "DeleteOne": "delete_one",
    "UpdateOne": "update_one",
}
"""An operation of ``bulk_write`` → the method that does the same. To which collection it goes is not looked for."""
_READS = ("find", "find_one", "count_documents", "distinct")


@dataclass(frozen=True)
class Finding:
    """A risky operation: ``collection`` and ``argument`` (a filter, keys, a validator) are None where they are computed."""

    rule: str
    line: int
    collection: str | None = None
    argument: Any = None


def findings(migration: Migration, source: bytes) -> list[Finding]:
    """What is risky in ``up``, by line; what it calls of the same file is looked at too."""
    tree = parse(source, migration.file)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    known = declaration.literals(tree)
    found: list[Finding] = []
    for function in _reached(functions, "up"):
        names = expressions.Names(function, known)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                found += _call(node, names)
    return sorted(set_of(found), key=lambda finding: (finding.line, finding.rule))


def set_of(found: list[Finding]) -> list[Finding]:
    """Each once; arguments need not be hashable."""
    result: list[Finding] = []
    for finding in found:
        if finding not in result:
            result.append(finding)
    return result


def _reached(functions: Mapping[str, ast.FunctionDef], start: str) -> Iterator[ast.FunctionDef]:
    """``start`` and the functions of the file that it uses, directly or through others."""
    waiting, seen = [start], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        yield functions[name]
        waiting += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]


def _call(node: ast.Call, names: expressions.Names) -> Iterator[Finding]:
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if called in _IN_BULK:
        yield from _write(_IN_BULK[called], node, None, names)
        return
    if isinstance(node.func, ast.Name):
        yield from _in_memory(node, names)
        return
    if not isinstance(node.func, ast.Attribute):
        return
    method, owner = node.func.attr, node.func.value
    collection = names.collection(owner)
    if method in ("drop_collection", "drop_database", "create_collection", "command"):
        yield from _of_database(method, node, names)
    elif method in ("ensure_collection", "set_validator", "ensure_index", "rename_field"):
        yield from _of_step(method, node, names)
    elif collection is not None or names.may_be_collection(owner):
        yield from _of_collection(method, node, collection, names)


def _of_database(method: str, node: ast.Call, names: expressions.Names) -> Iterator[Finding]:
    name = names.value(expressions.argument(node, 0, "name_or_collection"))
    if method in ("drop_collection", "drop_database"):
        yield Finding(method, node.lineno, name if isinstance(name, str) else None)
    if method == "command":
        yield from _of_command(node, names)


def _of_command(node: ast.Call, names: expressions.Names) -> Iterator[Finding]:
    """``command({"drop": "users"})`` and ``command("drop", "users")`` are the same."""
    asked = names.value(expressions.argument(node, 0, "command"))
    if isinstance(asked, dict) and asked:
        name = list(asked)[0]
        target = asked[name]
        validator = asked.get("validator")
    else:
        name, target = asked, names.value(expressions.argument(node, 1, "value"))
        validator = names.value(expressions.argument(node, None, "validator"))
    collection = target if isinstance(target, str) else None
    if name == "collMod":
        yield Finding("validator", node.lineno, collection, validator)
    elif name in _COMMANDS:
        yield Finding(_COMMANDS[name], node.lineno, collection)


def _of_step(method: str, node: ast.Call, names: expressions.Names) -> Iterator[Finding]:
    """The helpers that a migration is handed; the name of the collection, or the collection, comes first."""
    first = expressions.argument(node, 0, "name") or expressions.argument(node, None, "collection")
    name = names.value(first)
    collection = name if isinstance(name, str) else names.collection(first)
    if method == "set_validator":
        validator = names.value(expressions.argument(node, 1, "validator"))
        yield Finding("validator", node.lineno, collection, validator)
    elif method == "ensure_index":
        yield from _index(node, collection, names, place=1)
    elif method == "rename_field":
        old = names.value(expressions.argument(node, 1, "old"))
        query = {old: {"$exists": True}} if isinstance(old, str) else None
        yield Finding("rename_field", node.lineno, collection, query)


def _of_collection(method: str, node: ast.Call, collection: str | None, names: expressions.Names) -> Iterator[Finding]:
    line, first = node.lineno, expressions.argument(node, 0, "filter")
    if method == "drop" and not node.args:
        yield Finding("drop_collection", line, collection)
    elif method == "rename":
        yield Finding("rename_collection", line, collection)
    elif method in ("drop_index", "drop_indexes"):
        yield Finding("drop_index", line, collection)
    elif method == "create_index":
        yield from _index(node, collection, names, place=0)
    elif method == "aggregate":
        if expressions.mentions(expressions.argument(node, 0, "pipeline"), "$out"):
            yield Finding("overwrite_collection", line, collection)
    elif method in _WRITES:
        yield from _write(method, node, collection, names)
    elif method in _READS and first is not None and names.value(first) not in (None, {}):
        yield Finding("full_scan", line, collection, names.value(first))


def _write(method: str, node: ast.Call, collection: str | None, names: expressions.Names) -> Iterator[Finding]:
    query = names.value(expressions.argument(node, 0, "filter"))
    if query == {} and method.endswith("_many"):
        rule = "delete_everything" if method == "delete_many" else "update_everything"
        yield Finding(rule, node.lineno, collection, {})
    elif isinstance(query, dict):
        yield Finding("full_scan", node.lineno, collection, query)
    change = expressions.argument(node, 1, "update")
    for rule, word in (("remove_field", "$unset"), ("rename_field", "$rename")):
        if expressions.mentions(change, word):
            yield Finding(rule, node.lineno, collection, query)


def _index(node: ast.Call, collection: str | None, names: expressions.Names, place: int) -> Iterator[Finding]:
    keys = names.value(expressions.argument(node, place, "keys"))
    yield Finding("index_build", node.lineno, collection, keys)
    if names.value(expressions.argument(node, None, "unique")) is True:
        # A part of the documents is unique: which, only the server can say.
        partial = any(expressions.argument(node, None, name) for name in ("sparse", "partialFilterExpression"))
        yield Finding("unique_index", node.lineno, collection, None if partial else keys)


def _in_memory(node: ast.Call, names: expressions.Names) -> Iterator[Finding]:
    """``list(collection.find(…))`` holds all of it at once."""
    if not isinstance(node.func, ast.Name) or node.func.id not in ("list", "sorted", "tuple") or not node.args:
        return
    inner = node.args[0]
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "find":
        query = names.value(expressions.argument(inner, 0, "filter"))
        collection = names.collection(inner.func.value)
        if collection is not None or names.may_be_collection(inner.func.value):
            yield Finding("whole_collection_in_memory", node.lineno, collection, query or {})
