# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ports of the tests promise each other."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import ports
import pytest


def asked_elsewhere(port: int) -> subprocess.CompletedProcess[str]:
    """What another process gets that wants this very port."""
    script = f"import ports; ports.FIRST = ports.LAST = {port}; print(ports.free_ports(1))"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )


def test_a_port_is_one_process_s_until_it_ends() -> None:
    (port,) = ports.free_ports(1)
    refused = asked_elsewhere(port)
    assert refused.returncode == 1
    assert f"no 1 free ports between {port} and {port}" in refused.stderr
    ports._promises.pop().close()
    assert asked_elsewhere(port).stdout == f"[{port}]\n"


def test_a_port_somebody_listens_on_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(ports, "_candidates", lambda: iter([taken.getsockname()[1]]))
        with pytest.raises(AssertionError, match="no 1 free ports"):
            ports.free_ports(1)


def test_the_kernel_gives_none_of_them_away_by_itself() -> None:
    low, high = map(int, ports.KERNEL_RANGE.read_text().split())
    outside = [port for port in range(ports.FIRST, ports.LAST + 1) if not low <= port <= high]
    given = ports.free_ports(50)
    assert len(set(given)) == 50
    assert set(given) <= set(outside or range(ports.FIRST, ports.LAST + 1))
