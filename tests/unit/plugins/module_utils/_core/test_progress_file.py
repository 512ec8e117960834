# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""progress.json: percent, rate and remaining time as they are."""

from __future__ import annotations

from pathlib import Path

from fakes import FakeClock

from ansible_collections.benevoclic.updates.plugins.module_utils._core.files import read_json
from ansible_collections.benevoclic.updates.plugins.module_utils._core.progress import FileProgress


def test_figures(tmp_path: Path) -> None:
    clock = FakeClock()
    progress = FileProgress(tmp_path / "progress.json", clock)
    progress.begin("dump", 1000)
    clock.sleep(2.0)
    progress.add("users", 250)
    found = read_json(tmp_path / "progress.json")
    assert (found["state"], found["work"], found["item"]) == ("running", "dump", "users")
    assert (found["percent"], found["bytes_per_second"], found["remaining_seconds"]) == (25, 125, 6.0)
    progress.end()
    assert read_json(tmp_path / "progress.json")["state"] == "ended"


def test_at_most_a_write_a_second(tmp_path: Path) -> None:
    clock = FakeClock()
    progress = FileProgress(tmp_path / "progress.json", clock)
    progress.begin("dump", 1000)
    clock.sleep(0.5)
    progress.add("users", 500)
    assert read_json(tmp_path / "progress.json")["done_bytes"] == 0
    clock.sleep(0.5)
    progress.add("users", 1)
    assert read_json(tmp_path / "progress.json")["done_bytes"] == 501


def test_an_unknown_total_gives_no_percent_and_more_than_it_no_hundred(tmp_path: Path) -> None:
    clock = FakeClock()
    progress = FileProgress(tmp_path / "progress.json", clock)
    for total, percent in ((0, None), (10, 99)):
        progress.begin("load", total)
        clock.sleep(1.0)
        progress.add("users", 100)
        assert read_json(tmp_path / "progress.json")["percent"] == percent


def test_work_goes_on_when_nothing_can_be_written(tmp_path: Path) -> None:
    progress = FileProgress(tmp_path / "missing" / "progress.json", FakeClock())
    progress.begin("dump", 1)
    progress.end()
    assert not (tmp_path / "missing").exists()
