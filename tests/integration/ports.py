# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports for what a test starts later, and stops and starts again: promised to one process until it ends.

A port that the kernel chose and gave back may belong to anybody's connection or server a moment later. These are outside
the range it chooses from, and two test processes never have the same one.
"""

from __future__ import annotations

import itertools
import random
import socket
from collections.abc import Iterator
from pathlib import Path

KERNEL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST, LAST = 10000, 65535

_promises: list[socket.socket] = []
"""Bound to an abstract name each, which a second process cannot have and the kernel takes back at the end of this one."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on, all different, this process's until it ends."""
    ports = list(itertools.islice(filter(_promised, _candidates()), count))
    assert len(ports) == count, f"no {count} free ports between {FIRST} and {LAST}"
    return ports


def _candidates() -> Iterator[int]:
    low, high = map(int, KERNEL_RANGE.read_text().split())
    every = range(FIRST, LAST + 1)
    candidates = [port for port in every if not low <= port <= high] or list(every)
    random.shuffle(candidates)
    return iter(candidates)


def _promised(port: int) -> bool:
    promise = socket.socket(socket.AF_UNIX)
    try:
        promise.bind(f"\0benevoclic-test-port-{port}")
        with socket.create_server(("127.0.0.1", port)):
            pass
    except OSError:
        promise.close()
        return False
    _promises.append(promise)
    return True
