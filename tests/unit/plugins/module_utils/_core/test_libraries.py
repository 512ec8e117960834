# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bootstrap brought is found, before an older one of the host's own."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core import libraries
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Refused


def put(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(text)


def test_what_was_brought_comes_before_the_hosts_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "host", "a_library_of_two_ages", "age = 'old'")
    put(tmp_path / "state" / "python", "a_library_of_two_ages", "age = 'new'")
    monkeypatch.setattr(sys, "path", [sys.path[0], str(tmp_path / "host"), *sys.path[1:]])
    libraries.offer(str(tmp_path / "state"))
    libraries.offer(str(tmp_path / "state"))
    try:
        assert importlib.import_module("a_library_of_two_ages").age == "new"
    finally:
        sys.modules.pop("a_library_of_two_ages", None)
    assert sys.path.count(str(tmp_path / "state" / "python")) == 1


def test_a_missing_library_is_named_with_the_place_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    libraries.offer(str(tmp_path))
    with pytest.raises(Refused) as raised:
        libraries.need("a_library_that_nobody_has")
    assert raised.value.text_id == "library.missing"
    assert raised.value.details["path"] == str(tmp_path / "python")


def test_a_library_that_is_too_old_says_what_is_wanted() -> None:
    libraries.need_minimum("pymongo", (4, 17, 0))
    with pytest.raises(Refused) as raised:
        libraries.need_minimum("pymongo", (4, 16, 2))
    assert raised.value.text_id == "library.too_old"
    assert raised.value.details == {"name": "pymongo", "wanted": "4.17", "found": "4.16.2"}


def test_bootstrap_brings_what_is_older_than_the_engine_wants() -> None:
    tasks = (Path(__file__).parents[5] / "roles" / "bootstrap" / "tasks" / "libraries.yml").read_text()
    assert f"pymongo.version_tuple < {libraries.MINIMUM['pymongo']}" in tasks
