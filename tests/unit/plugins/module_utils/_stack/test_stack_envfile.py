# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Env files: the value that Compose would take, and no other byte changed."""

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._stack import envfile

FORMS = [
    (b"A=one:1\n", b"A=two:2\n"),
    (b"export A=one:1 # c\n", b"export A=two:2 # c\n"),
    (b'A = "one:1" # c\n', b'A = "two:2" # c\n'),
    (b"A='one:1'\r\nB=x\r\n", b"A='two:2'\r\nB=x\r\n"),
    (b"A=one:1\r\n", b"A=two:2\r\n"),
    (b"A: one:1", b"A: two:2"),
    (b"A=old:0\nA=one:1\nB=", b"A=old:0\nA=two:2\nB="),
    (b'B="\nA=no:0\n"\nA=one:1\n', b'B="\nA=no:0\n"\nA=two:2\n'),
    (b"B='it\\'s'\nA=one:1\n", b"B='it\\'s'\nA=two:2\n"),
    (b"#A=no:0\n\n  A=one:1", b"#A=no:0\n\n  A=two:2"),
    (b"\xef\xbb\xbfA=one:1\n", b"\xef\xbb\xbfA=two:2\n"),
    (b"B=\xff\xfe\nA=one:1\n", b"B=\xff\xfe\nA=two:2\n"),
    (b"BA=no:0\nA_B=no:0\nA=one:1\n", b"BA=no:0\nA_B=no:0\nA=two:2\n"),
]


@pytest.mark.parametrize(("content", "changed"), FORMS)
def test_value_is_read_replaced_and_restored_byte_for_byte(content: bytes, changed: bytes) -> None:
    assert envfile.read(content, "A") == "one:1"
    assert envfile.replace(content, "A", "two:2", ".env") == changed
    assert envfile.restore(changed, "A", envfile.line(content, "A", ".env"), ".env") == content


def test_empty_value_can_be_set() -> None:
    assert envfile.replace(b"A=\nB=1\n", "A", "two:2", ".env") == b"A=two:2\nB=1\n"


@pytest.mark.parametrize("content", [b"", b"B=1\n", b"#A=1\n", b"A\n", b'B="A=1"\n'])
def test_missing_variable_is_an_error_that_names_it(content: bytes) -> None:
    assert envfile.read(content, "A") is None
    with pytest.raises(Failed) as caught:
        envfile.replace(content, "A", "two:2", "/srv/.env")
    assert (caught.value.text_id, caught.value.details["name"]) == ("envfile.missing", "A")
    assert caught.value.details["path"] == "/srv/.env"


@pytest.mark.parametrize("value", ["", "a b", "a\nB=1", "$(x)", "a'b", "a#b"])
def test_what_is_not_an_image_reference_is_never_written(value: str) -> None:
    with pytest.raises(Failed):
        envfile.replace(b"A=one:1\n", "A", value, ".env")
