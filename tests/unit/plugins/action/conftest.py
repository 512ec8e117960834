# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from update_plans import VERSION, manifest, migration


@pytest.fixture
def releases(tmp_path):
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "1.0.0.yml").write_text(manifest("1.0.0"))
    (folder / "1.1.0.yml").write_text(manifest("1.1.0", migrations=["20240815_001"]))
    (folder / "1.1.1.yml").write_text(manifest("1.1.1", "security"))
    (folder / "1.9.0-crash.yml").write_text(manifest("1.9.0-crash"))
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    (migrations / f"{VERSION}_add_preferences.py").write_text(migration(VERSION), encoding="utf-8")
    return folder
