# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Semantic versions (semver.org 2.0.0): parsing, order, the part that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from .errors import BadInput

_PATTERN = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?",
    re.ASCII,
)


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A version, ordered by precedence (build metadata does not count)."""

    text: str
    core: tuple[int, int, int]
    prerelease: tuple[str, ...]

    @classmethod
    def parse(cls, text: object) -> Version:
        """Raises BadInput ``version.not_text`` (YAML's 1.10 is the number 1.1) or ``version.not_semantic``."""
        if not isinstance(text, str):
            raise BadInput("version.not_text", value=text, kind=_kind(text))
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise BadInput("version.not_semantic", value=text)
        major, minor, patch, prerelease, _build = match.groups()
        return cls(
            text, (int(major), int(minor), int(patch)), tuple((prerelease or "").split(".")) if prerelease else ()
        )

    def _key(self) -> tuple[object, ...]:
        """A release follows its pre-releases; numbers precede words; words compare in ASCII order."""
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.prerelease)
        return (self.core, not self.prerelease, parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return self.text


def _kind(value: object) -> str:
    """The type's plain name, also where Ansible hands in a type of its own made of it."""
    return next(base.__name__ for base in type(value).__mro__ if base.__module__ == "builtins")
