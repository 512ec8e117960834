# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read of a backup."""

from __future__ import annotations

from typing import Any

from ansible_collections.benevoclic.updates.plugins.module_utils._locale import text
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import lines

MADE = {"id": "b1", "bytes": 5 << 20, "documents": 10, "seconds": 1.234, "config_files": 3}


def shown(consistency: dict[str, Any], **changes: Any) -> list[str]:
    def line(mark: str, text_id: str, **details: object) -> dict[str, str]:
        return {"mark": mark, "text": f"{mark}: {text('fr', text_id, **details)}"}

    return [entry["text"] for entry in lines.of_backup({**MADE, **changes, "consistency": consistency}, line)]


def test_one_moment() -> None:
    assert shown({"point_in_time": True, "cluster_time": "5.1", "exceptions": []}) == [
        "ok: sauvegarde b1 : 10 documents, 5.0 MiB en 1.2 s",
        "ok: base lue en un seul instant (horloge du serveur 5.1)",
        "ok: 3 fichiers de configuration archivés",
    ]


def test_not_one_moment_is_a_warning() -> None:
    apart = {"point_in_time": False, "cluster_time": None, "exceptions": ["a", "b", "c", "d", "e"]}
    assert shown(apart, config_files=0)[1:] == ["warning: base non lue en un seul instant : a, b, c (+2)"]
