# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures as people read them."""

from __future__ import annotations

import pytest

from ansible_collections.benevoclic.updates.plugins.module_utils._core.units import readable


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB"), (3 << 50, "3072.0 TiB")],
)
def test_sizes(size: int, said: str) -> None:
    assert readable(size) == said
