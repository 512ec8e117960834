# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Env files as Compose itself reads them, before and after an edit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._stack import envfile

ENV_FORMS = {
    "plain": b"A=one:1\n",
    "exported, comment": b"export A=one:1 # c\n",
    "double": b'A="one:1" # c\n',
    "single": b"A='one:1'\n",
    "windows": b"A=one:1\r\nB=x\r\n",
    "colon": b"A: one:1\n",
    "spaces": b"  A = one:1\n",
    "last wins": b"A=zero:0\nB=1\nA=one:1\n",
    "inside a value": b'B="x\nA=three:3\n"\nA=one:1',
    "escaped quote": b"B='it\\'s'\nA=one:1\n",
    "commented out": b"#A=no:0\nA=one:1",
    "byte order mark": b"\xef\xbb\xbfA=one:1\n",
    "quote inside": b'B=a"b\nA=one:1\nC=c"d\n',
    "after the quote": b'A="one:1"trail\n',
    "not utf-8": b"B=\xff\nA=one:1\n",
}


@pytest.mark.parametrize("content", ENV_FORMS.values(), ids=ENV_FORMS)
def test_env_file_means_the_same_to_compose_before_and_after(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "compose.yml").write_text("services: {a: {image: '${A}'}}\n")

    def as_compose_reads(data: bytes) -> str:
        (tmp_path / ".env").write_bytes(data)
        argv = ["docker", "compose", "-p", "envfile", "config", "--images"]
        return subprocess.run(argv, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    assert envfile.read(content, "A") == as_compose_reads(content)
    changed = envfile.replace(content, "A", "127.0.0.1:5000/two:2.0", ".env")
    assert as_compose_reads(changed) == "127.0.0.1:5000/two:2.0"
    assert envfile.restore(changed, "A", envfile.line(content, "A", ".env"), ".env") == content
