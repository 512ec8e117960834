# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import stat

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.files import (
    make_folder,
    read_json,
    sha256_bytes,
    sha256_file,
    write_atomic,
    write_json,
)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_replaced_whole_with_its_mode_and_nothing_left_beside(tmp_path):
    target = tmp_path / "plan.json"
    target.write_text("old")
    target.chmod(0o666)
    write_atomic(target, b"new")
    assert target.read_bytes() == b"new"
    assert mode(target) == 0o600
    write_json(target, {"é": [1]})
    assert read_json(target) == {"é": [1]}
    assert mode(target) == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_what_cannot_be_written_or_read_is_one_clean_error(tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "absent" / "x", tmp_path / "folder"):
        with pytest.raises(Failed) as caught:
            write_atomic(path, "x")
        assert (caught.value.text_id, caught.value.details["path"]) == ("file.unwritable", str(path))
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(Failed, match="file.unreadable"):
        read_json(tmp_path / "none")
    with pytest.raises(Failed, match="file.unreadable"):
        sha256_file(tmp_path / "folder")
    (tmp_path / "bad.json").write_bytes(b"\xff{")
    with pytest.raises(Failed, match="file.not_json"):
        read_json(tmp_path / "bad.json")


def test_folders_and_digests(tmp_path):
    make_folder(tmp_path / "runs")
    make_folder(tmp_path / "runs")
    assert mode(tmp_path / "runs") == 0o2750
    with pytest.raises(Failed, match="file.unwritable"):
        make_folder(tmp_path / "absent" / "runs")
    (tmp_path / "data").write_bytes(b"x" * (1 << 20) + b"y")
    assert sha256_file(tmp_path / "data") == sha256_bytes(b"x" * (1 << 20) + b"y")
