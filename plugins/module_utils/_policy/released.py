# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which migrations the release that is served can live with, by the manifests that name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.versions import Version

BESIDE = "before_deploy"


def named(releases: Mapping[str, Iterable[str]]) -> list[str]:
    """Every migration that a manifest names, in the order of the releases."""
    return list(
        dict.fromkeys(version for release in sorted(releases, key=Version.parse) for version in releases[release])
    )


def runnable(
    migrations: Iterable[Mapping[str, Any]], releases: Mapping[str, Iterable[str]], served: str | None
) -> tuple[list[str], dict[str, str]]:
    """The versions that ``latest`` means, and version → the release that alone may bring it.

    ``migrations``: ``version``, ``phase``, ``compatible``. ``releases``: release → the migrations that its manifest names.
    A migration of a newer release than ``served`` may run ahead of it when the served code can live with it: that
    is the expanding half. One that only pre-releases name is no part of ``latest``, as their releases are not.
    """
    brought: dict[str, str] = {}
    tried: set[str] = set()
    for release in sorted(releases, key=Version.parse):
        for version in releases[release]:
            if Version.parse(release).prerelease:
                tried.add(version)
            else:
                brought.setdefault(version, release)
    wanted, ahead = [], {}
    for migration in migrations:
        version = migration["version"]
        newer = version in brought and (served is None or Version.parse(brought[version]) > Version.parse(served))
        if newer and not (migration["phase"] == BESIDE and migration["compatible"]):
            ahead[version] = brought[version]
        elif version in brought or version not in tried:
            wanted.append(version)
    return wanted, ahead
