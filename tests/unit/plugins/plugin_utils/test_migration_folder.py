# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of migrations that is not there: a mistake of who wants to migrate, and nothing to a team without migrations."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput
from ansible_collections.benevoclic.updates.plugins.plugin_utils.migration_files import given


def test_who_names_a_target_is_told_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        given({"migrations_dir": str(tmp_path / "nowhere"), "target": "latest"})
    assert (caught.value.text_id, caught.value.details["path"]) == ("migrations.folder", str(tmp_path / "nowhere"))


def test_a_look_at_a_team_without_migrations_needs_no_folder(tmp_path: Path) -> None:
    assert given({"migrations_dir": str(tmp_path / "nowhere"), "target": ""}) == {"sources": {}}
