# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The config files of a backup set."""

from __future__ import annotations

import gzip
import hashlib
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import BadInput, Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import backup, config_archive
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo.output import GzipOutput


def test_the_copy_counts_and_the_recorded_mode(tmp_path: Path) -> None:
    live, copy = tmp_path / "live.env", tmp_path / "copy"
    live.write_text("A=new\n")
    live.chmod(0o644)
    copy.write_text("A=before\n")
    done = config_archive.write(
        tmp_path, [{"path": "/srv/.env", "copy": str(copy), "mode": "0o600"}, {"path": str(live)}]
    )
    with tarfile.open(tmp_path / "config.tar.gz") as archive:
        found = {member.name: (member.mode, archive.extractfile(member).read()) for member in archive}
    assert found == {"srv/.env": (0o600, b"A=before\n"), str(live).lstrip("/"): (0o644, b"A=new\n")}
    assert [member["mode"] for member in done["members"]] == ["0600", "0644"]
    assert done["members"][0]["sha256"] == hashlib.sha256(b"A=before\n").hexdigest()
    written = (tmp_path / "config.tar.gz").read_bytes()
    assert done["file"] == {
        "path": "config.tar.gz", "bytes": len(written), "sha256": hashlib.sha256(written).hexdigest(),
    }  # fmt: skip
    assert stat.S_IMODE((tmp_path / "config.tar.gz").stat().st_mode) == 0o600


def test_nothing_to_archive(tmp_path: Path) -> None:
    assert config_archive.write(tmp_path, []) == {"file": None, "members": []}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        config_archive.write(tmp_path, [{"path": str(tmp_path / "gone.yml")}])
    assert caught.value.text_id == "file.unreadable"


def test_output_knows_itself_and_never_overwrites(tmp_path: Path) -> None:
    with GzipOutput(tmp_path / "one.gz", tmp_path) as output:
        for _ in range(1000):
            output.write(b"0123456789")
    assert gzip.decompress((tmp_path / "one.gz").read_bytes()) == b"0123456789" * 1000
    assert output.facts["sha256"] == hashlib.sha256((tmp_path / "one.gz").read_bytes()).hexdigest()
    with pytest.raises(Failed) as caught:
        GzipOutput(tmp_path / "one.gz", tmp_path)
    assert caught.value.details["found"] == "File exists"


DEFINITION: dict[str, Any] = {"mongodb": {"database": "app"}, "backup_dir": "/var/backups/app"}


def test_target_of_a_definition() -> None:
    assert backup.target(DEFINITION) == ("app", Path("/var/backups/app"))


@pytest.mark.parametrize(("key", "named"), [("mongodb", "mongodb.database"), ("backup_dir", "backup_dir")])
def test_a_definition_without_what_a_backup_needs(key: str, named: str) -> None:
    with pytest.raises(BadInput) as caught:
        backup.target({name: value for name, value in DEFINITION.items() if name != key})
    assert caught.value.details == {"key": named}


def test_files_that_a_failed_update_took_away_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text("")
    service = {"project": "p", "directory": str(tmp_path), "files": ["compose.yml"], "env_file": ".env"}
    found = backup.present({**DEFINITION, "services": {"db": {**service, "updatable": False}}})
    assert found == [{"path": str(tmp_path / "compose.yml")}]
