# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role's argument specification says of its variables is what its defaults do, in names and in values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def differences(options: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
    """One line for each variable that specification and defaults do not agree on."""
    found = []
    for name, option in options.items():
        if option.get("required"):
            if name in defaults:
                found.append(f"{name}: required, but has a default")
        elif name not in defaults:
            found.append(f"{name}: neither required nor in defaults")
        elif "default" not in option:
            found.append(f"{name}: its default {defaults[name]!r} is not specified")
        elif (wrong := option["default"]) != defaults[name] or isinstance(wrong, bool) != isinstance(
            defaults[name], bool
        ):
            found.append(f"{name}: specified {wrong!r}, is {defaults[name]!r}")
    return found + [f"{name}: in defaults only" for name in defaults if name not in options]


@pytest.mark.parametrize("role", ROLES)
def test_specification_and_defaults_agree(role: str) -> None:
    folder = ROOT / "roles" / role
    specs = read(folder / "meta" / "argument_specs.yml")["argument_specs"]
    # Each entry point but the main one has a file of tasks; variables may be shared between them.
    for entry in specs:
        assert entry == "main" or (folder / "tasks" / f"{entry}.yml").is_file(), f"{role} has no entry point {entry}"
    options = {name: option for spec in specs.values() for name, option in (spec.get("options") or {}).items()}
    assert differences(options, read(folder / "defaults" / "main.yml")) == []


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_point_and_option_is_explained(role: str) -> None:
    specs = read(ROOT / "roles" / role / "meta" / "argument_specs.yml")["argument_specs"]
    assert "main" in specs
    for entry, spec in specs.items():
        assert spec.get("short_description"), entry
        assert spec.get("description"), entry
        for name, option in (spec.get("options") or {}).items():
            assert option.get("description"), name
            assert option.get("type"), name


@pytest.mark.parametrize(
    ("options", "defaults"),
    [
        ({"a": {"default": 1}}, {"a": 2}),
        ({"a": {"default": 1}}, {"a": True}),
        ({"a": {"default": 1}}, {}),
        ({}, {"a": 1}),
        ({"a": {}}, {"a": 1}),
        ({"a": {"required": True}}, {"a": 1}),
    ],
)
def test_a_disagreement_is_seen(options: dict[str, Any], defaults: dict[str, Any]) -> None:
    assert len(differences(options, defaults)) == 1
