# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine: space and inodes where the run writes, memory."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from .._core.errors import Failed
from .._core.units import readable
from .outcome import CheckResult, bad, good

SHOWN = 2
"""Paths of one file system that a line names; of more, it names the first and counts the others."""
DEFAULT_LIMITS = {"disk_percent": 85, "disk_percent_migration": 90, "memory_percent": 90}
"""The manual's own figures."""


@dataclass(frozen=True)
class FileSystem:
    """One file system as ``df`` counts it: bytes used and left to us, inodes (0 where it has no such limit)."""

    device: int
    used: int
    available: int
    inodes: int = 0
    inodes_free: int = 0

    @property
    def percent(self) -> int:
        whole = self.used + self.available
        return math.ceil(self.used * 100 / whole) if whole else 0

    @property
    def inode_percent(self) -> int:
        return math.ceil((self.inodes - self.inodes_free) * 100 / self.inodes) if self.inodes else 0


@dataclass(frozen=True)
class Memory:
    """Bytes in all, and bytes that programs can still have."""

    total: int
    available: int

    @property
    def percent(self) -> int:
        return round((self.total - self.available) * 100 / self.total) if self.total else 0


class Machine(Protocol):
    """Where the figures come from."""

    def file_system(self, path: str) -> FileSystem:
        """The file system of ``path``, or of its nearest parent that exists."""

    def memory(self) -> Memory:
        """From the kernel's own estimate."""


class ThisMachine:
    """The real one."""

    def file_system(self, path: str) -> FileSystem:
        place = Path(path)
        while not place.exists() and place != place.parent:
            place = place.parent
        try:
            stat = os.statvfs(place)
            device = place.stat().st_dev
        except OSError as error:
            raise Failed("file.unreadable", path=str(place), found=error.strerror or str(error)) from error
        used = (stat.f_blocks - stat.f_bfree) * stat.f_frsize
        return FileSystem(device, used, stat.f_bavail * stat.f_frsize, stat.f_files, stat.f_favail)

    def memory(self) -> Memory:
        try:
            rows = Path("/proc/meminfo").read_text().splitlines()
        except OSError as error:
            raise Failed("file.unreadable", path="/proc/meminfo", found=error.strerror or str(error)) from error
        table = {name: int(rest.split()[0]) * 1024 for name, rest in (row.split(":", 1) for row in rows)}
        return Memory(table["MemTotal"], table["MemAvailable"])


def check_disks(
    machine: Machine, paths: Sequence[str], needed: Mapping[str, int], limits: Mapping[str, Any], migrates: bool
) -> list[CheckResult]:
    """One result a file system: percent used, room for ``needed`` (path → bytes), inodes."""
    key = "disk_percent_migration" if migrates else "disk_percent"
    limit = limits.get(key, DEFAULT_LIMITS[key])
    systems: dict[int, tuple[FileSystem, list[str], int]] = {}
    for path in dict.fromkeys(paths):
        system = machine.file_system(path)
        dummy, names, bytes_needed = systems.get(system.device, (system, [], 0))
        systems[system.device] = (system, [*names, path], bytes_needed + needed.get(path, 0))
    return [_disk(system, names, wanted, limit) for system, names, wanted in systems.values()]


def _disk(system: FileSystem, paths: Sequence[str], needed: int, limit: int) -> CheckResult:
    details = {
        "paths": ", ".join(paths) if len(paths) <= SHOWN else f"{paths[0]} + {len(paths) - 1}",
        "all_paths": list(paths),
        "percent": system.percent,
        "limit": limit,
        "available": readable(system.available),
        "needed": readable(needed),
        "inodes": system.inode_percent,
    }
    if needed > system.available:
        return bad("disk", "disk_bytes", **details)
    if system.percent > limit:
        return bad("disk", "disk_percent", **details)
    if system.inode_percent > limit:
        return bad("disk", "disk_inodes", **details)
    return good("disk", "disk", **details)


def check_memory(machine: Machine, limits: Mapping[str, Any]) -> list[CheckResult]:
    """Memory in use, by what the kernel says is still available."""
    limit = limits.get("memory_percent", DEFAULT_LIMITS["memory_percent"])
    memory = machine.memory()
    details = {"percent": memory.percent, "limit": limit, "available": readable(memory.available)}
    if memory.percent > limit:
        return [bad("memory", "memory_percent", **details)]
    return [good("memory", "memory", **details)]
