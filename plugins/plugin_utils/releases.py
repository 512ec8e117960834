# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's folder of releases: one manifest a version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ..module_utils._core.errors import BadInput, Failed
from ..module_utils._core.versions import Version
from ..module_utils._policy.manifest import parse_manifest

NOT_YAML = (OSError, ValueError, RecursionError, yaml.YAMLError)
"""What reading YAML raises; ValueError for a date such as 2026-13-45."""


def known(releases: Path) -> dict[str, str]:
    """Versions that have a manifest, with their types; a file that cannot be read is named only when it is chosen.

    A file whose name is no version is no manifest. Raises BadInput ``manifest.no_folder``.
    """
    return {version: str(raw.get("type")) if raw else "" for version, raw in _manifests(releases)}


def named_migrations(releases: Path) -> dict[str, list[str]]:
    """Release → the migrations that its manifest names; of one that cannot be read, none."""
    found = {}
    for version, raw in _manifests(releases):
        named = raw.get("migrations")
        found[version] = [str(name) for name in named] if isinstance(named, list) else []
    return found


def _manifests(releases: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not releases.is_dir():
        raise BadInput("manifest.no_folder", path=str(releases))
    for path in sorted(releases.glob("[0-9]*.yml")):
        try:
            Version.parse(path.stem)
        except BadInput:
            continue
        try:
            raw = yaml.safe_load(path.read_bytes())
        except NOT_YAML:
            raw = None
        yield path.stem, raw if isinstance(raw, dict) else {}


def manifest(releases: Path, version: str) -> dict[str, Any]:
    """The manifest of ``version``, checked. Raises BadInput ``manifest.*``."""
    path = releases / f"{version}.yml"
    try:
        raw = yaml.safe_load(path.read_bytes())
    except FileNotFoundError as error:
        names = ", ".join(sorted(known(releases)))
        raise BadInput("manifest.unknown_version", version=version, path=str(releases), known=names) from error
    except NOT_YAML as error:
        found = " ".join(str(error).split())
        raise BadInput("manifest.unreadable", path=str(path), found=found) from error
    return parse_manifest(raw, str(path), version)


def read_text(path: Path) -> str:
    """Raises Failed ``file.unreadable`` or ``file.not_utf8``, with the line."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise Failed("file.not_utf8", path=str(path), line=line) from error
    except OSError as error:
        raise Failed("file.unreadable", path=str(path), found=str(error)) from error
