# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be said to whom: outsiders never read host names, traces or internal versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = "[\N{HORIZONTAL ELLIPSIS}]"
_TRACE = re.compile(
    r"""
      ^\s*Traceback\ \(most\ recent
    | ^\s*File\ "[^"]*",\ line\ \d+
    | ^\s*at\ .*[:(]\S*\d+:\d+\)?$                   # JavaScript
    | ^\s*at\ [\w.$<>]+\(.*\)$                       # Java
    | ^\s*\w+(\.\w+)*(Error|Exception)\b
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(
    r"""
      [a-z][a-z0-9+.-]*://[^\s/@]*@\S+                # an address with an account in it
    | (?<![\w.])\d{1,3}(\.\d{1,3}){3}(:\d+)?(?![\w.])   # IPv4
    | (?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])   # IPv6
    | (?<![\w.@-])[\w-]+(\.[\w-]+)*\.(local|lan|internal|intranet|corp|home|private)\b(:\d+)?
    | \blocalhost\b(:\d+)?
    | (?<![\w/.-])/(?:srv|var|etc|opt|home|root|usr|tmp|mnt)/\S*    # a path of a host
    | \bv?\d+\.\d+\.\d{1,3}(?!\d)(?:[-+][0-9a-z.+-]+)?   # a version, not a date
    | \bsha256:[0-9a-f]{7,}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Discretion:
    """``names``: those of hosts, and whatever else of ours outsiders must not read."""

    names: tuple[str, ...] = ()

    def outside(self, value: str) -> str:
        """``value`` as outsiders may read it: without lines of traces, addresses, paths, versions and our names."""
        lines = [line for line in value.splitlines() if not _TRACE.search(line)]
        told = _ADDRESS.sub(HIDDEN, "\n".join(lines))
        for name in sorted(self.names, key=len, reverse=True):
            if len(name) > 1:
                told = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", HIDDEN, told, flags=re.IGNORECASE)
        return told.strip()
