# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""While a run keeps users out at the edge, its own requests are let through: they carry the run's pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .._core.http import Response, Transport

PASS_FILE = "edge-pass"
"""In the run's folder, as long as the edge is closed."""
PASS_HEADER = "X-Benevoclic-Pass"


@dataclass(frozen=True)
class Passing:
    """A transport that adds the pass of the run in ``folder`` when there is one."""

    transport: Transport
    folder: Path

    def request(
        self,
        method: str,
        url: str,
        *,
        timeout: float = 5.0,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """As the transport itself; a header that the caller gives stays."""
        return self.transport.request(
            method, url, timeout=timeout, headers={**self._pass(), **(headers or {})}, body=body
        )

    def _pass(self) -> dict[str, str]:
        token = pass_of(self.folder)
        return {PASS_HEADER: token} if token else {}


def pass_of(folder: Path) -> str | None:
    """The pass of the run in ``folder``; None while the edge is open."""
    try:
        return (folder / PASS_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
