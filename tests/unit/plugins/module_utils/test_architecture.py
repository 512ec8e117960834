# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine imports nothing of Ansible, by relative imports only, and no heavy library where every module would pay."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils import _core

ENGINE = Path(_core.__file__).parents[1]
PLUGINS = ENGINE.parent
BOUNDARY = Path("_module/boundary.py")
HEAVY = {"pymongo", "bson", "gridfs", "docker", "requests", "yaml", "isal"}
FILES = sorted(path.relative_to(ENGINE) for path in ENGINE.rglob("*.py"))
THIN = sorted(path.relative_to(PLUGINS) for folder in ("modules", "action") for path in (PLUGINS / folder).glob("*.py"))


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes):
    """Top-level packages of absolute imports."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def at_import(tree):
    """Statements that run when the file is imported, but for what only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from at_import(node)


def test_the_scan_sees_the_engine():
    assert len(FILES) > 100
    assert BOUNDARY in FILES
    assert "ansible" in imported(ast.walk(tree_of(ENGINE / BOUNDARY)))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_engine_knows_neither_ansible_nor_its_own_absolute_name(path):
    names = imported(ast.walk(tree_of(ENGINE / path)))
    assert not names & {"ansible_collections", "importlib" if path != Path("_core/libraries.py") else ""}
    assert ("ansible" in names) == (path == BOUNDARY)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_importing_the_engine_imports_the_standard_library_only(path):
    names = imported(at_import(tree_of(ENGINE / path)))
    assert not names & HEAVY
    assert names <= sys.stdlib_module_names | ({"ansible"} if path == BOUNDARY else set())


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_engine_neither_prints_nor_asserts(path):
    tree = tree_of(ENGINE / path)
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    names = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert not {"print", "exec", "eval", "__import__"} & set(names) or path == Path("_migrations/files.py")


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_command_goes_through_a_shell(path):
    for node in ast.walk(tree_of(ENGINE / path)):
        if isinstance(node, ast.Call):
            assert not any(keyword.arg == "shell" for keyword in node.keywords)
            assert ast.unparse(node.func) not in {"os.system", "os.popen", "subprocess.getoutput"}


@pytest.mark.parametrize("path", THIN, ids=str)
def test_modules_reach_the_engine_by_relative_imports(path):
    assert not imported(ast.walk(tree_of(PLUGINS / path))) & ({"ansible_collections"} | HEAVY - {"yaml"})


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_file_of_the_engine_is_long(path):
    assert len((ENGINE / path).read_text(encoding="utf-8").splitlines()) <= 250
