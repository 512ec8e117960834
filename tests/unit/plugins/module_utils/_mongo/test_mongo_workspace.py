# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup's folder: whole or absent, and only the dead are swept away."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import workspace


def test_published_under_its_name(tmp_path: Path) -> None:
    with workspace.open_partial(tmp_path / "deep" / "backups", "one") as (identifier, partial):
        (partial / "content").write_text("x")
        assert partial.name == "one.partial"
        workspace.publish(partial, partial.parent / identifier)
    assert [path.name for path in (tmp_path / "deep" / "backups").iterdir()] == ["one"]
    for folder in (tmp_path / "deep" / "backups", tmp_path / "deep" / "backups" / "one"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    def begin_and_fail() -> None:
        with workspace.open_partial(tmp_path, "one") as (_identifier, partial):
            (partial / "content").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_two_in_one_second_get_two_names(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with workspace.open_partial(tmp_path, "one") as (first, _partial):
        with workspace.open_partial(tmp_path, "one") as (second, _other):
            assert (first, second) == ("one-2", "one-3")
        assert (tmp_path / "one-2.partial").is_dir()


def test_leftovers_of_the_dead_go_those_of_the_living_stay(tmp_path: Path) -> None:
    ready = multiprocessing.get_context("spawn").Event()
    other = multiprocessing.get_context("spawn").Process(target=_begin_and_wait, args=(tmp_path, ready))
    other.start()
    try:
        assert ready.wait(30)
        (tmp_path / "dead.partial" / "dump").mkdir(parents=True)
        assert workspace.sweep(tmp_path) == ["dead.partial"]
        assert [path.name for path in tmp_path.iterdir()] == ["living.partial"]
    finally:
        other.kill()
        other.join()
    assert workspace.sweep(tmp_path) == ["living.partial"]


def _begin_and_wait(folder: Path, ready) -> None:
    with workspace.open_partial(folder, "living"):
        ready.set()
        multiprocessing.Event().wait(60)


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("")
    with pytest.raises(Failed) as caught, workspace.open_partial(tmp_path / "backups", "one"):
        pass
    assert caught.value.text_id == "mongo.disk"
