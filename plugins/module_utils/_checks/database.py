# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of the stack, by the account of the updates."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._mongo.privileges import preflight_privileges, size_on_disk


@dataclass(frozen=True)
class AccountDatabase:
    """``uri`` is a secret."""

    uri: str = field(repr=False)
    name: str

    def prove_privileges(self, *, migrates: bool) -> list[str]:
        return preflight_privileges(self.uri, self.name, migrates=migrates)

    def data_bytes(self) -> int:
        return size_on_disk(self.uri, self.name)["data"]
