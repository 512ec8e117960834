# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Libraries that bootstrap brought to the host, unpacked where the engine finds them: ``<state_dir>/python``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from .errors import Refused

FOLDER = "python"
MINIMUM = {"pymongo": (4, 17)}
"""Bootstrap asks the same. pymongo since 4.17 puts a bound session under operations that do not name it (its changelog)."""


def offer(state_dir: str) -> None:
    """Make what bootstrap unpacked importable, before what the host's own Python has.

    Bootstrap brings something only where the host's own is missing or too old.
    """
    folder = str(Path(state_dir) / FOLDER)
    if folder not in sys.path:
        # the first entry is Ansible's own: the module and the engine
        sys.path.insert(1, folder)


def need_minimum(name: str, found: tuple[Any, ...]) -> None:
    """Raises Refused ``library.too_old`` when the version ``found`` of ``name`` does not do."""
    if found < MINIMUM[name]:
        wanted, seen = (".".join(map(str, version)) for version in (MINIMUM[name], found))
        raise Refused("library.too_old", name=name, wanted=wanted, found=seen)


def need(name: str) -> None:
    """Raises Refused ``library.missing`` when ``name`` cannot be imported."""
    if importlib.util.find_spec(name) is None:
        raise Refused("library.missing", name=name, path=next((p for p in sys.path if p.endswith(f"/{FOLDER}")), "-"))
