# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

from ansible_collections.benevoclic.updates.plugins.module_utils._checks.machine import ThisMachine


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path):
    real, later = ThisMachine().file_system(str(tmp_path)), ThisMachine().file_system(str(tmp_path / "a" / "b"))
    assert real.device == later.device
    assert 0 < real.percent <= 100
    assert 0 <= real.inode_percent <= 100


def test_memory_is_the_kernel_s_own_estimate():
    memory = ThisMachine().memory()
    assert 0 < memory.available <= memory.total
    total = next(row for row in Path("/proc/meminfo").read_text().splitlines() if row.startswith("MemTotal:"))
    assert total.split()[1] == str(memory.total // 1024)
