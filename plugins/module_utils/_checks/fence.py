# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the fence of a plan can be raised: the folder of the maintenance page, and an edge that goes on to show it."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .._stack.fencing import FOLDER_MODE, closing
from .._stack.services import read_services
from .outcome import CheckResult, bad, good, warn


def check_fence(plan: Mapping[str, Any]) -> list[CheckResult]:
    """Nothing without a fence. Without a page, a warning where going back could need somebody's consent."""
    fence = plan.get("fence")
    if not fence:
        return []
    stopped = ", ".join(fence["services"])
    edge = closing(plan["definition"])
    if edge is None:
        if fence["irreversible"]:
            return [warn("fence", "fence_no_page", services=stopped, files=", ".join(fence["irreversible"]))]
        return [good("fence", "fence_stops", services=stopped)]
    problems = _folder(edge["directory"]) + _page(edge["url"], plan)
    return problems or [good("fence", "fence", path=edge["directory"])]


def _folder(path: str) -> list[CheckResult]:
    """It can be written by this account and read by nginx, or can be made."""
    if not os.path.exists(path):
        parent = os.path.dirname(path)
        while not os.path.exists(parent):
            parent = os.path.dirname(parent)
        may = os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK)
        return [] if may else [bad("fence", "fence_missing", path=path, parent=parent)]
    if not os.path.isdir(path):
        return [bad("fence", "fence_not_a_folder", path=path)]
    if not os.access(path, os.W_OK | os.X_OK):
        return [bad("fence", "fence_unwritable", path=path)]
    known = os.stat(path)
    # Its owner, and root, put the mode right when the edge is closed.
    if known.st_mode & FOLDER_MODE != FOLDER_MODE and os.geteuid() not in (0, known.st_uid):
        return [bad("fence", "fence_unreadable", path=path, mode=f"{stat.S_IMODE(known.st_mode):o}")]
    return []


def _page(url: str, plan: Mapping[str, Any]) -> list[CheckResult]:
    """A service that answers at the edge's own address is the edge: stopped, it would show no page."""
    services = read_services(plan["definition"])
    for name in plan["fence"]["services"]:
        if urlsplit(services[name].probe or "").netloc == urlsplit(url).netloc:
            return [bad("fence", "fence_edge_stopped", service=name, url=url)]
    return []
