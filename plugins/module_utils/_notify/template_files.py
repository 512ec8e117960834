# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's folder of templates, ``<folder>/<locale>/<name>.yml``, read on the controller as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._core.errors import BadInput
from .templates import Templates, read_templates

SUFFIXES = (".yml", ".yaml")


def load_templates(folder: str, locale: str) -> Templates:
    """The templates of that language; none without a folder, or where the folder has no such language.

    Raises BadInput ``template.*``, also for what is no YAML and for a folder that is not there.
    """
    if not folder:
        return Templates()
    base = Path(folder)
    if not base.is_dir():
        raise BadInput("template.unreadable", path=folder, found="-")
    files = sorted(path for path in (base / locale).glob("*") if path.suffix in SUFFIXES)
    return read_templates({path.name.removesuffix(path.suffix): _content(path) for path in files})


def _content(path: Path) -> Any:
    import yaml  # noqa: PLC0415 - on the controller only; the host's half reads no YAML

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        found = " ".join(str(error).split())[:200]
        raise BadInput("template.unreadable", path=str(path), found=found) from None
