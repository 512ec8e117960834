# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the team that are read on the controller: what cannot be read is told for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.plugin_utils.releases import read_text


def test_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "20240815_001_add_things.py"
    path.write_bytes('"""One."""\n# préférences\n'.encode("latin-1"))
    with pytest.raises(Failed) as caught:
        read_text(path)
    assert (caught.value.text_id, caught.value.details["line"]) == ("file.not_utf8", 2)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        read_text(tmp_path)
    assert caught.value.text_id == "file.unreadable"
