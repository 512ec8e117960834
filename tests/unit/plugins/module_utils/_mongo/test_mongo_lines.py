# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read of a backup."""

from __future__ import annotations

from typing import Any

from ansible_collections.benevoclic.updates.plugins.module_utils._locale import text
from ansible_collections.benevoclic.updates.plugins.module_utils._mongo import lines

MADE = {
    "id": "b1",
    "bytes": 5 << 20,
    "documents": 10,
    "seconds": 1.234,
    "config_files": 3,
    "engine": "native",
    "engine_why": "first",
    "users": {"users": 0, "roles": 0},
    "proof": {"level": "structure"},
}
ONE_MOMENT = {"point_in_time": True, "cluster_time": "5.1", "exceptions": []}


def shown(consistency: dict[str, Any], **changes: Any) -> list[str]:
    def line(mark: str, text_id: str, **details: object) -> dict[str, str]:
        return {"mark": mark, "text": f"{mark}: {text('fr', text_id, **details)}"}

    return [entry["text"] for entry in lines.of_backup({**MADE, **changes, "consistency": consistency}, line)]


def test_one_moment() -> None:
    assert shown(ONE_MOMENT) == [
        "ok: sauvegarde b1 : 10 documents, 5.0 MiB en 1.2 s",
        "ok: preuve : chaque document relu, nombres et tailles comparés",
        "ok: lue par native, le premier moteur possible",
        "ok: base lue en un seul instant (horloge du serveur 5.1)",
        "ok: 3 fichiers de configuration archivés",
    ]


def test_not_one_moment_is_a_warning() -> None:
    apart = {"point_in_time": False, "cluster_time": None, "exceptions": ["a", "b", "c", "d", "e"]}
    assert shown(apart, config_files=0, engine="mongodump_host", engine_why="asked_for")[2:] == [
        "ok: lue par mongodump_host, que benevoclic_backup_engine demande",
        "warning: la sauvegarde n'est pas d'un seul instant ; lues chacune à leur moment : a, b, c (+2)",
    ]


def test_a_rehearsal_tells_how_long_a_restore_takes() -> None:
    said = shown(ONE_MOMENT, proof={"level": "rehearsal", "restore_seconds": 9.06})
    assert said[1] == "ok: preuve : restaurée à l'essai et comparée ; une restauration prend 9.1 s"


def test_what_is_not_there_is_a_warning() -> None:
    said = shown(ONE_MOMENT, proof={"level": "none"}, users=None)
    assert said[1].startswith("warning: aucune preuve")
    assert said[4].startswith("warning: sans les comptes de la base")
