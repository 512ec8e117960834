# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils import _locale
from ansible_collections.benevoclic.updates.plugins.module_utils._core.errors import Failed
from ansible_collections.benevoclic.updates.plugins.module_utils._core.plain_text import plain


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[2J\x1b[Hgone\x1bM", "gone"),
        ("1 %\r2 %\r\ndone", "1 %\n2 %\ndone"),
        ("bell\x07, null\x00, csi\x9b31m", "bell, null, csi31m"),
        ("été\n\tà part « 日本 »", "été\n\tà part « 日本 »"),
    ],
)
def test_what_steers_a_terminal_is_not_shown(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_an_error_that_quotes_others_steers_no_terminal(locale: str) -> None:
    error = Failed("migrations.import", file="20250101_001_x.py", found="ValueError: \x1b[31mred\x1b[2J")
    told = _locale.explain(error, locale)
    assert "ValueError: red" in told["text"]
    assert all("\x1b" not in part for part in told.values())
